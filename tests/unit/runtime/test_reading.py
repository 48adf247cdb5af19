from __future__ import annotations

import asyncio

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.errors import NotFound
from lanner_coordinator.runtime.executions.views import ExecutionView
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import Commit
from tests.support.services_stage import CountedIds, flow_source, services


def state_of(view: ExecutionView) -> State:
    return view.execution.state


class SlowStore(MemoryStore):
    """A store whose commits end when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def commit(self, commit: Commit) -> None:
        await self.goes_on.wait()
        await super().commit(commit)


async def test_a_live_execution_is_read_with_the_types_of_its_tasks() -> None:
    async with services() as on:
        await on.apply(flow_source())
        execution_id = await on.create()

        def types(view: ExecutionView) -> list[str]:
            return [view.type_of(run.task_id) for run in view.execution.task_runs.values()]

        assert await on.reader.read(execution_id, types) == [
            "io.kestra.plugin.scripts.shell.Script"
        ]


async def test_a_task_run_that_no_agent_can_take_says_why() -> None:
    async with services() as on:
        await on.apply(flow_source())
        execution_id = await on.create()

        pending = await on.reader.read(execution_id, lambda view: dict(view.pending))

        assert list(pending.values()) == [
            "no connected agent offers the task type io.kestra.plugin.scripts.shell.Script"
        ]


async def test_an_ended_execution_is_read_from_the_archive() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log"))
        execution_id = await on.create()
        await on.ended(execution_id)

        assert await on.reader.read(execution_id, state_of) is State.SUCCESS
        assert await on.reader.read(execution_id, lambda view: view.type_of("work"))


async def test_an_ended_execution_of_a_deleted_flow_is_read() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log"))
        execution_id = await on.create()
        await on.editor.delete("company", "nightly", by="moist")

        assert await on.reader.read(execution_id, state_of) is State.SUCCESS


async def test_what_is_shown_is_durable() -> None:
    async with SlowStore() as store, services(store=store) as on:
        await on.apply(flow_source())
        execution_id = await on.create()
        agent = await on.agent()
        assignment = await agent.assignment()
        store.goes_on.clear()
        await agent.finish(assignment.attempt_id)
        await on.settle()

        read = asyncio.Event()

        def note(view: ExecutionView) -> None:
            read.set()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(on.reader.read(execution_id, note))
            await on.settle()
            assert not read.is_set()
            store.goes_on.set()

        assert read.is_set()


@pytest.mark.parametrize("reference", ["X0001", "X000", "@latest"])
async def test_an_execution_is_found_by_each_kind_of_reference(reference: str) -> None:
    async with services() as on:
        await on.apply(flow_source())
        execution_id = await on.create()

        assert await on.references.resolve(reference) == execution_id


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("X9", 'no execution has the id "X9"'),
        ("X", 'several executions have an id that starts with "X"'),
        ("", 'no execution has the id ""'),
        ("@failed", "no execution has FAILED"),
    ],
)
async def test_a_reference_that_means_none_or_several_is_refused(reference: str, why: str) -> None:
    async with services() as on:
        await on.apply(flow_source(task="log"))
        await on.create()
        await on.create()

        with pytest.raises(NotFound, match=why):
            await on.references.resolve(reference)


async def test_a_prefix_finds_live_and_archived_executions_alike() -> None:
    async with services(ids=CountedIds("Y")) as on:
        await on.apply(flow_source(), flow_source("logs", task="log"))
        live = await on.create()
        archived = await on.create("logs")
        await on.ended(archived)

        assert await on.references.resolve("Y0001") == live
        assert await on.references.resolve("Y0002") == archived
        with pytest.raises(NotFound, match="several"):
            await on.references.resolve("Y000")


async def test_latest_and_failed_are_the_newest_of_their_kind() -> None:
    async with services() as on:
        await on.apply(flow_source("bad", task="fail"), flow_source("good", task="log"))
        await on.create("bad")
        failed = await on.create("bad")
        latest = await on.create("good")
        await on.ended(latest)

        assert await on.references.resolve("@failed") == failed
        assert await on.references.resolve("@latest") == latest


async def test_failed_passes_over_an_execution_that_is_live_again() -> None:
    async with services() as on:
        await on.apply(flow_source())
        agent = await on.agent()
        ids = []
        for _ in range(2):
            ids.append(await on.create())
            await agent.finish((await agent.assignment()).attempt_id, State.FAILED, "no luck")
            await on.ended(ids[-1])
        await on.retry(ids[1])

        assert await on.references.resolve("@failed") == ids[0]
