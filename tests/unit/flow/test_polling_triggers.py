from __future__ import annotations

import pytest

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.diagnostics import Severity
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.reader import ReadResult, read_flow
from lanner_coordinator.flow.types.polling import HTTP
from lanner_coordinator.flow.types.schemas import boolean, record, text
from tests.unit.flow.sources import HEAD, TASKS

OFFERED = KnownTypes(
    [
        TypeDescription(
            name=HTTP.task_type,
            kind=TaskKind.AGENT,
            properties_schema=record(
                ["uri"],
                uri=text("Where."),
                method=text("How."),
                allowFailed=boolean("Any status."),
            ),
            outputs_schema=record(code={"type": "integer", "description": "Status."}),
        )
    ]
)


def _read(keys: str, catalog: KnownTypes = OFFERED, name: str = "core.http.Trigger") -> ReadResult:
    trigger = f"{{id: site, type: {name}, {keys}}}"
    return read_flow(f"{HEAD}{TASKS}triggers: [{trigger}]\n", catalog)


@pytest.mark.parametrize(
    ("keys", "codes"),
    [
        ("uri: 'http://a.example'", []),
        ("uri: 'http://a.example', interval: PT1M, responseCondition: '{{ true }}'", []),
        ("uri: 'http://a.example', interval: null", []),
        ("method: GET", ["LNR021"]),
        ("uri: 'http://a.example', interval: soon", ["LNR050"]),
        ("uri: 'http://a.example', interval: '{{ vars.often }}'", ["LNR050"]),
        ("uri: 'http://a.example', interval: PT0S", ["LNR025"]),
        ("uri: 'http://a.example', interval: -PT5S", ["LNR025"]),
        ("uri: 'http://a.example', allowFailed: true", ["LNR020"]),
        ("uri: 'http://a.example', metod: GET", ["LNR020"]),
        ("uri: 'http://a.example', workerSelector: {tags: [a]}", ["LNR028"]),
        ("uri: '{{ outputs.hello.value }}'", ["LNR073"]),
        ("uri: '{{ nobody( }}'", ["LNR060"]),
    ],
)
def test_a_wrong_trigger_is_shown(keys: str, codes: list[str]) -> None:
    assert [one.code for one in _read(keys).problems] == codes


def test_it_is_read_with_what_chooses_its_agent() -> None:
    result = _read("uri: 'http://a.example', agentLabels: {zone: north}, workerGroup: {key: gpu}")

    assert result.flow is not None
    (trigger,) = result.flow.triggers
    assert trigger.type == HTTP.name
    assert trigger.properties == {"uri": "http://a.example"}
    assert trigger.agent_labels == {"zone": "north", "group": "gpu"}


def test_the_name_of_before_is_taken_with_a_warning() -> None:
    result = _read("uri: 'http://a.example'", name="io.kestra.plugin.fs.http.Trigger")

    assert result.flow is not None
    assert [(one.code, one.severity) for one in result.problems] == [("LNR029", Severity.WARNING)]


def test_other_properties_are_taken_before_an_agent_has_told_of_its_types() -> None:
    assert _read("uri: 'http://a.example', whatever: 1", KnownTypes()).problems == ()
    missing = _read("whatever: 1", KnownTypes()).problems
    assert [one.code for one in missing] == ["LNR021"]


def test_the_properties_are_those_of_the_task_and_a_few_of_its_own() -> None:
    described = OFFERED.trigger_type("io.kestra.plugin.core.http.Trigger")

    assert described is not None
    assert described.properties_schema["required"] == ["uri"]
    properties = described.properties_schema["properties"]
    assert isinstance(properties, dict)
    assert list(properties) == ["interval", "responseCondition", "uri", "method"]
    assert described.outputs_schema == record(code={"type": "integer", "description": "Status."})
