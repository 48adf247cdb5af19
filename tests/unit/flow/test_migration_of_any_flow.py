from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.diagnostics import Problem, Severity
from lanner_coordinator.flow.migration.migrate import migrate
from tests.unit.flow.sources import HEAD, TYPES, read

_TASKS = (
    "{id: ?, type: io.kestra.core.tasks.log.Log, message: '{{ inputs.a | json }}', runIf: 'true'}",
    "\n    # one\n    id: ?\n    type: core.debug.Echo\n    format: Hi  # there",
    "\n    id: ?\n    type: core.flow.EachParallel\n    value: [a]\n    tasks:\n"
    "      - {id: ?, type: core.log.Log, message: Hi}",
    "\n    type: core.flow.EachSequential\n    id: ?\n    value: '{{ json(inputs.a) }}'\n"
    "    tasks:\n      - id: ?\n        type: core.debug.Echo\n        format: |\n          a\n",
    "{id: ?, type: core.flow.EachParallel, value: [a], tasks: [{id: ?, type: core.debug.Return},"
    " {id: ?, type: core.debug.Return}]}",
    "\n    id: ?\n    type: jdbc.postgresql.Query\n    url: u\n    store: true\n    sql: s",
    "{id: ?, type: core.flow.Pause, delay: PT1S, retry: {type: constant, interval: PT1S,"
    " maxAttempt: 2}}",
    "{id: ?, type: core.state.Get}",
)
_CONDITIONS = (
    "{type: core.condition.WeekendCondition}",
    "{type: core.condition.Expression, expression: \"{{ trigger.date == 'x' }}\"}",
    "{type: core.condition.Expression, expression: '{{ trigger.date | json }}'}",
    "{type: core.condition.TimeBetween, after: '09:00'}",
    '{type: core.condition.DayWeek, dayOfWeek: MONDAY, date: "{{ now() }}"}',
)
_TRIGGERS = (
    "{id: ?, type: core.trigger.Schedule, cron: '@daily', scheduleConditions: [!]}",
    "\n    id: ?\n    conditions:\n      # why\n      - !\n    type: core.trigger.Schedule\n"
    "    cron: '@daily'\n    minLogLevel: INFO",
    "\n    id: ?\n    type: io.kestra.core.models.triggers.types.Flow\n    conditions: [!]",
    "\n    id: ?\n    type: core.trigger.Flow\n    conditions:\n      - !\n"
    "      - type: core.condition.MultipleCondition\n        id: m\n        conditions:\n"
    "          a: {type: core.condition.ExecutionFlow, namespace: a, flowId: b}\n",
    "{id: ?, type: core.trigger.Schedule, timezone: UTC, cron: '@daily', conditions: [!]}",
)
_LISTED = st.lists(st.sampled_from(_TASKS), min_size=1, max_size=4)
_TRIGGERED = st.lists(
    st.tuples(
        st.sampled_from(_TRIGGERS),
        st.lists(st.sampled_from(_CONDITIONS), min_size=1, max_size=3),
    ),
    max_size=3,
)


def _source(tasks: list[str], triggers: list[tuple[str, list[str]]], *, windows: bool) -> str:
    parts = [f"{HEAD}inputs:\n  - {{name: a, type: BOOLEAN}}\n"]
    parts.append("tasks:\n" + "".join(f"  - {one}\n" for one in tasks))
    if triggers:
        written = [
            one.replace("!", ", ".join(found) if "[!]" in one else found[0])
            for one, found in triggers
        ]
        parts.append("triggers:\n" + "".join(f"  - {one}\n" for one in written))
    pieces = "".join(parts).split("?")
    source = "".join(f"{piece}n{number}" for number, piece in enumerate(pieces[:-1])) + pieces[-1]
    return source.replace("\n", "\r\n") if windows else source


def _errors(problems: tuple[Problem, ...]) -> list[str]:
    return [one.message for one in problems if one.severity is Severity.ERROR]


@given(_LISTED, _TRIGGERED)
@settings(deadline=None, max_examples=50)
def test_lines_of_windows_all_stay_so(
    tasks: list[str], triggers: list[tuple[str, list[str]]]
) -> None:
    text = migrate(_source(tasks, triggers, windows=True), TYPES).text

    assert text.count("\r\n") == text.count("\n")


@given(_LISTED, _TRIGGERED, st.booleans())
@settings(deadline=None)
def test_a_flow_stays_right_and_nothing_old_is_left_unnamed(
    tasks: list[str], triggers: list[tuple[str, list[str]]], windows: bool
) -> None:
    source = _source(tasks, triggers, windows=windows)

    result = migrate(source, TYPES)

    after = read(result.text)
    assert _errors(after.problems) == _errors(read(source).problems) == []
    assert migrate(result.text, TYPES).text == result.text
    named = {one.line for one in result.kept}
    assert {one.position.line for one in after.problems if one.code == Code.DEPRECATED} <= named


@given(_LISTED, _TRIGGERED)
@settings(deadline=None)
def test_a_flow_keeps_its_comments_tasks_and_triggers(
    tasks: list[str], triggers: list[tuple[str, list[str]]]
) -> None:
    source = _source(tasks, triggers, windows=False)

    result = migrate(source, TYPES)

    before, after = read(source).flow, read(result.text).flow
    assert before is not None
    assert after is not None
    assert [one.id for one in after.tasks] == [one.id for one in before.tasks]
    assert after.inputs == before.inputs
    assert [one.id for one in after.triggers] == [one.id for one in before.triggers]
    assert [comment for comment in ("# one", "# why", "# there") if comment in source] == [
        comment for comment in ("# one", "# why", "# there") if comment in result.text
    ]
