from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lanner_coordinator.flow.conditions.contract import ConditionError, Observed, Subject
from lanner_coordinator.flow.conditions.table import CONDITIONS, all_hold, condition_type
from lanner_coordinator.flow.expression import NoEffects, render_typed
from tests.unit.flow.sources import HEAD, TASKS, good, read

SEEN = Observed(
    namespace="company.etl",
    flow_id="load",
    state="WARNING",
    labels={"team": "etl"},
    outputs={"rows": 3},
    attempt_states=[["FAILED", "SUCCESS"], ["SUCCESS"]],
)
MONDAY = "2026-11-23T06:30:00+01:00"


def _holds(condition: str, observed: Observed | None = SEEN) -> bool:
    source = f"""{HEAD}{TASKS}triggers:
  - id: a
    type: core.trigger.Flow
    conditions: [{condition}]
"""
    variables = {"trigger": {"date": MONDAY, "outputs": {"rows": 3}}, "flow": {"id": "own"}}
    subject = Subject(
        namespace="company",
        flow_id="own",
        render=lambda value: render_typed(value, variables, NoEffects()).value,
        observed=observed,
    )
    return all_hold(good(source).triggers[0].conditions, subject)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{type: core.condition.DayWeek, dayOfWeek: MONDAY}", True),
        ("{type: core.condition.DayWeek, dayOfWeek: SUNDAY}", False),
        ("{type: core.condition.DayWeekInMonth, dayOfWeek: MONDAY, dayInMonth: FOURTH}", True),
        ("{type: core.condition.DayWeekInMonth, dayOfWeek: MONDAY, dayInMonth: LAST}", False),
        ("{type: core.condition.Weekend}", False),
        ("{type: core.condition.PublicHoliday, country: FR}", False),
        ("{type: core.condition.PublicHoliday, date: '2026-07-14', country: FR}", True),
        ("{type: core.condition.DateTimeBetween, after: '2026-11-23T05:29:00Z'}", True),
        ("{type: core.condition.DateTimeBetween, before: '2026-11-23T05:30:00Z'}", False),
        ("{type: core.condition.TimeBetween, after: '05:00:00Z', before: '06:00:00Z'}", True),
        ("{type: core.condition.TimeBetween, after: '06:00', before: '07:00'}", True),
        ("{type: core.condition.TimeBetween, after: '22:00', before: '07:00'}", True),
        ("{type: core.condition.TimeBetween, after: '22:00', before: '06:00'}", False),
        ("{type: core.condition.ExecutionFlow, namespace: company.etl, flowId: load}", True),
        ("{type: core.condition.ExecutionFlow, namespace: company, flowId: load}", False),
        ("{type: core.condition.FlowCondition, namespace: company, flowId: own}", True),
        ("{type: core.condition.FlowNamespaceCondition, namespace: com, prefix: true}", True),
        ("{type: core.condition.ExecutionNamespace, namespace: company, comparison: PREFIX}", True),
        ("{type: core.condition.ExecutionNamespace, namespace: etl, comparison: SUFFIX}", True),
        ("{type: core.condition.ExecutionNamespace, namespace: company}", False),
        ("{type: core.condition.ExecutionStatus, in: [WARNING, FAILED]}", True),
        ("{type: core.condition.ExecutionStatus, notIn: [WARNING]}", False),
        ("{type: core.condition.ExecutionStatus, in: '[\"WARNING\"]'}", True),
        ("{type: core.condition.ExecutionLabels, labels: {team: etl}}", True),
        ("{type: core.condition.ExecutionLabels, labels: [{key: team, value: web}]}", False),
        (
            "{type: core.condition.ExecutionOutputs, expression: '{{ trigger.outputs.rows > 2 }}'}",
            True,
        ),
        ("{type: core.condition.HasRetryAttempt, in: [FAILED]}", True),
        ("{type: core.condition.HasRetryAttempt, in: [KILLED]}", False),
        ("{type: core.condition.Expression, expression: \"{{ flow.id == 'own' }}\"}", True),
        ("{type: core.condition.Expression, expression: '{{ false }}'}", False),
        (
            "{type: core.condition.Not, conditions: [{type: core.condition.Weekend},"
            " {type: core.condition.DayWeek, dayOfWeek: SUNDAY}]}",
            True,
        ),
        (
            "{type: core.condition.Or, conditions: [{type: core.condition.Weekend},"
            " {type: core.condition.DayWeek, dayOfWeek: MONDAY}]}",
            True,
        ),
    ],
)  # fmt: skip
def test_a_condition_holds_or_not(condition: str, expected: bool) -> None:
    assert _holds(condition) is expected


def test_outputs_that_are_not_there_are_not_asked_for() -> None:
    nothing = Observed(namespace="a", flow_id="b", state="SUCCESS")

    condition = "{type: core.condition.ExecutionOutputs, expression: '{{ not evaluated }}'}"

    assert not _holds(condition, nothing)


def test_a_condition_on_an_execution_needs_one() -> None:
    with pytest.raises(ConditionError, match="needs the execution of another flow"):
        _holds("{type: core.condition.ExecutionStatus, in: [SUCCESS]}", None)


@pytest.mark.parametrize("name", [name.rpartition(".")[2] for name in CONDITIONS])
def test_a_condition_has_its_older_names(name: str) -> None:
    short = name.removesuffix("Condition")

    found = [
        condition_type(spelling)
        for spelling in (
            f"core.condition.{name}",
            f"io.kestra.plugin.core.condition.{name}",
            f"core.condition.{short}Condition",
            f"io.kestra.core.models.conditions.types.{short}Condition",
        )
    ]

    assert found == [CONDITIONS[f"io.kestra.plugin.core.condition.{name}"]] * 4


@pytest.mark.parametrize(
    ("conditions", "codes"),
    [
        ("[{type: core.condition.Weekend}]", []),
        ("[{type: core.condition.WeekendCondition}]", ["LNR029"]),
        ("[{type: core.condition.Weekday}]", ["LNR040"]),
        ("[{dayOfWeek: MONDAY}]", ["LNR021"]),
        ("[{type: core.condition.DayWeek}]", ["LNR021"]),
        ("[{type: core.condition.DayWeek, dayOfWeek: MOONDAY}]", ["LNR024"]),
        ("[{type: core.condition.DayWeek, dayOfWeek: MONDAY, day: 1}]", ["LNR020"]),
        ("[{type: core.condition.DateTimeBetween}]", ["LNR021"]),
        ("[{type: core.condition.DateTimeBetween, after: soon}]", ["LNR054"]),
        ("[{type: core.condition.Or}]", ["LNR023"]),
        ("[{type: core.condition.Not, conditions: []}]", ["LNR023"]),
        ("[{type: core.condition.Not, conditions: [{type: core.condition.X}]}]", ["LNR040"]),
        ("[{type: core.condition.ExecutionStatus, in: [SUCCESS]}]", ["LNR043"]),
        ("[{type: core.condition.Expression, expression: '{{ a | }}'}]", ["LNR060"]),
        ("[text]", ["LNR022"]),
        ("text", ["LNR022"]),
    ],
)
def test_a_wrong_condition_is_shown(conditions: str, codes: list[str]) -> None:
    trigger = f"{{id: a, type: core.trigger.Schedule, cron: '@daily', conditions: {conditions}}}"

    found = read(f"{HEAD}{TASKS}triggers: [{trigger}]\n").problems

    assert [one.code for one in found] == codes


def test_old_conditions_of_a_schedule_are_read_with_a_warning() -> None:
    trigger = (
        "{id: a, type: core.trigger.Schedule, cron: '@daily',"
        " scheduleConditions: [{type: core.condition.Weekend}]}"
    )

    result = read(f"{HEAD}{TASKS}triggers: [{trigger}]\n")

    assert [one.code for one in result.problems] == ["LNR029"]
    assert result.flow is not None
    assert len(result.flow.triggers[0].conditions) == 1


def test_a_date_may_be_a_date_already() -> None:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    subject = Subject(namespace="a", flow_id="b", render=lambda _: moment)
    source = f"""{HEAD}{TASKS}triggers:
  - id: a
    type: core.trigger.Schedule
    cron: '@daily'
    conditions: [{{type: core.condition.Weekend}}]
"""

    assert all_hold(good(source).triggers[0].conditions, subject)
