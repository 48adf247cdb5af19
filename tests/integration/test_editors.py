"""The JSON Schema of flows, in the language server that editors use."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lanner_agent.discovery import installed_task_types
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.schema.document import flow_schema
from tests.support.yaml_language_server import YamlLanguageServer

_EXAMPLES = Path(__file__).parents[2] / "examples"
_FLOWS = sorted(one for one in _EXAMPLES.rglob("*.yaml") if not one.match("*.test.yaml"))
_HEAD = "id: demo\nnamespace: company\ntasks:\n"


@pytest.fixture(scope="module")
def catalog() -> KnownTypes:
    offered = [
        TypeDescription(
            name=one.name,
            kind=TaskKind.AGENT,
            aliases=one.aliases,
            description=one.description,
            properties_schema=one.properties_schema,
            examples=one.examples,
        )
        for one in installed_task_types()
    ]
    return KnownTypes(offered)


@pytest.fixture(scope="module")
def editor(
    catalog: KnownTypes,
    run_language_server: Callable[[Path], YamlLanguageServer],
    tmp_path_factory: pytest.TempPathFactory,
) -> YamlLanguageServer:
    file = tmp_path_factory.mktemp("schema") / "flow.json"
    file.write_text(json.dumps(flow_schema(catalog), default=dict))
    return run_language_server(file)


@pytest.mark.parametrize("file", _FLOWS, ids=lambda file: file.stem)
def test_nothing_is_marked_in_the_examples(editor: YamlLanguageServer, file: Path) -> None:
    assert editor.diagnostics(file.read_text()) == []


def test_an_expression_stands_for_any_value(editor: YamlLanguageServer) -> None:
    source = _HEAD + (
        "  - {id: a, type: core.log.Log, message: 3, level: '{{ inputs.level }}'}\n"
        "  - id: loop\n    type: core.flow.ForEach\n    values: '{{ inputs.list }}'\n"
        "    concurrencyLimit: '{{ inputs.limit }}'\n"
        "    tasks:\n      - {id: b, type: io.kestra.plugin.core.debug.Return, format: x}\n"
    )

    assert editor.diagnostics(source) == []


def test_inputs_in_a_form_are_checked_as_others_are(editor: YamlLanguageServer) -> None:
    source = (
        "id: demo\nnamespace: company\n"
        "tasks: [{id: a, type: core.log.Log, message: hi}]\n"
        "inputs:\n"
        "  - id: place\n    type: FORM\n    inputs:\n"
        "      - {id: region, type: SELECT, values: [EU]}\n"
        "      - {id: host, type: OBJECT, properties: [{id: port, type: INT, min: 1}]}\n"
    )

    assert editor.diagnostics(source) == []
    assert len(editor.diagnostics(source.replace("min: 1", "least: 1"))) == 1


def test_nothing_is_marked_in_the_example_of_any_type(
    editor: YamlLanguageServer, catalog: KnownTypes
) -> None:
    head = "id: demo\nnamespace: company\n"
    tasks = [text for one in catalog.task_types() for text in one.examples]
    triggers = [text for one in catalog.trigger_types() for text in one.examples]
    source = f"{head}tasks:\n{_items(tasks)}triggers:\n{_items(triggers)}"

    assert editor.diagnostics(source) == []


def _items(texts: list[str]) -> str:
    return "".join(f"  - {text.strip()}\n".replace("\n", "\n    ").rstrip(" ") for text in texts)


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("{id: a, type: core.log.Log, mesage: Hello}", "mesage"),
        ("{id: a, type: core.log.Log, message: Hello, level: LOUD}", "INFO"),
        ("{id: a, type: core.log.Logg, message: Hello}", "core.log.Log"),
        ("{type: core.log.Log, message: Hello}", '"id"'),
        ("{id: a, type: core.flow.ForEach, values: [a], concurrencyLimit: many}", "Incorrect type"),
        ("{id: a b, type: core.log.Log, message: Hello}", "pattern"),
    ],
)
def test_what_is_wrong_is_marked_in_its_line(
    editor: YamlLanguageServer, task: str, words: str
) -> None:
    found = editor.diagnostics(f"{_HEAD}  - {task}\n")

    assert [one.line for one in found] == [4] * len(found)
    assert any(words in one.message for one in found), found


@pytest.mark.parametrize(
    ("task", "missing"),
    [
        ("{id: a, type: core.log.Log}", "message"),
        ("{id: a, type: scripts.python.Script}", "script"),
        ("{id: a, type: core.flow.ForEach, values: [a]}", "tasks"),
        ("{id: a, type: core.flow.Sequential, tasks: [{id: b, type: core.log.Log}]}", "message"),
        (
            "{id: a, type: core.flow.Dag, tasks: [{task: {id: b, type: core.kv.Set, key: k}}]}",
            "value",
        ),
        (
            "{id: a, type: core.flow.Switch, value: x, cases: {x: [{id: b, type: core.log.Log}]}}",
            "message",
        ),
    ],
)
def test_a_property_that_a_type_needs_is_asked_for(
    editor: YamlLanguageServer, task: str, missing: str
) -> None:
    (found,) = editor.diagnostics(f"{_HEAD}  - {task}\n")

    assert (found.line, f'"{missing}"' in found.message) == (4, True), found


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        ("triggers:\n  - {id: t, type: core.trigger.Schedule}\n", "cron"),
        ("triggers:\n  - {id: t, type: core.trigger.Webhook}\n", "key"),
        ("inputs:\n  - {id: i, type: ARRAY}\n", "itemType"),
        ("inputs:\n  - {type: STRING}\n", "id"),
        ("inputs:\n  - {id: i, type: SELECT}\n", "values"),
    ],
)
def test_what_triggers_and_inputs_need_is_asked_for(
    editor: YamlLanguageServer, part: str, missing: str
) -> None:
    found = editor.diagnostics(f"{_HEAD}  - {{id: a, type: core.log.Log, message: x}}\n{part}")

    assert any(missing in one.message and one.line == 6 for one in found), found


def test_older_names_of_types_are_taken_and_not_suggested(editor: YamlLanguageServer) -> None:
    old = "io.kestra.core.tasks.log.Log"

    found = editor.diagnostics(f"{_HEAD}  - {{id: a, type: {old}, message: x, nosuch: y}}\n")
    offered = editor.completions(f"{_HEAD}  - id: a\n    type: io.kestra.|\n")

    assert not any("Value is not accepted" in one.message for one in found), found
    assert any("nosuch" in one.message for one in found)
    assert any("An older name" in one.message for one in found)
    assert old not in offered


def test_what_plugin_defaults_may_give_is_not_asked_for(editor: YamlLanguageServer) -> None:
    source = (
        f"{_HEAD}  - {{id: a, type: core.log.Log}}\n"
        "pluginDefaults:\n  - {type: core.log.Log, values: {message: Hello}}\n"
    )

    assert editor.diagnostics(source) == []


def test_types_are_completed(editor: YamlLanguageServer) -> None:
    offered = editor.completions(f"{_HEAD}  - id: a\n    type: core.|\n")

    assert {"core.log.Log", "core.flow.Parallel", "scripts.python.Script"} <= set(offered)


def test_keys_of_the_type_are_completed_and_no_others(editor: YamlLanguageServer) -> None:
    offered = set(editor.completions(f"{_HEAD}  - id: a\n    type: core.log.Log\n    |\n"))

    assert {"message", "level", "timeout", "allowFailure"} <= offered
    assert not {"format", "values", "script"} & offered


def test_values_are_completed(editor: YamlLanguageServer) -> None:
    source = f"{_HEAD}  - id: a\n    type: core.log.Log\n    message: x\n    level: |\n"

    assert {"INFO", "WARN"} <= set(editor.completions(source))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (f"{_HEAD}  - id: a\n    type: core.log.Log\n    time|out: PT1M\n", "ISO 8601"),
        (f"{_HEAD}  - id: a\n    type: core.flow.ForEach\n    val|ues: [a]\n", "A list"),
        ("id: a\nname|space: company\n", "Where the flow belongs"),
    ],
)
def test_keys_are_explained(editor: YamlLanguageServer, source: str, words: str) -> None:
    assert words in editor.hover(source)
