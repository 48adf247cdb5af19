from __future__ import annotations

from datetime import timedelta

from lanner_coordinator.engine.state import State
from lanner_coordinator.store.memory import MemoryStore
from tests.support.fake_clock import FakeClock
from tests.support.schedules import record_of
from tests.support.services_stage import (
    NAMESPACE,
    CountedIds,
    daily,
    flow_source,
    services,
)
from tests.unit.flow_triggers.flows import run, upstream
from tests.unit.flow_triggers.test_flow_triggers import FailingStore

HOUR = timedelta(hours=1)
OFF = "{type: core.trigger.Toggle, trigger: daily, flowId: nightly}"
ON = "{type: core.trigger.Toggle, trigger: daily, flowId: nightly, enabled: true}"


async def test_a_task_disables_and_enables_a_trigger() -> None:
    async with services() as on:
        await on.apply(
            flow_source(schedule="0 * * * *", task="log"),
            upstream("off", task=OFF),
            upstream("on", task=ON),
        )

        await run(on, "off")
        assert record_of(on).is_disabled
        await on.pass_time(HOUR)
        assert [row.flow_id for row in await on.all_summaries()] == ["off"]
        await run(on, "on")
        await on.pass_time(HOUR)

        assert not record_of(on).is_disabled
        assert "nightly" in [row.flow_id for row in await on.all_summaries()]


async def test_the_old_name_toggles_the_flow_s_own_trigger() -> None:
    more = "triggers: [{id: self, type: core.trigger.Schedule, cron: '@daily'}]"
    task = "{type: io.kestra.core.tasks.trigger.Toggle, trigger: self}"
    async with services() as on:
        await on.apply(upstream("own", task=task, more=more))

        await run(on, "own")

        record = on.scheduler.records.get((NAMESPACE, "own", "self"))
        assert record is not None
        assert record.is_disabled


async def test_a_trigger_that_is_not_there_fails_the_task() -> None:
    async with services() as on:
        await on.apply(upstream("off", task="{type: core.trigger.Toggle, trigger: nothing}"))

        execution_id = await run(on, "off")

        execution = await on.execution(execution_id)
        assert execution.state is State.FAILED
        assert 'no trigger "nothing"' in execution.error


async def test_a_toggle_survives_a_crash_right_after_its_task() -> None:
    clock, ids = FakeClock(), CountedIds()
    async with FailingStore() as store:
        store.refuses_done = True
        async with services(store=store, clock=clock, ids=ids) as before:
            await before.apply(
                flow_source(schedule="0 * * * *", task="log"), upstream("off", task=OFF)
            )
            await run(before, "off")
            assert not record_of(before).is_disabled
        store.refuses_done = False
        async with services(store=store, clock=clock, ids=ids) as after:
            await after.settle()

            assert record_of(after).is_disabled


async def test_who_was_disabled_stays_so_after_a_restart_and_a_new_revision() -> None:
    clock, ids = FakeClock(), CountedIds()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock, ids=ids) as before:
            await before.apply(flow_source(schedule="0 * * * *", task="log"))
            await before.triggers.set_enabled(daily(), is_enabled=False)
        async with services(store=store, clock=clock, ids=ids) as after:
            await after.apply(flow_source(schedule="5 * * * *", task="log"))
            await after.pass_time(HOUR)
            await after.pass_time(HOUR)

            assert record_of(after).is_disabled
            assert await after.all_summaries() == []
