from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.errors import NotFound
from lanner_coordinator.store.errors import StoreFull
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import Commit
from tests.support.fake_clock import START, FakeClock
from tests.support.schedules import dates, record_of
from tests.support.services_stage import (
    NAMESPACE,
    CountedIds,
    daily,
    flow_source,
    services,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class FullStore(MemoryStore):
    """A store whose disk is full when a test says so."""

    is_full = False

    async def commit(self, commit: Commit) -> None:
        if self.is_full:
            raise StoreFull("The disk is full.")
        await super().commit(commit)


async def test_an_execution_starts_at_each_date_with_its_variables() -> None:
    async with services() as on:
        await on.apply(flow_source(schedule="0 7 * * *", task="log"))
        assert await dates(on) == []

        await on.pass_time(HOUR)
        await on.pass_time(DAY)

        first, second = await on.all_summaries()
        execution = await on.execution(first.id)
        assert (first.trigger, first.state) == ("schedule", State.SUCCESS)
        assert execution.trigger.id == "daily"
        assert execution.trigger.variables == {
            "date": "2026-01-05T07:00:00Z",
            "next": "2026-01-06T07:00:00Z",
            "previous": "2026-01-04T07:00:00Z",
        }
        assert (await on.execution(second.id)).trigger.variables["date"] == "2026-01-06T07:00:00Z"


async def test_the_date_is_seen_by_the_flow_s_tasks() -> None:
    source = flow_source(schedule="0 7 * * *", task="log").replace(
        "message: hello", "message: '{{ trigger.date }}'"
    )
    async with services() as on:
        await on.apply(source)
        await on.pass_time(HOUR)

        (row,) = await on.all_summaries()
        assert await on.core.lines(row.id) == ["2026-01-05T07:00:00Z"]


async def test_inputs_and_labels_of_the_trigger_are_rendered() -> None:
    trigger = """inputs: {day: "{{ trigger.date | date('yyyy-MM-dd') }}"}
labels: {kind: "{{ 'night' ~ 'ly' }}", nothing: "{{ null }}", broken: "{{ nobody.there }}"}"""
    inputs = "inputs: [{id: day, type: STRING}]\nlabels: {team: etl}"
    async with services() as on:
        await on.apply(flow_source(schedule="0 7 * * *", task="log", more=inputs, trigger=trigger))
        await on.pass_time(HOUR)

        (row,) = await on.all_summaries()
        execution = await on.execution(row.id)
        assert execution.inputs == {"day": "2026-01-05"}
        assert execution.labels == {
            "team": "etl",
            "kind": "nightly",
            "nothing": "",
            "system.correlationId": row.id,
        }


async def test_inputs_that_do_not_fit_leave_an_execution_that_failed() -> None:
    inputs = "inputs: [{id: day, type: INT}]"
    trigger = "inputs: {day: monday}"
    async with services() as on:
        await on.apply(flow_source(schedule="0 7 * * *", task="log", more=inputs, trigger=trigger))
        await on.pass_time(HOUR)

        (row,) = await on.all_summaries()
        assert row.state is State.FAILED
        assert "`day`" in row.error
        assert record_of(on).next_at == START + HOUR + DAY


async def test_executions_of_a_schedule_never_overlap() -> None:
    async with services() as on:
        await on.apply(flow_source(schedule="0 * * * *"))
        agent = await on.agent()
        await on.pass_time(timedelta(hours=3))
        assert await dates(on) == [("schedule", "01-05T07:00")]
        assert record_of(on).running_execution_id == "X0001"

        await agent.finish((await agent.assignment()).attempt_id)
        await on.ended("X0001")
        await on.settle()

        assert await dates(on) == [("schedule", "01-05T07:00"), ("schedule", "01-05T08:00")]


async def test_a_crash_neither_repeats_a_date_nor_forgets_one() -> None:
    clock, ids = FakeClock(), CountedIds()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock, ids=ids) as before:
            await before.apply(flow_source(schedule="0 * * * *"))
            await before.pass_time(HOUR)
        clock.advance(timedelta(minutes=90))
        async with services(store=store, clock=clock, ids=ids) as after:
            await after.settle()
            assert await dates(after) == [("schedule", "01-05T07:00")]

            await after.kill("X0001")
            await after.ended("X0001")
            await after.settle()

            assert await dates(after) == [("schedule", "01-05T07:00"), ("schedule", "01-05T08:00")]


@pytest.mark.parametrize(
    ("recovery", "expected"),
    [
        ("ALL", ["01-05T07:00", "01-05T08:00", "01-05T09:00"]),
        ("LAST", ["01-05T09:00"]),
        ("NONE", []),
    ],
)
async def test_dates_missed_while_the_coordinator_was_away_are_recovered(
    recovery: str, expected: list[str]
) -> None:
    trigger = f"recoverMissedSchedules: {recovery}"
    clock, ids = FakeClock(), CountedIds()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock, ids=ids) as before:
            await before.apply(flow_source(schedule="0 * * * *", task="log", trigger=trigger))
        clock.advance(timedelta(hours=3, minutes=30))
        async with services(store=store, clock=clock, ids=ids) as after:
            await after.settle()

            assert [date for _, date in await dates(after)] == expected
            assert record_of(after).next_at == START + timedelta(hours=4)


async def test_a_date_that_could_not_be_committed_is_tried_again() -> None:
    async with FullStore() as store, services(store=store) as on:
        await on.apply(flow_source(schedule="0 7 * * *", task="log"))
        store.is_full = True
        await on.pass_time(HOUR)
        assert await dates(on) == []

        store.is_full = False
        await on.pass_time(timedelta(seconds=5))

        assert await dates(on) == [("schedule", "01-05T07:00")]


async def test_a_disabled_trigger_starts_nothing_until_it_is_enabled() -> None:
    clock = FakeClock()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock) as before:
            await before.apply(flow_source(schedule="0 * * * *", task="log"))
            view = await before.triggers.set_enabled(daily(), is_enabled=False)
            assert not view.is_enabled
            await before.apply(flow_source(schedule="0 * * * *", task="fail"))
        async with services(store=store, clock=clock) as after:
            await after.pass_time(timedelta(hours=5))
            assert await dates(after) == []

            await after.triggers.set_enabled(daily(), is_enabled=True)
            await after.pass_time(HOUR)

            assert await dates(after) == [("schedule", "01-05T12:00")]


@pytest.mark.parametrize("off", ["trigger", "flow"])
async def test_what_the_source_disables_starts_nothing(off: str) -> None:
    more = "disabled: true" if off == "flow" else ""
    trigger = "disabled: true" if off == "trigger" else ""
    async with services() as on:
        await on.apply(flow_source(schedule="0 * * * *", task="log"))
        await on.apply(flow_source(schedule="0 * * * *", task="log", more=more, trigger=trigger))
        await on.pass_time(timedelta(hours=2))
        assert await dates(on) == []

        await on.apply(flow_source(schedule="0 * * * *", task="log"))
        await on.pass_time(HOUR)

        assert await dates(on) == [("schedule", "01-05T09:00")]


async def test_a_changed_cron_counts_at_once() -> None:
    async with services() as on:
        await on.apply(flow_source(schedule="0 0 1 * *", task="log"))
        await on.apply(flow_source(schedule="0 * * * *", task="log"))
        await on.pass_time(HOUR)

        assert await dates(on) == [("schedule", "01-05T07:00")]


@pytest.mark.parametrize("way", ["without trigger", "deleted"])
async def test_a_schedule_that_is_gone_starts_nothing(way: str) -> None:
    async with services() as on:
        await on.apply(flow_source(schedule="0 * * * *", task="log"))
        if way == "deleted":
            await on.editor.delete(NAMESPACE, "nightly", by="moist")
        else:
            await on.apply(flow_source(task="log"))
        await on.pass_time(timedelta(hours=2))

        assert list(await on.all_summaries()) == []
        assert await on.store.triggers() == []
        with pytest.raises(NotFound):
            await on.triggers.set_enabled(daily(), is_enabled=True)


async def test_schedules_that_fire_at_one_minute_share_commits() -> None:
    async with services() as on:
        for number in range(0, 96, 8):
            names = [f"f{one:03}" for one in range(number, number + 8)]
            await on.apply(*(flow_source(n, schedule="0 7 * * *", task="log") for n in names))
        before = on.store.commit_count

        await on.pass_time(HOUR)
        for _ in range(20):
            await on.settle()

        assert len(await on.all_summaries()) == 96
        assert on.store.commit_count - before < 20
