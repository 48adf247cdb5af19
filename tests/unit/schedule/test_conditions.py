from __future__ import annotations

from datetime import timedelta

from lanner_coordinator.engine.state import State
from tests.support.eventually import eventually
from tests.support.schedules import dates, record_of
from tests.support.services_stage import flow_source, services

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

TUESDAYS = "conditions: [{type: core.condition.DayWeek, dayOfWeek: TUESDAY}]"


async def test_a_date_for_which_the_conditions_do_not_hold_is_passed_over() -> None:
    async with services() as on:
        await on.apply(flow_source(schedule="0 7 * * *", task="log", trigger=TUESDAYS))

        await on.pass_time(HOUR)
        assert await dates(on) == []
        await on.pass_time(DAY)

        # The nearest dates are looked for in a thread.
        (row,) = await eventually(on.all_summaries)
        variables = (await on.execution(row.id)).trigger.variables
        assert variables == {
            "date": "2026-01-06T07:00:00Z",
            "next": "2026-01-13T07:00:00Z",
            "previous": "2025-12-30T07:00:00Z",
        }


async def test_a_condition_that_fails_is_shown_by_an_execution() -> None:
    trigger = "when: '{{ nobody.there }}'"
    async with services() as on:
        await on.apply(flow_source(schedule="0 7 * * *", task="log", trigger=trigger))

        await on.pass_time(HOUR)

        (row,) = await on.all_summaries()
        assert row.state is State.FAILED
        assert 'conditions of trigger "daily"' in row.error
        assert record_of(on).next_at is not None


async def test_executions_of_a_trigger_overlap_where_it_allows_that() -> None:
    trigger = "allowConcurrent: true"
    async with services() as on:
        await on.apply(flow_source(schedule="0 * * * *", trigger=trigger))

        await on.pass_time(HOUR)
        await on.pass_time(HOUR)

        assert len(await on.all_summaries()) == 2
        assert record_of(on).running_execution_id == ""


async def test_a_schedule_stops_after_an_execution_that_failed() -> None:
    async with services() as on:
        await on.apply(
            flow_source(schedule="0 * * * *", task="fail", trigger="stopAfter: [FAILED]")
        )

        await on.pass_time(HOUR)
        await on.pass_time(HOUR)

        assert len(await on.all_summaries()) == 1
        assert record_of(on).is_disabled
        assert record_of(on).next_at is None


async def test_listed_dates_start_an_execution_each_also_those_that_have_passed() -> None:
    source = flow_source(schedule="x", task="log").replace(
        "core.trigger.Schedule\n    cron: 'x'",
        "core.trigger.ScheduleOnDates\n    timezone: Europe/Paris\n"
        "    dates: ['2026-01-07T10:00:00', '2026-01-04T08:00:00Z']",
    )
    async with services() as on:
        await on.apply(source)
        await on.settle()
        assert await dates(on) == [("schedule", "01-04T09:00")]

        await on.pass_time(3 * DAY)

        assert await dates(on) == [("schedule", "01-04T09:00"), ("schedule", "01-07T10:00")]
        assert record_of(on).next_at is None
