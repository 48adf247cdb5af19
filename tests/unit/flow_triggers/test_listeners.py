from __future__ import annotations

import pytest

from lanner_coordinator.flow.model import Trigger
from lanner_coordinator.runtime.flow_triggers.listeners import Listeners
from lanner_coordinator.runtime.flow_triggers.topics import shown_topics, states_of, topics_of
from lanner_coordinator.store.trigger_records import TriggerRecord
from tests.unit.flow.sources import HEAD, TASKS, good

_FLOW_A = "{type: core.condition.ExecutionFlow, namespace: x, flowId: a}"
_FLOW_B = "{type: core.condition.ExecutionFlow, namespace: x, flowId: b}"
_IN_X = "{type: core.condition.ExecutionNamespace, namespace: x}"
_BELOW_X = "{type: core.condition.ExecutionNamespace, namespace: x., prefix: true}"
_ENDS = "{type: core.condition.ExecutionNamespace, namespace: .x, comparison: SUFFIX}"
_STATUS = "{type: core.condition.ExecutionStatus, in: [SUCCESS]}"


def _trigger(more: str) -> Trigger:
    source = f"{HEAD}{TASKS}triggers: [{{id: a, type: core.trigger.Flow, {more}}}]\n"
    return good(source).triggers[0]


@pytest.mark.parametrize(
    ("more", "topics"),
    [
        (f"conditions: [{_STATUS}]", ["any"]),
        (f"conditions: [{_STATUS}, {_FLOW_A}]", ["flow:x/a"]),
        (f"conditions: [{_IN_X}, {_FLOW_A}]", ["flow:x/a"]),
        (f"conditions: [{_IN_X}]", ["namespace:x"]),
        (f"conditions: [{_BELOW_X}]", ["prefix:x."]),
        (f"conditions: [{_ENDS}]", ["suffix:.x"]),
        (
            f"conditions: [{{type: core.condition.Or, conditions: [{_FLOW_A}, {_FLOW_B}]}}]",
            ["flow:x/a", "flow:x/b"],
        ),
        (f"conditions: [{{type: core.condition.Or, conditions: [{_FLOW_A}, {_STATUS}]}}]", ["any"]),
        (f"conditions: [{{type: core.condition.Not, conditions: [{_FLOW_A}]}}]", ["any"]),
        ("dependsOn: [{namespace: x, flowId: a}, {namespace: x}]", ["flow:x/a", "namespace:x"]),
        ("dependsOn: [{flowId: a}]", ["any"]),
        ("dependsOn: [{namespace: '{{ flow.namespace }}', flowId: a}]", ["any"]),
        (
            "preconditions: {id: p, where: [{id: w, filters: "
            "[{field: NAMESPACE, type: ENDS_WITH, value: .x}]}]}",
            ["suffix:.x"],
        ),
    ],
)  # fmt: skip
def test_topics_are_as_narrow_as_the_conditions_allow(more: str, topics: list[str]) -> None:
    assert list(topics_of(_trigger(more))) == topics


def test_states_are_those_that_end_an_execution_unless_said_otherwise() -> None:
    assert "FAILED" in states_of(_trigger("when: x"))
    assert "PAUSED" not in states_of(_trigger("when: x"))
    assert states_of(_trigger("when: x, states: [PAUSED, CANCELED]")) == ("PAUSED", "CANCELLED")


def _record(trigger_id: str, *topics: str, namespace: str = "own") -> TriggerRecord:
    return TriggerRecord(
        namespace=namespace,
        flow_id="listener",
        trigger_id=trigger_id,
        topics=topics,
        states=("SUCCESS",),
    )


def test_only_those_who_listen_are_found() -> None:
    listeners = Listeners()
    for trigger_id, topic in (
        ("any", "any"),
        ("flow", "flow:a.b/f"),
        ("other", "flow:a.b/g"),
        ("namespace", "namespace:a.b"),
        ("prefix", "prefix:a"),
        ("suffix", "suffix:.b"),
        ("no_suffix", "suffix:.c"),
    ):
        listeners.put(_record(trigger_id, topic))

    found = [key[2] for key in listeners.of("a.b", "f", "SUCCESS")]

    assert found == ["any", "flow", "namespace", "prefix", "suffix"]
    assert listeners.of("a.b", "f", "FAILED") == []


def test_a_flow_does_not_hear_itself() -> None:
    listeners = Listeners()
    listeners.put(_record("any", "any"))

    assert listeners.of("own", "listener", "SUCCESS") == []


def test_who_is_removed_hears_nothing() -> None:
    listeners = Listeners()
    listeners.put(_record("a", "prefix:a", "any"))

    listeners.remove(_record("a", "prefix:a", "any"))

    assert listeners.of("a.b", "f", "SUCCESS") == []


def test_lists_show_what_a_trigger_listens_to() -> None:
    topics = ("flow:x/a", "namespace:y", "prefix:z.", "suffix:.q")

    assert shown_topics(topics) == "after x/a, y/*, z.*/*, *.q/*"
    assert shown_topics(("any",)) == "after any flow"
    assert shown_topics(()) == ""
