from __future__ import annotations

from datetime import timedelta

from lanner_coordinator.engine.state import State
from lanner_coordinator.store.memory import MemoryStore
from tests.support.fake_clock import FakeClock
from tests.support.services_stage import NAMESPACE, CountedIds, services
from tests.unit.flow.sources import HEAD, TASKS, read
from tests.unit.flow_triggers.flows import listener, of_flow, run, upstream

BY_NINE = f"""dependsOn:
  - {{namespace: {NAMESPACE}, flowId: load}}
  - {{namespace: {NAMESPACE}, flowId: clean}}
window: {{deadline: '09:00:00'}}
onMiss: {{behavior: FAIL, labels: {{late: 'yes'}}}}
"""
KEY = (NAMESPACE, "after", "seen")
HOUR = timedelta(hours=1)


async def test_a_deadline_that_passes_is_told_by_an_execution_that_failed() -> None:
    async with services() as on:
        await on.apply(upstream("load"), upstream("clean"), listener(BY_NINE))
        await run(on, "load")

        await on.pass_time(4 * HOUR)

        (failed,) = await of_flow(on)
        assert failed.state is State.FAILED
        assert failed.labels["late"] == "yes"
        assert "09:00" in failed.error
        assert f"missing: {NAMESPACE}/clean" in failed.error
        await on.pass_time(24 * HOUR)
        assert len(await of_flow(on)) == 2


async def test_a_deadline_that_is_met_is_not_told_of() -> None:
    async with services() as on:
        await on.apply(upstream("load"), upstream("clean"), listener(BY_NINE))
        await run(on, "load")
        await run(on, "clean")

        await on.pass_time(4 * HOUR)

        assert [one.state for one in await of_flow(on)] == [State.SUCCESS]


async def test_a_deadline_that_passed_while_the_coordinator_was_away_is_told() -> None:
    clock, ids = FakeClock(), CountedIds()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock, ids=ids) as before:
            await before.apply(upstream("load"), upstream("clean"), listener(BY_NINE))
        clock.advance(5 * HOUR)
        async with services(store=store, clock=clock, ids=ids) as after:
            await after.pass_time(timedelta(0))

            assert [one.state for one in await of_flow(after)] == [State.FAILED]
        async with services(store=store, clock=clock, ids=ids) as again:
            await again.pass_time(HOUR)

            assert len(await of_flow(again)) == 1


async def test_nobody_is_told_of_a_window_of_a_trigger_that_is_off() -> None:
    async with services() as on:
        await on.apply(upstream("load"), upstream("clean"), listener(BY_NINE))
        await on.triggers.set_enabled(KEY, is_enabled=False)
        await on.pass_time(4 * HOUR)
        assert await of_flow(on) == []

        await on.triggers.set_enabled(KEY, is_enabled=True)
        await on.pass_time(24 * HOUR)

        assert [one.state for one in await of_flow(on)] == [State.FAILED]


def test_a_window_that_looks_back_has_no_end_to_miss() -> None:
    trigger = (
        "{id: a, type: core.trigger.Flow, dependsOn: [{namespace: x}],"
        " window: {lookback: PT1H}, onMiss: {behavior: FAIL}}"
    )

    problems = read(f"{HEAD}{TASKS}triggers: [{trigger}]\n").problems

    assert [one.code for one in problems] == ["LNR027"]
