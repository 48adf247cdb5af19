from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.errors import AlreadyThere, InvalidRequest, NotAllowed
from lanner_coordinator.runtime.schedule.triggers import NewBackfill
from lanner_coordinator.store.memory import MemoryStore
from tests.support.fake_clock import START, FakeClock
from tests.support.schedules import dates, record_of
from tests.support.services_stage import (
    CountedIds,
    daily,
    flow_source,
    services,
)

HOUR = timedelta(hours=1)


def wish(days: int, **more: object) -> NewBackfill:
    return NewBackfill(key=daily(), start=START - timedelta(days=days), **more)  # type: ignore[arg-type]  # fields of the test


async def test_a_backfill_starts_one_execution_for_each_date_one_after_the_other() -> None:
    async with services() as on:
        await on.apply(flow_source(schedule="0 7 * * *"))
        agent = await on.agent()
        await on.triggers.create_backfill(wish(3, labels={"why": "late"}))
        for number in range(1, 4):
            assignment = await agent.assignment()
            assert len(await on.all_summaries()) == number
            backfill = record_of(on).backfill
            assert backfill is not None
            assert (backfill.done_count, backfill.total_count) == (number - 1, 3)
            await agent.finish(assignment.attempt_id)
            await on.ended(f"X000{number}")
            await on.settle()

        assert await dates(on) == [
            ("backfill", "01-02T07:00"),
            ("backfill", "01-03T07:00"),
            ("backfill", "01-04T07:00"),
        ]
        assert record_of(on).backfill is None
        assert record_of(on).next_at == START + HOUR
        assert (await on.all_summaries())[0].labels["why"] == "late"


async def test_a_backfill_of_one_past_date_runs_while_the_trigger_is_disabled() -> None:
    async with services() as on:
        await on.apply(flow_source(schedule="0 7 * * *", task="log"))
        await on.triggers.set_enabled(daily(), is_enabled=False)
        start = datetime(2026, 1, 3, 7, tzinfo=UTC)

        await on.triggers.create_backfill(NewBackfill(key=daily(), start=start, end=start))
        await on.settle()

        assert await dates(on) == [("backfill", "01-03T07:00")]


async def test_a_backfill_goes_on_after_a_restart() -> None:
    clock, ids = FakeClock(), CountedIds()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock, ids=ids) as before:
            await before.apply(flow_source(schedule="0 7 * * *"))
            await before.triggers.create_backfill(wish(3))
            await before.settle()
        async with services(store=store, clock=clock, ids=ids) as after:
            for number in range(1, 4):
                await after.settle()
                await after.kill(f"X000{number}")
                await after.ended(f"X000{number}")
            await after.settle()

            assert [date for _, date in await dates(after)] == [
                "01-02T07:00",
                "01-03T07:00",
                "01-04T07:00",
            ]
            assert record_of(after).backfill is None


async def test_a_deleted_backfill_starts_nothing_more_and_lets_the_running_one_end() -> None:
    async with services() as on:
        await on.apply(flow_source(schedule="0 7 * * *"))
        agent = await on.agent()
        await on.triggers.create_backfill(wish(3))
        assignment = await agent.assignment()

        view = await on.triggers.delete_backfill(daily())
        await agent.finish(assignment.attempt_id)

        assert view.record.backfill is None
        assert (await on.ended("X0001")).state is State.SUCCESS
        await on.settle()
        assert len(await on.all_summaries()) == 1


async def test_inputs_of_a_backfill_stand_above_the_trigger_s() -> None:
    inputs = "inputs: [{id: a, type: STRING}, {id: b, type: STRING}]"
    async with services() as on:
        await on.apply(
            flow_source(
                schedule="0 7 * * *", task="log", more=inputs, trigger="inputs: {a: '1', b: '2'}"
            )
        )
        await on.triggers.create_backfill(wish(1, inputs={"b": "3"}))
        await on.settle()

        (row,) = await on.all_summaries()
        assert (await on.execution(row.id)).inputs == {"a": "1", "b": "3"}


async def test_a_second_backfill_is_refused_while_one_runs() -> None:
    async with services() as on:
        await on.apply(flow_source(schedule="0 7 * * *"))
        await on.triggers.create_backfill(wish(3))

        with pytest.raises(AlreadyThere, match='a backfill of trigger "daily" runs'):
            await on.triggers.create_backfill(wish(3))


async def test_backfills_that_make_no_sense_are_refused() -> None:
    inputs = "inputs: [{id: day, type: INT, required: false}]"
    async with services() as on:
        await on.apply(flow_source(schedule="* * * * *", more=inputs))

        with pytest.raises(InvalidRequest, match="lies in the future"):
            await on.triggers.create_backfill(wish(1, end=START + HOUR))
        with pytest.raises(InvalidRequest, match="has no date"):
            await on.triggers.create_backfill(wish(1, end=START - timedelta(days=2)))
        with pytest.raises(InvalidRequest, match="more than 10000 dates"):
            await on.triggers.create_backfill(wish(30))
        with pytest.raises(InvalidRequest, match="`day`"):
            await on.triggers.create_backfill(wish(1, inputs={"day": "monday"}))
        assert record_of(on).backfill is None


async def test_a_backfill_of_a_disabled_flow_is_refused() -> None:
    async with services() as on:
        await on.apply(flow_source(schedule="0 7 * * *", more="disabled: true"))

        with pytest.raises(NotAllowed, match="is disabled"):
            await on.triggers.create_backfill(wish(3))
