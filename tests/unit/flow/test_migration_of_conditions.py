from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from lanner_coordinator.flow.conditions.contract import ConditionError, Observed, Subject
from lanner_coordinator.flow.conditions.table import all_hold
from lanner_coordinator.flow.expression import ExpressionError, NoEffects, render_typed
from lanner_coordinator.flow.migration.migrate import migrate
from lanner_coordinator.flow.model import Condition
from tests.unit.flow.sources import HEAD, TASKS, TYPES, good

_SCHEDULE = "core.trigger.Schedule\n    cron: 0 6 * * *"
_FLOW = "core.trigger.Flow"


def _source(conditions: str, trigger: str) -> str:
    return f"{HEAD}{TASKS}triggers:\n  - id: a\n    type: {trigger}\n    conditions: {conditions}\n"


def _subjects() -> Iterator[Subject]:
    """What triggers may see: dates around midnight and month ends, executions of all kinds."""
    start = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
    dates = [(start + timedelta(hours=7 * step)).isoformat() for step in range(24)]
    labels: list[dict[str, str]] = [{}, {"env": "prod"}, {"env": "dev", "team": "etl"}]
    states = ("SUCCESS", "FAILED", "CANCELLED")
    for number, (state, own, outputs) in enumerate(
        product(states, labels, ({}, {"rows": 0}, {"rows": 3}))
    ):
        seen = Observed(
            namespace=("company.etl", "company", "else")[number % 3],
            flow_id="load" if number % 4 else "other",
            state=state,
            labels=own,
            outputs=outputs,
            attempt_states=[["FAILED", "SUCCESS"]] if number % 5 else [["SUCCESS"]],
        )
        yield _subject(seen, dates[number % len(dates)])


def _scheduled(timezone: str) -> Iterator[Subject]:
    """Dates of a schedule in a zone: every 25 minutes around two changes of summer time."""
    seen = Observed(namespace="company", flow_id="load", state="SUCCESS", labels={}, outputs={})
    for start in (datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)):
        for step in range(120):
            moment = (start + timedelta(minutes=25 * step)).astimezone(ZoneInfo(timezone))
            yield _subject(seen, moment.isoformat())


def _subject(seen: Observed, date: str) -> Subject:
    trigger = {"date": date, "next": date, "outputs": dict(seen.outputs), "state": seen.state}
    own = {"trigger": trigger, "flow": {"id": "own"}, "vars": {"x": "own"}}
    other = {
        "trigger": trigger,
        "flow": {"id": seen.flow_id},
        "vars": {},
        "namespace": seen.namespace,
        "flowId": seen.flow_id,
        "state": seen.state,
        "labels": dict(seen.labels),
        "outputs": dict(seen.outputs),
        "hasRetryAttempt": any(len(one) > 1 for one in seen.attempt_states),
    }
    return Subject(
        namespace="company",
        flow_id="own",
        render=lambda value: render_typed(value, own, NoEffects()).value,
        render_when=lambda value: render_typed(value, other, NoEffects()).value,
        observed=seen,
    )


def _answer(conditions: tuple[Condition, ...], subject: Subject) -> bool | str:
    try:
        return all_hold(conditions, subject)
    except (ConditionError, ExpressionError):
        return "no answer"


@pytest.mark.parametrize(
    ("conditions", "when"),
    [
        (
            "[{type: core.condition.DayWeek, dayOfWeek: MONDAY}]",
            "{{ dayOfWeek(trigger.date) == 'MONDAY' }}",
        ),
        (
            "[{type: core.condition.DayWeekInMonth, dayOfWeek: MONDAY, dayInMonth: FIRST}]",
            "{{ isDayWeekInMonth(trigger.date, 'MONDAY', 'FIRST') }}",
        ),
        ("[{type: core.condition.Weekend}]", "{{ isWeekend(trigger.date) }}"),
        (
            "[{type: core.condition.Weekend, date: '{{ trigger.next }}'}]",
            "{{ isWeekend(trigger.next) }}",
        ),
        (
            "[{type: core.condition.PublicHoliday, country: FR, date: '2026-11-11'}]",
            "{{ isPublicHoliday('2026-11-11', 'FR') }}",
        ),
        (
            "[{type: core.condition.DateTimeBetween, after: '2026-11-30T00:00:00Z',"
            " before: '2026-12-02T00:00:00Z'}]",
            "{{ (isDateAfter(trigger.date, '2026-11-30T00:00:00Z')"
            " and isDateBefore(trigger.date, '2026-12-02T00:00:00Z')) }}",
        ),
        (
            "[{type: core.condition.Not, conditions: [{type: core.condition.Weekend},"
            " {type: core.condition.DayWeek, dayOfWeek: MONDAY}]}]",
            "{{ not (isWeekend(trigger.date) or dayOfWeek(trigger.date) == 'MONDAY') }}",
        ),
        (
            "[{type: core.condition.Expression, expression: '{{ trigger.date }}'}]",
            "{{ trigger.date }}",
        ),
        (
            "[{type: core.condition.Weekend}, {type: core.condition.ExpressionCondition,"
            " expression: \"{{ trigger.state == 'FAILED' }}\"}]",
            "{{ isWeekend(trigger.date) and (trigger.state == 'FAILED') }}",
        ),
    ],
)
def test_conditions_of_a_schedule_become_when(conditions: str, when: str) -> None:
    source = _source(conditions, _SCHEDULE)

    result = migrate(source, TYPES)
    after = good(result.text).triggers[0].conditions

    assert [one.properties for one in after] == [{"expression": when}]
    assert result.kept == ()
    before = good(source).triggers[0].conditions
    for subject in _subjects():
        assert _answer(tuple(before), subject) == _answer(tuple(after), subject)


@pytest.mark.parametrize(
    ("conditions", "when"),
    [
        (
            "[{type: core.condition.ExecutionFlow, namespace: company.etl, flowId: load}]",
            "{{ (namespace == 'company.etl' and flowId == 'load') }}",
        ),
        (
            "[{type: core.condition.ExecutionNamespace, namespace: company, prefix: true}]",
            "{{ (namespace | startsWith('company')) }}",
        ),
        (
            "[{type: core.condition.ExecutionNamespace, namespace: company}]",
            "{{ namespace == 'company' }}",
        ),
        (
            "[{type: core.condition.ExecutionNamespace, namespace: etl, comparison: SUFFIX}]",
            "{{ (namespace | endsWith('etl')) }}",
        ),
        (
            "[{type: core.condition.ExecutionStatus, in: [SUCCESS, CANCELED], notIn: [FAILED]}]",
            "{{ (state in ['SUCCESS', 'CANCELLED'] and state not in ['FAILED']) }}",
        ),
        (
            "[{type: core.condition.ExecutionLabels, labels: {env: prod}}]",
            "{{ (labels['env'] ?? null) == 'prod' }}",
        ),
        (
            "[{type: core.condition.ExecutionLabels, labels: [{key: env, value: dev},"
            " {key: team, value: etl}]}]",
            "{{ ((labels['env'] ?? null) == 'dev' and (labels['team'] ?? null) == 'etl') }}",
        ),
        ("[{type: core.condition.HasRetryAttempt}]", "{{ hasRetryAttempt }}"),
        (
            "[{type: core.condition.ExecutionOutputs,"
            " expression: '{{ trigger.outputs.rows > 1 }}'}]",
            "{{ (trigger.outputs is not empty and (trigger.outputs.rows > 1)) }}",
        ),
        (
            "[{type: core.condition.Or, conditions: [{type: core.condition.ExecutionStatus,"
            " in: [FAILED]}, {type: core.condition.HasRetryAttempt}]},"
            " {type: core.condition.ExecutionFlow, namespace: company, flowId: load}]",
            "{{ (state in ['FAILED'] or hasRetryAttempt)"
            " and (namespace == 'company' and flowId == 'load') }}",
        ),
    ],
)
def test_conditions_of_a_flow_trigger_become_when(conditions: str, when: str) -> None:
    source = _source(conditions, _FLOW)

    result = migrate(source, TYPES)
    after = good(result.text).triggers[0].conditions

    assert [one.properties for one in after] == [{"expression": when}]
    before = good(source).triggers[0].conditions
    answers = {_answer(tuple(before), subject) for subject in _subjects()}
    assert answers >= {True, False}
    for subject in _subjects():
        assert _answer(tuple(before), subject) == _answer(tuple(after), subject)


@pytest.mark.parametrize(
    ("conditions", "trigger", "why"),
    [
        ("[]", _SCHEDULE, "the list is empty"),
        (
            "[{type: core.condition.TimeBetween, after: '09:00'}]",
            _SCHEDULE,
            "the trigger has no `timezone`",
        ),
        (
            "[{type: core.condition.TimeBetween, after: '09:00+02:00'}]",
            f"{_SCHEDULE}\n    timezone: Europe/Paris",
            "the dates do not always have the offset of `09:00+02:00`",
        ),
        (
            "[{type: core.condition.TimeBetween, date: '{{ now() }}', after: '09:00'}]",
            f"{_SCHEDULE}\n    timezone: UTC",
            "the offset of its `date` is not known",
        ),
        (
            "[{type: core.condition.TimeBetween, after: '{{ vars.t }}'}]",
            f"{_SCHEDULE}\n    timezone: UTC",
            "`{{ vars.t }}` is an expression or no time",
        ),
        ("[{type: core.condition.DayWeek, dayOfWeek: '{{ vars.d }}'}]", _SCHEDULE, "is an expr"),
        (
            "[{type: core.condition.Weekend, date: '2026-11-11T10:00:00'}]",
            _SCHEDULE,
            "lacks an offset",
        ),
        (
            "[{type: core.condition.Weekend},"
            " {type: core.condition.Expression, expression: '{{ trigger.x }}'}]",
            _SCHEDULE,
            "may give more than a boolean",
        ),
        (
            "[{type: core.condition.Expression, expression: \"{{ flow.id == 'x' }}\"}]",
            _FLOW,
            "reads `flow`, which `when` of a Flow trigger takes from the other flow",
        ),
        (
            "[{type: core.condition.HasRetryAttempt, in: [FAILED]}]",
            _FLOW,
            "does not look at the states of attempts",
        ),
        ("[{type: core.condition.ExecutionLabels, labels: {a.b: c}}]", _FLOW, "a label has dots"),
        (
            "[{type: core.condition.FlowCondition, namespace: a, flowId: b}]",
            _FLOW,
            "no expression means the same as `FlowCondition`",
        ),
    ],
)
def test_conditions_without_an_expression_of_the_same_meaning_stay(
    conditions: str, trigger: str, why: str
) -> None:
    source = _source(conditions, trigger)

    result = migrate(source, TYPES)

    assert result.text == source
    assert any(one.sentence.startswith("`conditions` stays: ") for one in result.kept)
    assert why in result.kept[0].sentence


def test_conditions_beside_when_or_with_plugin_defaults_or_anchors_stay() -> None:
    weekend = "[{type: core.condition.Weekend}]"
    beside = _source(weekend, f"{_SCHEDULE}\n    when: '{{{{ true }}}}'")
    given = (
        _source(weekend, _SCHEDULE)
        + "pluginDefaults: [{type: core.condition, values: {date: '2026-01-01'}}]\n"
    )
    anchored = _source(f"&c {weekend}", _SCHEDULE)

    results = [migrate(source, TYPES) for source in (beside, given, anchored)]

    assert [one.text for one in results] == [beside, given, anchored]
    assert [one.kept[0].sentence.partition(": ")[2] for one in results] == [
        "`when` is there already",
        "plugin defaults give it properties",
        "it has anchors, aliases, tags or merged maps",
    ]


def test_comments_and_what_stands_around_conditions_stay() -> None:
    source = f"""\
{HEAD}{TASKS}triggers:
  - id: a  # first
    type: core.trigger.Schedule
    scheduleConditions:  # when it runs
      # not on Saturdays
      - type: io.kestra.core.models.conditions.types.VariableCondition
        expression: >-
          {{{{ trigger.date
          | json }}}}
      # the end

    # about cron
    cron: 0 6 * * *
"""

    result = migrate(source, TYPES)

    assert (
        result.text
        == f"""\
{HEAD}{TASKS}triggers:
  - id: a  # first
    type: core.trigger.Schedule
    # when it runs
    # not on Saturdays
    when: "{{{{ trigger.date | toJson }}}}"
      # the end

    # about cron
    cron: 0 6 * * *
"""
    )
    assert migrate(result.text, TYPES).changes == ()


@pytest.mark.parametrize(
    ("bounds", "timezone", "when"),
    [
        ("after: '09:00'", "Europe/Paris", "{now} > '09:00:00'"),
        ("before: '09:00:05Z'", "UTC", "{now} < '09:00:05'"),
        (
            "after: '09:10:00+05:30', before: '17:00:00+05:30'",
            "Asia/Kolkata",
            "{now} > '09:10:00' and {now} < '17:00:00'",
        ),
        (
            "after: '22:00', before: '06:00'",
            "America/New_York",
            "{now} > '22:00:00' or {now} < '06:00:00'",
        ),
    ],
)
def test_a_time_of_day_becomes_when_where_the_schedule_tells_its_offset(
    bounds: str, timezone: str, when: str
) -> None:
    conditions = f"[{{type: core.condition.TimeBetween, {bounds}}}]"
    source = _source(conditions, f"{_SCHEDULE}\n    timezone: {timezone}")
    now = f"(trigger.date | date('HH:mm:ss', timeZone='{timezone}'))"

    result = migrate(source, TYPES)
    after = good(result.text).triggers[0].conditions

    assert [one.properties for one in after] == [
        {"expression": f"{{{{ ({when.format(now=now)}) }}}}"}
    ]
    before = good(source).triggers[0].conditions
    answers = {
        (_answer(tuple(before), subject), _answer(tuple(after), subject))
        for subject in _scheduled(timezone)
    }
    assert answers == {(True, True), (False, False)}


_REMEMBERED = """\

      # both of them
      - type: io.kestra.core.models.conditions.types.MultipleCondition
        id: both
        window: PT6H
        windowAdvance: PT1H
        resetOnSuccess: false
        conditions:
          load:
            type: io.kestra.core.models.conditions.types.ExecutionFlowCondition
            namespace: company.etl
            flowId: load
          any-etl:
            type: io.kestra.plugin.core.condition.ExecutionNamespace
            namespace: company
            comparison: PREFIX
          ended:
            type: core.condition.ExecutionStatus
            in: [SUCCESS, CANCELED]
            notIn: [FAILED]
"""


def test_a_condition_that_remembers_becomes_preconditions_that_hold_for_the_same() -> None:
    source = _source(_REMEMBERED, _FLOW)

    result = migrate(source, TYPES)

    assert result.kept == ()
    assert "MultipleCondition" not in result.text
    assert "# both of them" in result.text
    (old,), (new,) = (good(text).triggers[0].preconditions for text in (source, result.text))
    assert (new.id, new.window, new.forgets) == (old.id, old.window, old.forgets)
    assert new.needed_count == old.needed_count == 3
    answers = set()
    for subject in _subjects():
        given = [_answer((one,), subject) for one in old.parts.values()]
        assert [_answer((one,), subject) for one in new.parts.values()] == given
        answers.add(tuple(given))
    assert len(answers) > 4
    assert migrate(result.text, TYPES).text == result.text


def test_other_conditions_beside_one_that_remembers_become_when() -> None:
    multiple = (
        "{type: core.condition.MultipleCondition, id: m, timeWindow: {type: DAILY_TIME_DEADLINE, "
        "deadline: '09:00:00Z'}, conditions: {a: {type: core.condition.ExecutionFlow, "
        "namespace: company, flowId: load}}}"
    )
    source = _source(f"[{multiple}, {{type: core.condition.HasRetryAttempt}}]", _FLOW)

    result = migrate(source, TYPES)

    before, after = (good(text).triggers[0] for text in (source, result.text))
    assert [one.properties for one in after.conditions] == [{"expression": "{{ hasRetryAttempt }}"}]
    assert [one.window for one in after.preconditions] == [
        one.window for one in before.preconditions
    ]


@pytest.mark.parametrize(
    ("conditions", "why"),
    [
        (
            "{a: {type: core.condition.Expression, expression: x}}",
            "`preconditions` have no filter that means the same as `Expression`",
        ),
        (
            "{a: {type: core.condition.ExecutionFlow, namespace: '{{ vars.n }}', flowId: b}}",
            "`{{ vars.n }}` is an expression",
        ),
    ],
)
def test_a_condition_that_remembers_what_preconditions_cannot_ask_for_stays(
    conditions: str, why: str
) -> None:
    multiple = f"{{type: core.condition.MultipleCondition, id: m, conditions: {conditions}}}"
    source = _source(f"[{multiple}]", _FLOW)

    result = migrate(source, TYPES)

    assert result.text == source
    assert [one.sentence.partition(": ")[0] for one in result.kept] == ["`MultipleCondition` stays"]
    assert why in result.kept[0].sentence
