from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lanner_coordinator.flow.conditions.contract import Observed, Subject
from lanner_coordinator.flow.conditions.table import holds
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.flow.model import Precondition
from lanner_coordinator.flow.windows import TimeWindow, WindowType
from tests.unit.flow.sources import HEAD, TASKS, good, read


def _source(trigger: str) -> str:
    lines = "\n".join(f"    {line}" for line in trigger.strip().splitlines())
    return f"{HEAD}{TASKS}triggers:\n  - id: a\n    type: core.trigger.Flow\n{lines}\n"


def _precondition(trigger: str) -> Precondition:
    (found,) = good(_source(trigger)).triggers[0].preconditions
    return found


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}:00+00:00").astimezone(UTC)


def test_preconditions_are_read() -> None:
    found = _precondition("""
preconditions:
  id: both
  resetOnSuccess: false
  timeWindow: {type: DAILY_TIME_DEADLINE, deadline: '09:00:00'}
  flows:
    - {namespace: company, flowId: a, states: [SUCCESS]}
    - {namespace: company, flowId: b}
  where:
    - id: c
      filters: [{field: NAMESPACE, type: STARTS_WITH, value: comp}]
""")

    assert list(found.parts) == ["flow 0", "flow 1", "where c"]
    assert (found.id, found.needed_count, found.forgets) == ("both", 3, False)
    assert found.window.type is WindowType.DAILY_TIME_DEADLINE


def test_depends_on_is_read() -> None:
    found = _precondition("""
dependsOn:
  - {namespace: company, flowId: a}
  - {namespace: company, flowId: b, states: [FAILED]}
mode: AT_LEAST
minSatisfied: 1
window: {from: '08:00:00', to: '09:00:00', timezone: Europe/Vienna}
""")

    assert (found.needed_count, found.forgets) == (1, False)
    assert found.parts["0"].properties["states"] == ["SUCCESS", "WARNING"]
    assert found.parts["1"].properties["states"] == ["FAILED"]
    assert found.window.timezone == "Europe/Vienna"


def test_an_old_multiple_condition_is_a_precondition_too() -> None:
    found = _precondition("""
conditions:
  - id: many
    type: core.condition.MultipleCondition
    window: PT6H
    windowAdvance: PT1H
    conditions:
      ok: {type: core.condition.ExecutionStatus, in: [SUCCESS]}
      a: {type: core.condition.ExecutionFlow, namespace: company, flowId: a}
""")

    assert list(found.parts) == ["ok", "a"]
    assert found.window == TimeWindow(length=timedelta(hours=6), advance=timedelta(hours=1))


@pytest.mark.parametrize(
    ("trigger", "codes"),
    [
        ("dependsOn: []", ["LNR023"]),
        ("dependsOn: [{flow: a}]", ["LNR020"]),
        ("mode: ANY\nwhen: '{{ true }}'", ["LNR027"]),
        ("dependsOn: [{namespace: a}]\nmode: SOME", ["LNR024"]),
        ("dependsOn: [{namespace: a}]\nmode: AT_LEAST", ["LNR021"]),
        ("dependsOn: [{namespace: a}]\nminSatisfied: 1", ["LNR027"]),
        ("dependsOn: [{namespace: a}]\nmode: AT_LEAST\nminSatisfied: 2", ["LNR025"]),
        ("dependsOn: [{namespace: a}]\nwindow: {deadline: '9', every: PT1H}", ["LNR027", "LNR054"]),
        ("dependsOn: [{namespace: a}]\nwindow: {from: '09:00:00'}", ["LNR021"]),
        ("dependsOn: [{namespace: a}]\nwindow: {every: PT0S}", ["LNR025"]),
        ("dependsOn: [{namespace: a}]\nwindow: {deadline: '09:00', timezone: Mars}", ["LNR052"]),
        ("preconditions: {flows: [{namespace: a}]}", ["LNR021"]),
        ("preconditions: {id: p}", ["LNR023"]),
        ("preconditions: {id: p, where: [{id: a}]}", ["LNR023"]),
        (
            "preconditions: {id: p, where: [{id: a, filters: "
            "[{field: FLOW_ID, type: IN, value: x}]}]}",
            ["LNR021", "LNR027"],
        ),
        (
            "preconditions: {id: p, where: [{id: a, filters: "
            "[{field: FLOW_ID, type: REGEX, value: '('}]}]}",
            ["LNR053"],
        ),
        (
            "preconditions: {id: p, flows: [{namespace: a}], timeWindow: {type: SLIDING_WINDOW,"
            " deadline: '09:00'}}",
            ["LNR027"],
        ),
        (
            "preconditions: {id: p, flows: [{namespace: a}], timeWindow: "
            "{type: DAILY_TIME_WINDOW}}",
            ["LNR021", "LNR021"],
        ),
    ],
)
def test_a_wrong_precondition_is_shown(trigger: str, codes: list[str]) -> None:
    assert sorted(one.code for one in read(_source(trigger)).problems) == codes


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("field: FLOW_ID, type: EQUAL_TO, value: load", True),
        ("field: FLOW_ID, type: NOT_EQUAL_TO, value: load", False),
        ("field: FLOW_ID, type: IN, values: [load, b]", True),
        ("field: FLOW_ID, type: NOT_IN, values: [load, b]", False),
        ("field: STATE, type: EQUAL_TO, value: SUCCESS", True),
        ("field: NAMESPACE, type: STARTS_WITH, value: company", True),
        ("field: NAMESPACE, type: ENDS_WITH, value: etl", True),
        ("field: NAMESPACE, type: CONTAINS, value: '.'", True),
        ("field: NAMESPACE, type: REGEX, value: 'comp.*'", True),
        ("field: NAMESPACE, type: REGEX, value: 'comp'", False),
        ("field: FLOW_ID, type: IS_NULL, value: x", False),
        ("field: FLOW_ID, type: IS_NOT_NULL, value: x", True),
        ("field: EXPRESSION, type: IS_TRUE, value: '1'", True),
        ("field: EXPRESSION, type: IS_FALSE, value: '0'", True),
    ],
)
def test_a_filter_passes_or_not(given: str, expected: bool) -> None:
    found = _precondition(f"preconditions: {{id: p, where: [{{id: a, filters: [{{{given}}}]}}]}}")
    subject = Subject(
        namespace="own",
        flow_id="own",
        render=lambda value: value,
        observed=Observed(namespace="company.etl", flow_id="load", state="SUCCESS"),
    )

    assert holds(found.parts["where a"], subject) is expected


def test_a_pattern_that_takes_ages_is_given_up() -> None:
    found = _precondition(
        "preconditions: {id: p, where: [{id: a, filters: "
        "[{field: FLOW_ID, type: REGEX, value: '(a|aa|a?a)+'}]}]}"
    )
    subject = Subject(
        namespace="own",
        flow_id="own",
        render=lambda value: value,
        observed=Observed(namespace="company", flow_id="a" * 100 + "b", state="SUCCESS"),
    )

    with pytest.raises(ExpressionError, match="timed out"):
        holds(found.parts["where a"], subject)


@pytest.mark.parametrize(
    ("window", "now", "start", "end"),
    [
        (TimeWindow(), "23 10:42", "23 00:00", "23 23:59"),
        (TimeWindow(advance=timedelta(hours=-4)), "23 10:42", "22 20:00", "23 19:59"),
        (TimeWindow(advance=timedelta(hours=-4)), "23 21:00", "23 20:00", "24 19:59"),
        (TimeWindow(length=timedelta(hours=6)), "23 10:42", "23 06:00", "23 11:59"),
        (TimeWindow(length=timedelta(minutes=15)), "23 10:42", "23 10:30", "23 10:44"),
        (TimeWindow(timezone="Europe/Vienna"), "23 23:30", "23 23:00", "24 22:59"),
    ],
)
def test_windows_lie_side_by_side(window: TimeWindow, now: str, start: str, end: str) -> None:
    found = window.around(_at(now), "UTC")

    assert found is not None
    assert [f"{one.astimezone(UTC):%d %H:%M}" for one in found] == [start, end]


def test_a_daily_window_may_go_through_midnight() -> None:
    window = TimeWindow(
        type=WindowType.DAILY_TIME_WINDOW,
        start=_at("01 22:00").time(),
        end=_at("01 06:00").time(),
    )

    assert window.around(_at("23 02:00"), "UTC") == (_at("22 22:00"), _at("23 06:00"))
    assert window.around(_at("23 12:00"), "UTC") is None
    assert window.next_end(_at("23 12:00"), "UTC") == _at("24 06:00")


def test_a_sliding_window_looks_back() -> None:
    window = TimeWindow(type=WindowType.SLIDING_WINDOW, length=timedelta(hours=1))

    assert window.around(_at("23 12:00"), "UTC") == (_at("23 11:00"), _at("23 12:00"))
