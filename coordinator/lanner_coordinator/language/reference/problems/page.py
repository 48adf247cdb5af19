"""Puts the page together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lanner_coordinator.language.reference.problems import (
    key_entries,
    name_entries,
    part_entries,
    suite_entries,
    text_entries,
    yaml_entries,
)
from lanner_coordinator.language.reference.problems.entry import Entry, Setting
from lanner_proto.problem_codes import EXPLANATIONS

_INTRODUCTION = """\
# Problems with flows

Every problem that `lanner flow validate` and `lanner flow apply` show has a code. An **error**
keeps the flow from being stored. A **warning** does not: the flow runs, but something in it is old,
has no effect, or fails when it is reached.

The text form shows the line, why it is a problem and what to do:

```
flows/load.yaml:9:5: error LNR020: `io.kestra.plugin.core.log.Log` has no property `mesage`
  9 |     mesage: Done
    |     ^^^^^^
    why: A key that nobody reads is a typo or belongs elsewhere; it would be ignored silently.
    fix: Did you mean `message`?
```

`--format json`, `sarif` (code scanning) and `github` (annotations of a workflow) tell the same to
programs. `lanner flow validate` needs no coordinator: it knows the types of the coordinator and
those of the agent that is installed beside it, or those of `--types FILE`, written by
`lanner agent types`. `--server` asks a coordinator.

The examples are what has the problem: a whole flow, or the part of one beside `id` and `namespace`.
"""

SECTIONS: Sequence[tuple[str, Sequence[Entry]]] = (
    ("YAML", yaml_entries.ENTRIES),
    ("Keys and values", key_entries.ENTRIES),
    ("Names", name_entries.NAMES),
    ("Types", name_entries.TYPES),
    ("Texts with a format", text_entries.FORMATS),
    ("Expressions", text_entries.EXPRESSIONS),
    ("How parts fit together", part_entries.ENTRIES),
    ("Tests of flows", suite_entries.ENTRIES),
)
"""Titles and codes."""

_SETTINGS = {
    Setting.ALONE: "",
    Setting.TWICE: " Found where files are checked together.",
    Setting.NO_AGENT: " Found by a coordinator that no agent has been connected to.",
    Setting.PLUGIN: " Here an agent offers the type, and its `to` must match `@`.",
    Setting.NOT_STORED: " Found by a coordinator.",
    Setting.UPDATE: " Found by a coordinator where `company.team.demo` is stored.",
    Setting.TESTS: " Found by `lanner flow test`; here the flow `demo` has one task, `hello`.",
}


def page() -> str:
    """The page, in Markdown."""
    parts = [_INTRODUCTION]
    for title, entries in SECTIONS:
        parts.append(f"\n## {title}\n")
        for entry in entries:
            parts.extend(_entry(entry))
    return "".join(parts)


def _entry(entry: Entry) -> Iterator[str]:
    explained = EXPLANATIONS[entry.code]
    mark = " (warning)" if entry.warns else ""
    yield f"\n### {entry.code.value}: {explained.title}{mark}\n\n"
    yield f"{entry.what}{_SETTINGS[entry.setting]}\n\n"
    yield f"Why: {explained.why}\nFix: {explained.fix}\n\n"
    yield f"```yaml\n{_shown(entry.example)}```\n"


def _shown(example: str) -> str:
    """An example whose tabs and control characters can be seen."""
    return "".join({"\t": "→", "\x07": "␇"}.get(character, character) for character in example)
