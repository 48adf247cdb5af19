"""Actions of a case on one execution: let go on, stop, start again, change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lanner_proto.v1 import batch_pb2, state_pb2
from tests.conformance.live.judging import ENDED
from tests.conformance.live.scenario import Scenario
from tests.conformance.live.seen import Seen, seen_of
from tests.conformance.live.starting import raw_inputs
from tests.conformance.live.values import agrees

Phase = Mapping[str, Any]


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


async def evaluate(scenario: Scenario, phase: Phase) -> Seen | None:
    """Say what an expression comes to in an ended task run."""
    run = (await scenario.get()).task_runs[phase["at_index"]]
    response = await scenario.programs.client.evaluate_expression(
        scenario.executions[scenario.current], phase["expression"], task_run=run.id
    )
    scenario.error = response.error
    expect = scenario.fill(phase.get("expect") or {}, await scenario.get())
    for name, read in (("result", str), ("result_json", json.loads)):
        wanted = expect.get(name)
        if wanted is not None and not agrees(read(response.result or "null"), wanted):
            scenario.failures.append(
                f"{phase['expression']} is {response.result}, expected {wanted}"
            )
    return None


async def change_status(scenario: Scenario, phase: Phase) -> Seen | None:
    """Say in which state an execution has ended."""
    await _act(scenario, batch_pb2.BATCH_ACT_CHANGE_STATE, new_state(phase))
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


def new_state(phase: Phase) -> batch_pb2.ActDetails:
    """The state that a step sets."""
    return batch_pb2.ActDetails(state=state_pb2.State.Value(f"STATE_{phase['to']}"))


def new_labels(phase: Phase) -> batch_pb2.ActDetails:
    """The labels that a step sets: a map, or a list of keys and values."""
    labels = phase.get("labels") or {}
    if not isinstance(labels, Mapping):
        labels = {one["key"]: one["value"] for one in labels}
    return batch_pb2.ActDetails(labels={key: str(value) for key, value in labels.items()})


async def set_labels(scenario: Scenario, phase: Phase) -> Seen | None:
    """Set labels of an execution that has ended."""
    await _act(scenario, batch_pb2.BATCH_ACT_SET_LABELS, new_labels(phase))
    return await scenario.get()


async def delete(scenario: Scenario, phase: Phase) -> Seen | None:
    """Delete an execution."""
    execution_id = scenario.executions[scenario.current]
    await _act(scenario, batch_pb2.BATCH_ACT_DELETE)
    scenario.deleted.add(execution_id)
    return None


async def pause(scenario: Scenario, phase: Phase) -> Seen | None:
    """Let nothing new begin in an execution."""
    await scenario.programs.client.pause_execution(scenario.executions[scenario.current])
    return await scenario.until(["PAUSED"])


async def kill(scenario: Scenario, phase: Phase) -> Seen | None:
    """Kill an execution and wait for its end."""
    await scenario.programs.client.kill_execution(scenario.executions[scenario.current])
    return await scenario.until(ENDED)


async def resume(scenario: Scenario, phase: Phase) -> Seen | None:
    """Let a paused execution go on; as it is right after that."""
    before = await scenario.get()
    if phase.get("to", "").startswith("KILL"):
        await scenario.programs.client.kill_execution(before.id)
        return (await scenario.until(ENDED)).at_change(len(before.changes))
    inputs = await raw_inputs(scenario, scenario.case.flow.key, phase.get("inputs") or {})
    await scenario.programs.client.resume_execution(before.id, inputs=inputs)
    return (await scenario.get()).at_change(len(before.changes))
