"""Runs cases: each on its coordinator, several at once, none beside another of the same flow."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

from lanner_coordinator.runtime.clock import SystemClock
from lanner_proto.errors import LannerError
from tests.conformance.live.cases import Case, FlowKey
from tests.conformance.live.judging import ENDED
from tests.conformance.live.kept_values import kept_values_differ
from tests.conformance.live.log_lines import logs_differ
from tests.conformance.live.phases import carry_out, check_triggered
from tests.conformance.live.programs import Programs, StageError, running_programs
from tests.conformance.live.scenario import POLL_SECONDS, NotOffered, Refused, Scenario
from tests.conformance.live.seen import state_name
from tests.conformance.live.setting_up import set_up
from tests.conformance.live.stages import Stage
from tests.conformance.live.triggered import know_triggered
from tests.conformance.live.values import shown
from tests.conformance.outcomes import Outcome

AT_ONCE = 6
CASE_SECONDS = 45.0
# Packages and images are fetched first.
NETWORK_CASE_SECONDS = 180.0
NEW_EXECUTIONS_SECONDS = 10.0

Done = Callable[[Outcome], None]
"""Told of each case as it ends."""


async def run_stages(stages: Sequence[Stage], done: Done) -> None:
    """Run all cases; two coordinators at a time."""
    limit = asyncio.Semaphore(2)

    async def run(stage: Stage) -> None:
        async with limit:
            await _run_stage(stage, done)

    async with asyncio.TaskGroup() as group:
        for stage in stages:
            group.create_task(run(stage))


async def _run_stage(stage: Stage, done: Done) -> None:
    try:
        async with running_programs(stage.config, stage.environment) as programs:
            await _run_cases(stage, programs, done)
    except StageError as error:
        for case in stage.cases:
            done(Outcome(case_id=case.case_id, failure=str(error), tags=case.tags))


async def _run_cases(stage: Stage, programs: Programs, done: Done) -> None:
    limit = asyncio.Semaphore(1 if stage.is_serial else AT_ONCE)
    locks: defaultdict[FlowKey, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def run(case: Case) -> None:
        async with AsyncExitStack() as held:
            # In one order everywhere, so that no two cases wait for each other.
            keys = {source.key for source in case.sources} | _shared(case)
            for key in sorted(keys, key=lambda one: (one.namespace, one.flow_id)):
                await held.enter_async_context(locks[key])
            await held.enter_async_context(limit)
            done(await run_case(case, programs))

    async with asyncio.TaskGroup() as group:
        for case in stage.cases:
            group.create_task(run(case))


def _shared(case: Case) -> set[FlowKey]:
    """What else a case must have for itself: the values and files of namespaces."""
    files = case.setup.get("namespace_files") or {}
    namespaces = {case.flow.key.namespace, *(case.setup.get("kv") or {}), *files}
    needs_values = {"kv", "state_store"}.intersection((*case.tags, *case.setup))
    if not needs_values and not files:
        return set()
    return {FlowKey(namespace=one, flow_id="") for one in namespaces}


async def run_case(case: Case, programs: Programs) -> Outcome:
    """Run one case from its flows to its last expectation."""
    limit_seconds = NETWORK_CASE_SECONDS if "network" in case.tags else CASE_SECONDS
    clock = SystemClock()
    scenario = Scenario(case=case, programs=programs, clock=clock, started_at=clock.now())
    try:
        async with asyncio.timeout(limit_seconds):
            await _play(scenario)
    except TimeoutError:
        scenario.failures.append(f"not over after {limit_seconds:g} s{await _last_state(scenario)}")
    except (Refused, NotOffered, LannerError) as error:
        scenario.failures.append(str(error))
    except Exception as error:  # noqa: BLE001 (one case that cannot be judged stops no other)
        scenario.failures.append(f"cannot be judged: {type(error).__name__}: {error}")
    finally:
        await scenario.unload(case.sources)
    return Outcome(case_id=case.case_id, failure="; ".join(scenario.failures), tags=case.tags)


async def _play(scenario: Scenario) -> None:
    try:
        await scenario.load([*scenario.case.others, scenario.case.flow])
    except Refused:
        # The task of a unit that is to fail may be refused before it could run.
        if scenario.case.is_unit and scenario.case.expect.get("state") == "FAILED":
            return
        raise
    await set_up(scenario)
    for phase in scenario.case.phases:
        await carry_out(scenario, phase)
    await _judge_end(scenario)


async def _judge_end(scenario: Scenario) -> None:
    expect = scenario.case.expect
    if not scenario.shows_current:
        return
    seen = await scenario.get()
    if expect.get("state") and seen.state != expect["state"]:
        seen = await scenario.until([expect["state"]])
    if "${triggered:" in str(expect):
        await know_triggered(scenario)
    await scenario.check("", expect, seen)
    scenario.failures += await logs_differ(scenario, expect.get("logs") or ())
    await check_triggered(scenario, "", expect.get("triggered"))
    scenario.failures += await kept_values_differ(scenario, expect)
    await _check_all(scenario, (expect.get("executions") or {}).get("states"))


async def _check_all(scenario: Scenario, wanted: Sequence[str] | None) -> None:
    """Compare the states of all executions of the flow, once they have ended."""
    if wanted is None:
        return
    loop = asyncio.get_running_loop()
    limit = loop.time() + NEW_EXECUTIONS_SECONDS
    while True:
        found = await scenario.of_flow(scenario.case.flow.key)
        states = [state_name(one.state) for one in found]
        is_over = all(state in ENDED for state in states)
        if is_over and (len(states) >= len(wanted) or loop.time() > limit):
            break
        await asyncio.sleep(POLL_SECONDS)
    if states != wanted:
        scenario.failures.append(f"executions are {shown(states)}, expected {shown(wanted)}")


async def _last_state(scenario: Scenario) -> str:
    try:
        seen = await scenario.get()
    except (LannerError, KeyError):
        return ""
    task_runs = [f"{one.path}:{one.state}" for one in seen.task_runs]
    return f": {seen.state} {shown(task_runs)}"
