"""Actions of a case on executions that are there: let go on, stop, start again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from lanner_proto.errors import WrongState
from lanner_proto.v1 import batch_pb2, state_pb2
from tests.conformance.live.judging import ENDED
from tests.conformance.live.scenario import Scenario
from tests.conformance.live.seen import Seen, seen_of
from tests.conformance.live.starting import raw_inputs

Phase = Mapping[str, Any]

POLL_SECONDS = 0.05


async def restart(scenario: Scenario, phase: Phase) -> Seen | None:
    """Start a failed execution again; as it is before anything of it goes on."""
    details = batch_pb2.ActDetails()
    if "revision" in phase:
        first = scenario.first_revisions[scenario.case.flow.key]
        details.revision = first + phase["revision"] - 1
    return await _act(scenario, batch_pb2.BATCH_ACT_RETRY, details)


async def replay(scenario: Scenario, phase: Phase) -> Seen | None:
    """Repeat an execution as a new one, from a task run or from the start."""
    details = batch_pb2.ActDetails(task_run=phase.get("from") or "")
    if "from_index" in phase:
        details.task_run = (await scenario.get()).task_runs[phase["from_index"]].id
    return await _act(scenario, batch_pb2.BATCH_ACT_REPLAY, details)


async def mark_as(scenario: Scenario, phase: Phase) -> Seen | None:
    """Say in which state a task run has ended."""
    state = state_pb2.State.Value(f"STATE_{phase['to']}")
    response = await scenario.programs.client.mark_task_run(
        scenario.executions[scenario.current], phase["task"], state, shows_execution=True
    )
    return seen_of(response.execution) if response.HasField("execution") else None


async def change_status(scenario: Scenario, phase: Phase) -> Seen | None:
    """Say in which state an execution has ended."""
    await _act(scenario, batch_pb2.BATCH_ACT_CHANGE_STATE, _new_state(phase))
    return await scenario.get()


async def force_run(scenario: Scenario, phase: Phase) -> Seen | None:
    """Run an execution whatever it waits for."""
    before = await scenario.get()
    await _act(scenario, batch_pb2.BATCH_ACT_FORCE_RUN)
    return (await scenario.get()).at_change(len(before.changes))


async def unqueue(scenario: Scenario, phase: Phase) -> Seen | None:
    """Run an execution past the limit of its flow."""
    await _act(scenario, batch_pb2.BATCH_ACT_UNQUEUE)
    return None


async def _act(
    scenario: Scenario,
    act: batch_pb2.BatchAct.ValueType,
    details: batch_pb2.ActDetails | None = None,
) -> Seen | None:
    """Do an act; the execution as the act left it, which is a new one after a replay."""
    response = await scenario.programs.client.act_on_execution(
        scenario.executions[scenario.current], act, details, shows_execution=True
    )
    if response.summary.id not in scenario.executions.values():
        scenario.remember(response.summary.id)
    return seen_of(response.execution) if response.HasField("execution") else None


def _new_state(phase: Phase) -> batch_pb2.ActDetails:
    return batch_pb2.ActDetails(state=state_pb2.State.Value(f"STATE_{phase['to']}"))


async def kill(scenario: Scenario, phase: Phase) -> Seen | None:
    """Kill an execution and wait for its end."""
    await scenario.programs.client.kill_execution(scenario.executions[scenario.current])
    return await scenario.until(ENDED)


async def resume(scenario: Scenario, phase: Phase) -> Seen | None:
    """Let a paused execution go on; as it is right after that."""
    before = await scenario.get()
    inputs = await raw_inputs(scenario, scenario.case.flow.key, phase.get("inputs") or {})
    await scenario.programs.client.resume_execution(before.id, inputs=inputs)
    return (await scenario.get()).at_change(len(before.changes))


async def resume_all(scenario: Scenario, phase: Phase) -> Seen | None:
    """Let all executions of the case go on, in one batch."""
    return await _act_on_all(scenario, phase, batch_pb2.BATCH_ACT_RESUME)


async def change_status_of_all(scenario: Scenario, phase: Phase) -> Seen | None:
    """Say in which state all executions of the case have ended, in one batch."""
    act = batch_pb2.BATCH_ACT_CHANGE_STATE
    return await _act_on_all(scenario, phase, act, _new_state(phase))


async def replay_all(scenario: Scenario, phase: Phase) -> Seen | None:
    """Repeat all executions of the case, in one batch."""
    return await _act_on_all(scenario, phase, batch_pb2.BATCH_ACT_REPLAY)


async def _act_on_all(
    scenario: Scenario,
    phase: Phase,
    act: batch_pb2.BatchAct.ValueType,
    details: batch_pb2.ActDetails | None = None,
) -> Seen | None:
    """Do an act on all executions of the case: by their ids, or by a filter that finds them.

    Raises:
        WrongState: It applies to none of them.
        LannerError: It is refused.
    """
    client = scenario.programs.client
    ids = list(dict.fromkeys(scenario.executions.values()))
    if phase["action"].endswith("_by_query"):
        key = scenario.case.flow.key
        started = scenario.started_at.isoformat().replace("+00:00", "Z")
        filter_text = f"ns:{key.namespace} flow:{key.flow_id} created>={started}"
        selection = batch_pb2.BatchSelection(filter=filter_text)
    else:
        selection = batch_pb2.BatchSelection(execution_ids=ids)
    preview = await client.preview_batch(act, selection)
    count = (phase.get("expect") or {}).get("count")
    if count is not None and preview.eligible_count != count:
        scenario.failures.append(
            f"after {phase['action']}: {preview.eligible_count} executions, expected {count}"
        )
    if not preview.eligible_count:
        raise WrongState("; ".join(group.reason for group in preview.groups))
    batch = await client.create_batch(act, selection, details=details)
    while batch.status == batch_pb2.Batch.STATUS_RUNNING:
        await asyncio.sleep(POLL_SECONDS)
        batch = await client.get_batch(batch.id)
    total = (phase.get("expect") or {}).get("total_executions")
    found = await scenario.of_flow(scenario.case.flow.key) if total is not None else ()
    if total is not None and len(found) != total:
        scenario.failures.append(
            f"after {phase['action']}: {len(found)} executions, expected {total}"
        )
    return None
