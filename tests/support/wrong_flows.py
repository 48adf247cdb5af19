"""Twenty wrong flows, and what three programs say of them.

They are a YAML library, a validator of JSON Schema with the schema of Lanner for
editors, and Lanner.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.diagnostics import Problem
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.flow.schema.document import flow_schema

_HEAD = "id: demo\nnamespace: company\n"
_LOG = "  - id: hello\n    type: io.kestra.plugin.core.log.Log\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongFlow:
    """A flow that is wrong.

    Attributes:
        title: What is wrong.
        source: The flow.
        code: Of the problem that names the cause.
        words: Part of its message or hint.
    """

    title: str
    source: str
    code: str
    words: str


def _case(title: str, tasks: str, code: str, words: str) -> WrongFlow:
    return WrongFlow(title=title, source=f"{_HEAD}tasks:\n{tasks}", code=code, words=words)


WRONG_FLOWS = (
    _case("An expression without quotes", f"{_LOG}    message: {{{{ inputs.name }}}}\n",
          "LNR002", 'Write "{{ inputs.name }}"'),
    _case("A tab in the indentation", f"{_LOG}\tmessage: Hello\n", "LNR004", "with a tab"),
    _case("A colon in a text", f"{_LOG}    message: Ratio: 1: 2\n", "LNR001", "Quote the text"),
    _case("A quote that is not closed", f'{_LOG}    message: "Hello\n', "LNR001", "not closed"),
    _case("A key that stands twice", f"{_LOG}    message: a\n    message: b\n",
          "LNR003", "a second time, after line 6"),
    _case("A typo in a key", f"{_LOG}    mesage: Hello\n", "LNR020", "Did you mean `message`?"),
    _case("A typo in a type", "  - {id: a, type: core.log.Logg, message: Hello}\n",
          "LNR040", "Did you mean `core.log.Log`?"),
    _case("A key of a flow in a task", f"{_LOG}    message: a\n    inputs: []\n",
          "LNR020", "has no property `inputs`"),
    _case("A property that is missing", _LOG, "LNR021", "needs the property `message`"),
    _case("A number where a list is needed",
          "  - {id: a, type: core.flow.Parallel, tasks: 3}\n", "LNR022", "must be a list"),
    _case("An id that is taken", f"{_LOG}    message: a\n{_LOG}    message: b\n",
          "LNR033", "is taken by the task in line 4"),
    _case("A bad duration", f"{_LOG}    message: a\n    timeout: 5 minutes\n",
          "LNR050", "PT"),
    WrongFlow(
        title="A bad cron expression",
        source=f"{_HEAD}tasks:\n{_LOG}    message: a\ntriggers:\n  - id: t\n"
        "    type: io.kestra.plugin.core.trigger.Schedule\n    cron: 0 25 * * *\n",
        code="LNR051",
        words="`25` is no hour; it goes from 0 to 23",
    ),
    _case("A bad expression", f'{_LOG}    message: "{{{{ 1 + }}}}"\n',
          "LNR060", "Expected a value"),
    _case("A filter that does not exist", f'{_LOG}    message: "{{{{ 1 | uper }}}}"\n',
          "LNR060", "Unknown filter `uper`"),
    _case("An input that does not exist", f'{_LOG}    message: "{{{{ inputs.nme }}}}"\n',
          "LNR070", "The flow has no input `nme`"),
    _case("An output that comes later",
          '  - {id: a, type: core.log.Log, message: "{{ outputs.b.value }}"}\n'
          "  - {id: b, type: core.debug.Return, format: x}\n",
          "LNR073", "Move the task `b` before `a`"),
    _case("Tasks that wait for each other",
          "  - id: graph\n    type: core.flow.Dag\n    tasks:\n"
          "      - {task: {id: a, type: core.log.Log, message: x}, dependsOn: [b]}\n"
          "      - {task: {id: b, type: core.log.Log, message: x}, dependsOn: [a]}\n",
          "LNR081", "in a circle"),
    _case("A task that never runs",
          "  - {id: stop, type: core.execution.Fail}\n"
          "  - {id: never, type: core.log.Log, message: x}\n",
          "LNR082", "`stop` before it always ends"),
    WrongFlow(
        title="An alias bomb",
        source=f"{_HEAD}variables:\n  a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"  {new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
            for old, new in zip("abcdef", "bcdefg", strict=True)
        )
        + f"tasks:\n{_LOG}    message: a\n",
        code="LNR008",
        words="200000",
    ),
)  # fmt: skip
"""All of them."""


def found_by_lanner(wrong: WrongFlow, catalog: Catalog) -> list[Problem]:
    """What Lanner says of a flow."""
    return list(read_flow(wrong.source, catalog).problems)


def comparison(catalog: Catalog) -> str:
    """The page that shows all of them, in Markdown."""
    validator = Draft7Validator(json.loads(json.dumps(flow_schema(catalog), default=dict)))
    parts = [
        "<!-- Written by scripts/gen-docs from the program itself: change that, not this. -->\n\n"
        "# Twenty wrong flows\n\n"
        "What a YAML library (ruamel.yaml), a validator of JSON Schema (jsonschema, with the schema"
        " of `lanner flow schema`) and `lanner flow validate` say of the same mistake. A dash means"
        " that nothing is found.\n"
    ]
    for number, wrong in enumerate(WRONG_FLOWS, start=1):
        parts.extend(_section(number, wrong, validator, catalog))
    return "".join(parts)


def _section(
    number: int, wrong: WrongFlow, validator: Draft7Validator, catalog: Catalog
) -> Iterator[str]:
    yield f"\n## {number}. {wrong.title}\n\n```yaml\n{wrong.source}```\n\n"
    document, yaml_says = _load(wrong)
    yield f"- YAML library: {yaml_says}\n"
    yield f"- JSON Schema: {_validated(document, validator) if not yaml_says[1:] else '—'}\n"
    yield "- Lanner:\n"
    for problem in found_by_lanner(wrong, catalog):
        place = f"{problem.position.line}:{problem.position.column}"
        hint = f" {problem.hint}" if problem.hint else ""
        yield f"  - {place} {problem.severity} {problem.code}: {problem.message}.{hint}\n"


def _load(wrong: WrongFlow) -> tuple[object, str]:
    """What the library reads, and what it says where it cannot."""
    if wrong.code == "LNR008":
        # The library writes the aliases as one object each: only what reads it goes through all.
        return None, "—"
    try:
        return YAML(typ="safe", pure=True).load(wrong.source), "—"
    except (YAMLError, TypeError) as error:
        words = " ".join(str(error).split("\n\n")[0].split())
        return None, f"`{words.partition(' To suppress')[0][:160]}`"


def _validated(document: object, validator: Draft7Validator) -> str:
    error = best_match(validator.iter_errors(document)) if document is not None else None
    if error is None:
        return "—"
    place = ".".join(map(str, error.absolute_path)) or "the flow"
    return f"`{place}: {error.message[:160]}`"
