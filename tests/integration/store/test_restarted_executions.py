"""An execution that was archived, restarted on an agent and archived again, in DuckDB."""

from __future__ import annotations

from pathlib import Path

from lanner_coordinator.engine.events import RestartRequested
from lanner_coordinator.engine.state import State
from lanner_coordinator.store.duckdb.store import DuckdbStore
from lanner_coordinator.store.filter import parse_filter
from lanner_coordinator.store.records import ArchivedExecution, ExecutionSummary
from tests.support.eventually import eventually
from tests.support.stage import Stage, flow_of, script, stage
from tests.support.stage_agent import StageAgent, connected


async def _failed(on: Stage, agent: StageAgent) -> ArchivedExecution:
    """An archived execution whose task failed."""
    await on.create()
    await agent.finish((await agent.assignment()).attempt_id, State.FAILED, "no luck")
    await on.ended()
    archived = await on.store.execution("E1")
    assert archived is not None
    return archived


async def _found(on: Stage) -> list[ExecutionSummary]:
    """All archived executions."""
    every = parse_filter("", on.clock.now())
    return list(await on.store.find_executions(every, sort="created", limit=9, offset=0))


async def test_the_second_archive_takes_the_place_of_the_first(tmp_path: Path) -> None:
    async with (
        DuckdbStore(tmp_path / "lanner.duckdb") as store,
        stage(flow_of(script("work")), store=store) as on,
    ):
        agent = await connected(on)
        archived = await _failed(on, agent)
        assert [one.state for one in await _found(on)] == [State.FAILED]
        restart = on.application.repair(archived, on.plans.plan, RestartRequested(by="moist"))
        await on.executor.submit("E1", restart)
        await agent.finish((await agent.assignment()).attempt_id)

        async def archived_again() -> bool:
            return [one.attempt_number for one in await _found(on)] == [2]

        await eventually(archived_again)
        again = await store.execution("E1")
        assert again is not None
        assert again.summary.state is State.SUCCESS
        assert again.journal_sequence > archived.journal_sequence
