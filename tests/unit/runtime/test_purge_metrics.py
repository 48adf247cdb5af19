from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.instants import format_instant
from lanner_coordinator.runtime.errands.upkeep import purge_metrics
from tests.support.services_stage import NAMESPACE, Services, services

PURGE = "core.metric.PurgeMetrics"


def measuring(flow_id: str, namespace: str = NAMESPACE) -> str:
    """A flow that publishes two metrics, and says something."""
    return (
        f"id: {flow_id}\nnamespace: {namespace}\ntasks:\n"
        "  - id: figures\n    type: core.metric.Publish\n    metrics:\n"
        "      - {type: counter, name: rows, value: 12}\n"
        "      - {type: gauge, name: heat, value: 3}\n"
        "  - {id: say, type: core.log.Log, message: hello}\n"
    )


async def measured(on: Services, flow_id: str, namespace: str = NAMESPACE) -> str:
    await on.apply(measuring(flow_id, namespace))
    execution_id = await on.create(flow_id, namespace=namespace)
    await on.ended(execution_id)
    return execution_id


async def purge(on: Services, more: str) -> object:
    """How many metrics the task says it removed; or why it failed."""
    await on.apply(
        f"id: keeper\nnamespace: {NAMESPACE}\ntasks:\n  - {{id: tidy, type: {PURGE}, {more}}}\n"
    )
    execution = await on.execution((await on.ended(await on.create("keeper"))).id)
    (only,) = execution.task_runs.values()
    return only.outputs["count"] if execution.state is State.SUCCESS else execution.error


async def metric_count(on: Services, execution_id: str) -> int:
    runs = (await on.execution(execution_id)).task_runs.values()
    return sum(len(attempt.metrics) for run in runs for attempt in run.attempts)


def in_an_hour(on: Services) -> str:
    return format_instant(on.clock.now() + timedelta(hours=1))


async def test_metrics_are_purged_and_all_else_stays() -> None:
    async with services() as on:
        execution_id = await measured(on, "one")
        before = await on.execution(execution_id)
        runs = await on.store.task_runs(execution_id)

        count = await purge(on, f"endDate: '{in_an_hour(on)}'")

        after = await on.execution(execution_id)
        assert count == 2
        assert await metric_count(on, execution_id) == 0
        for run in before.task_runs.values():
            for attempt in run.attempts:
                attempt.metrics = []
        assert after == before
        assert await on.store.task_runs(execution_id) == runs
        assert await purge(on, f"endDate: '{in_an_hour(on)}'") == 0


@pytest.mark.parametrize(
    ("more", "left"),
    [
        (f"namespace: {NAMESPACE}", [0, 0, 0]),
        (f"namespace: {NAMESPACE}.team", [2, 2, 0]),
        ("namespace: comp", [2, 2, 2]),
        (f"namespace: {NAMESPACE}, flowId: two", [2, 0, 2]),
    ],
)
async def test_metrics_of_some_flows_are_purged(more: str, left: list[int]) -> None:
    async with services() as on:
        ids = [await measured(on, "one"), await measured(on, "two")]
        ids.append(await measured(on, "two", f"{NAMESPACE}.team"))

        count = await purge(on, f"{more}, endDate: '{in_an_hour(on)}'")

        assert [await metric_count(on, one) for one in ids] == left
        assert count == 6 - sum(left)


async def test_metrics_are_purged_by_date() -> None:
    async with services() as on:
        ids = []
        for number in range(3):
            ids.append(await measured(on, f"flow_{number}"))
            on.clock.advance(timedelta(days=1))
        second = (await on.execution(ids[1])).created_at
        since = format_instant(second - timedelta(hours=1))
        until = format_instant(second + timedelta(hours=1))

        assert await purge(on, f"startDate: '{since}', endDate: '{until}'") == 2
        assert [await metric_count(on, one) for one in ids] == [2, 0, 2]
        assert await purge(on, f"endDate: '{until}'") == 2
        assert [await metric_count(on, one) for one in ids] == [0, 0, 2]


async def test_no_execution_is_passed_over_at_the_edge_of_a_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(purge_metrics, "PAGE_SIZE", 2)
    monkeypatch.setattr(purge_metrics, "CHANGE_BYTES", 1)
    async with services() as on:
        await on.apply(measuring("one"))
        for number in range(9):
            await on.ended(await on.create("one"))
            if number % 4 == 3:
                on.clock.advance(timedelta(seconds=1))

        assert await purge(on, f"endDate: '{in_an_hour(on)}'") == 18


async def test_a_flow_without_its_namespace_purges_nothing() -> None:
    async with services() as on:
        execution_id = await measured(on, "one")

        error = await purge(on, f"flowId: one, endDate: '{in_an_hour(on)}'")

        assert "`flowId` needs the `namespace`" in str(error)
        assert await metric_count(on, execution_id) == 2
