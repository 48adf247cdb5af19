from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lanner_coordinator.engine.events import KillRequested
from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Flow
from lanner_coordinator.flow.policies import Concurrency, LimitBehavior
from lanner_coordinator.store.errors import StoreError
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import Commit
from tests.support.eventually import eventually
from tests.support.stage import Stage, flow_of, native, script, stage


def limited(behavior: LimitBehavior = LimitBehavior.QUEUE, limit: int = 1, **more: Any) -> Flow:
    return flow_of(script("work"), concurrency=Concurrency(limit=limit, behavior=behavior), **more)


def live_states(on: Stage) -> dict[str, State]:
    return {key: entry.live.execution.state for key, entry in on.executor.entries.items()}


async def kill(on: Stage, execution_id: str) -> Execution:
    event = KillRequested(by="moist")
    await on.executor.submit(execution_id, on.application.kill(execution_id, event))
    return await on.ended(execution_id)


def history(execution: Execution) -> list[State]:
    return [change.state for change in execution.changes]


async def test_executions_beyond_the_limit_begin_in_order_when_others_end() -> None:
    async with stage(limited()) as on:
        for number in (1, 2, 3):
            await on.create(f"E{number}")
        assert live_states(on) == {"E1": "RUNNING", "E2": "QUEUED", "E3": "QUEUED"}

        await kill(on, "E1")

        async def second_runs() -> bool:
            return live_states(on) == {"E2": "RUNNING", "E3": "QUEUED"}

        await eventually(second_runs)
        second = await kill(on, "E2")
        assert history(second) == ["CREATED", "QUEUED", "RUNNING", "KILLING", "KILLED"]


async def test_a_crowd_of_short_executions_shares_few_commits_and_all_succeed() -> None:
    store = MemoryStore()
    flow = flow_of(native("a"), concurrency=Concurrency(limit=1))
    async with store, stage(flow, store=store) as on:
        for number in range(100):
            on.executor.post(
                f"E{number}",
                on.application.beginning(on.created(f"E{number}"), on.plans.plan, None),
            )

        last = await on.ended("E99")

        assert last.state is State.SUCCESS
        assert store.commit_count < 20


@pytest.mark.parametrize(
    ("behavior", "state"),
    [(LimitBehavior.CANCEL, State.CANCELLED), (LimitBehavior.FAIL, State.FAILED)],
)
async def test_an_execution_beyond_the_limit_ends_as_the_flow_says(
    behavior: LimitBehavior, state: State
) -> None:
    async with stage(limited(behavior, after_execution=(native("told"),))) as on:
        await on.create("E1")
        await on.create("E2")

        second = await on.ended("E2")

        assert history(second) == ["CREATED", state]
        assert [run.task_id for run in second.task_runs.values()] == ["told"]
        assert "concurrency limit" in second.error
        assert live_states(on) == {"E1": "RUNNING"}


async def test_slots_and_the_order_of_the_queue_outlive_a_crash() -> None:
    async with MemoryStore() as store:
        async with stage(limited(), store=store) as on:
            for number in range(4, 0, -1):
                await on.create(f"E{number}")
        async with stage(limited(), store=store) as on:
            assert live_states(on)["E4"] == "RUNNING"
            order = ["E4"]
            while len(order) < 4:
                await kill(on, order[-1])

                async def next_runs() -> list[str]:
                    return [key for key, state in live_states(on).items() if state == "RUNNING"]

                order += await eventually(next_runs)

        assert order == ["E4", "E3", "E2", "E1"]


async def test_a_higher_limit_of_a_new_revision_lets_queued_executions_begin() -> None:
    flow = limited()
    async with stage(flow) as on:
        for number in (1, 2, 3):
            await on.create(f"E{number}")

        on.executor.limit(replace(flow, concurrency=Concurrency(limit=2)), 2)

        async def second_runs() -> bool:
            return live_states(on) == {"E1": "RUNNING", "E2": "RUNNING", "E3": "QUEUED"}

        await eventually(second_runs)
        on.executor.limit(replace(flow, concurrency=None), 3)

        async def all_run() -> bool:
            return set(live_states(on).values()) == {"RUNNING"}

        await eventually(all_run)


async def test_a_limit_that_comes_later_counts_the_executions_that_run_already() -> None:
    flow = flow_of(script("work"))
    async with stage(flow) as on:
        await on.create("E1")
        on.executor.limit(replace(flow, concurrency=Concurrency(limit=1)), 2)

        await on.create("E2")

        assert live_states(on) == {"E1": "RUNNING", "E2": "QUEUED"}


async def test_a_queued_execution_is_killed_without_having_begun() -> None:
    async with stage(limited(finally_tasks=(native("tidy"),))) as on:
        await on.create("E1")
        await on.create("E2")

        second = await kill(on, "E2")

        assert history(second) == ["CREATED", "QUEUED", "KILLING", "KILLED"]
        assert not second.task_runs


async def test_a_person_lets_a_queued_execution_pass_the_limit() -> None:
    async with stage(limited()) as on:
        for number in (1, 2, 3):
            await on.create(f"E{number}")

        await on.executor.submit("E3", on.application.start_now("E3", by="moist"))

        assert live_states(on) == {"E1": "RUNNING", "E2": "QUEUED", "E3": "RUNNING"}
        await kill(on, "E1")
        assert live_states(on)["E2"] == "QUEUED"
        await kill(on, "E3")

        async def second_runs() -> bool:
            return live_states(on) == {"E2": "RUNNING"}

        await eventually(second_runs)


class _FailingStore(MemoryStore):
    """Refuses commits while it is told to."""

    is_failing = False

    async def commit(self, commit: Commit) -> None:
        """Commit, or do not."""
        if self.is_failing:
            self.is_failing = False
            raise StoreError("the disk is full")
        await super().commit(commit)


async def test_a_failed_commit_gives_no_slot_away() -> None:
    store = _FailingStore()
    async with store, stage(limited(), store=store) as on:
        for number in (1, 2, 3):
            await on.create(f"E{number}")
        store.is_failing = True

        with pytest.raises(Exception, match="nothing was done"):
            await kill(on, "E1")

        assert live_states(on) == {"E1": "RUNNING", "E2": "QUEUED", "E3": "QUEUED"}
        await kill(on, "E1")

        async def second_runs() -> bool:
            return live_states(on) == {"E2": "RUNNING", "E3": "QUEUED"}

        await eventually(second_runs)
