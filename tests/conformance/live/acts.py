"""Actions of a case on executions that are there: let go on, stop, start again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from lanner_proto.errors import WrongState
from lanner_proto.v1 import batch_pb2
from tests.conformance.live.judging import ENDED
from tests.conformance.live.scenario import NotOffered, Scenario
from tests.conformance.live.seen import Seen
from tests.conformance.live.starting import raw_inputs

Phase = Mapping[str, Any]

POLL_SECONDS = 0.05


async def restart(scenario: Scenario, phase: Phase) -> Seen | None:
    """Start a failed execution again; as it is before anything of it goes on."""
    if "revision" in phase:
        raise NotOffered("the API has no restart with another revision")
    before = await scenario.get()
    await scenario.programs.client.retry_execution(before.id)
    return (await scenario.get()).at_change(len(before.changes))


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
    await act_on_all(scenario, phase, batch_pb2.BATCH_ACT_RESUME)
    return None


async def act_on_all(scenario: Scenario, phase: Phase, act: batch_pb2.BatchAct.ValueType) -> None:
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
    batch = await client.create_batch(act, selection)
    while batch.status == batch_pb2.Batch.STATUS_RUNNING:
        await asyncio.sleep(POLL_SECONDS)
        batch = await client.get_batch(batch.id)
