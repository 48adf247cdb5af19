from __future__ import annotations

from datetime import timedelta

from lanner_coordinator.flow.model import Retry, RetryBehavior, RetryType
from lanner_coordinator.store.memory import MemoryStore
from tests.support.eventually import eventually
from tests.support.fake_clock import FakeClock
from tests.support.stage import Stage, flow_of, native, stage

RETRY = Retry(
    type=RetryType.CONSTANT,
    interval=timedelta(seconds=5),
    max_attempts=3,
    behavior=RetryBehavior.CREATE_NEW_EXECUTION,
)


async def only_live(on: Stage) -> str:
    async def there() -> str:
        return next(iter(on.executor.entries), "")

    return await eventually(there)


async def test_new_executions_take_the_place_of_those_that_failed() -> None:
    clock = FakeClock()
    flow = flow_of(native("a", "execution.Fail"), retry=RETRY)
    async with MemoryStore() as store:
        async with stage(flow, store=store, clock=clock) as on:
            await on.create()
            first = await on.ended()
            second_id = await only_live(on)
        # The coordinator goes down in between; the second one is in its journal.
        async with stage(flow, store=store, clock=clock) as on:
            assert await only_live(on) == second_id
            clock.advance(RETRY.interval)
            on.executor.wake_timers()
            second = await on.ended(second_id)
            third_id = await only_live(on)
            clock.advance(RETRY.interval)
            on.executor.wake_timers()
            third = await on.ended(third_id)

    assert [one.state for one in (first, second, third)] == ["RETRIED", "RETRIED", "FAILED"]
    assert [one.attempt_number for one in (first, second, third)] == [1, 2, 3]
    assert [one.original_id for one in (first, second, third)] == ["", "E1", "E1"]
