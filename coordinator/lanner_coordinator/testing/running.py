"""Runs one test: an execution from its first event to the end of all that it sets going."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from lanner_coordinator.engine.execution import Execution, LiveExecution, restore
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.runtime.artifacts import ArtifactStorage
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import LogQuery, LogRecord
from lanner_coordinator.testing.agents import Agents
from lanner_coordinator.testing.asserting import Assertions
from lanner_coordinator.testing.fixture_answers import with_stand_ins
from lanner_coordinator.testing.given import Given
from lanner_coordinator.testing.idle_loop import IdleLoop
from lanner_coordinator.testing.model import Case, Suite
from lanner_coordinator.testing.objections import objections
from lanner_coordinator.testing.stage import Stage, build_stage
from lanner_coordinator.testing.starting import CannotStart, first_event
from lanner_coordinator.testing.verdict import Flaw, Outcome, ShownLine, Verdict, flaw_at

MOST_DATES = 10_000
"""Dates that the executions of one test may wait for; a flow that never ends ends here."""

MOST_LINES = 1_000
"""Log lines of one test that are kept."""

_ALL = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a test has come to.

    Attributes:
        live: Its execution, or the one that took its place last.
        executions: All of them, with those that it started.
        lines: What they logged.
    """

    live: LiveExecution
    executions: Sequence[Execution]
    lines: Sequence[LogRecord]


class _Endless(Exception):
    """The executions of a test do not come to a rest."""


async def run_case(
    given: Given,
    suite: Suite,
    case: Case,
    file: str,
    storage: ArtifactStorage,
    folder: Path,
    agents: Agents,
    *,
    most_dates: int = MOST_DATES,
) -> Verdict:
    """Run a test on an `IdleLoop`.

    Args:
        given: All flows.
        suite: Whose test.
        case: The test.
        file: Name of the suite's file.
        storage: For its files, open.
        folder: Of the storage.
        agents: Who runs tasks without a fixture.
        most_dates: Dates that its executions may wait for.
    """
    about = Verdict(
        file=file,
        suite=suite.id,
        case=case.id,
        outcome=Outcome.PASSED,
        namespace=suite.namespace,
        flow_id=suite.flow_id,
        line=case.at.line,
    )
    if suite.is_disabled or case.is_disabled:
        return _with(about, outcome=Outcome.SKIPPED)
    given.flows.missed.clear()
    try:
        async with MemoryStore() as store:
            stage = build_stage(suite, case, given.flows, store, storage, folder, agents)
            plan = with_stand_ins(given.plan(suite), case.fixtures.tasks)
            outlook = await _play(stage, plan, case, most_dates)
            return _judged(about, stage, case, plan, outlook, given)
    except CannotStart as error:
        return _with(about, outcome=Outcome.ERROR, flaws=(error.flaw,))
    except (_Endless, ValueError) as error:
        return _with(about, outcome=Outcome.ERROR, flaws=(flaw_at(case.at, str(error)),))


async def _play(stage: Stage, plan: Plan, case: Case, most_dates: int) -> Outlook:
    """Run the execution until nothing happens any more."""
    execution_id = stage.ids.new_id()
    first = await first_event(stage, plan, case.fixtures, execution_id)
    complaint = ""
    async with asyncio.TaskGroup() as tasks:
        working = tasks.create_task(stage.executor.run(), name="executor")
        try:
            await stage.executor.create(first, plan)
            complaint = await _come_to_rest(stage, most_dates)
        finally:
            stage.agents.rest()
            working.cancel()
    if complaint:
        raise _Endless(complaint)
    return await _outlook(stage, plan, execution_id)


async def _come_to_rest(stage: Stage, most_dates: int) -> str:
    """Let time pass, from one date that is waited for to the next; why that does not end."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, IdleLoop):
        raise TypeError("tests run on an IdleLoop")
    rest = asyncio.Event()
    dates = 0

    def on_idle() -> bool:
        nonlocal dates
        if stage.agents.are_at_work:
            return False
        date = stage.executor.next_timer_at
        dates += 1
        if date is None or dates > most_dates:
            rest.set()
        else:
            stage.clock.move_to(date)
            stage.executor.wake_timers()
        return True

    loop.on_idle = on_idle
    try:
        async with asyncio.timeout(stage.agents.longest_seconds):
            await rest.wait()
    except TimeoutError:
        return f"it takes more than {stage.agents.longest_seconds:g} seconds"
    finally:
        loop.on_idle = None
    if dates <= most_dates:
        return ""
    return (
        f"the execution does not end: it has waited {most_dates:,} times, until "
        f"{stage.clock.now():%Y-%m-%d %H:%M}"
    )


async def _outlook(stage: Stage, plan: Plan, execution_id: str) -> Outlook:
    executions = {key: entry.live.execution for key, entry in stage.executor.entries.items()}
    for ended_id in await stage.store.execution_ids("", _ALL):
        archived = await stage.store.execution(ended_id)
        if archived is not None:
            executions[ended_id] = restore(archived.snapshot)
    ordered = [executions[key] for key in sorted(executions)]
    lines: list[LogRecord] = []
    for one in ordered:
        query = LogQuery(execution_id=one.id)
        lines.extend(await stage.store.logs(query, after=0, limit=MOST_LINES))
    lines.sort(key=lambda line: line.position)
    last = [one for one in ordered if execution_id in (one.id, one.original_id)][-1]
    entry = stage.executor.entries.get(last.id)
    live = entry.live if entry is not None else LiveExecution(last, plan)
    return Outlook(live=live, executions=ordered, lines=lines[:MOST_LINES])


def _judged(
    about: Verdict, stage: Stage, case: Case, plan: Plan, outlook: Outlook, given: Given
) -> Verdict:
    about = _with(
        about,
        state=outlook.live.execution.state.value,
        lines=tuple(
            ShownLine(level=one.level, task_id=one.task_id, text=one.text) for one in outlook.lines
        ),
        reached=tuple(_reached(outlook.executions)),
    )
    tried = {run.task_id for run in outlook.live.execution.task_runs.values()}
    errors = tuple(objections(stage, case, plan, given.flows.missed, tried))
    if errors:
        return _with(about, outcome=Outcome.ERROR, flaws=errors)
    assertions = Assertions(stage, outlook.live, outlook.lines)
    flaws: tuple[Flaw, ...] = tuple(
        flaw for one in case.assertions for flaw in assertions.flaws(one)
    )
    return _with(about, outcome=Outcome.FAILED if flaws else Outcome.PASSED, flaws=flaws)


def _reached(executions: Sequence[Execution]) -> Mapping[str, None]:
    return {
        f"{one.namespace}/{one.flow_id}/{run.task_id}": None
        for one in executions
        for run in one.task_runs.values()
        if run.state.value != "SKIPPED"
    }


def _with(verdict: Verdict, **changes: object) -> Verdict:
    return msgspec.structs.replace(verdict, **changes)
