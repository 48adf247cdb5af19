"""Pauses over the wire: what they ask for, who resumes them, and holds of whole executions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.engine.state import State
from lanner_proto.client import Client
from lanner_proto.errors import InvalidInput, WrongState
from lanner_proto.v1 import state_pb2
from lanner_proto.values import from_struct
from tests.support.eventually import eventually
from tests.support.services_stage import Services, flow_source

PAUSE = """\
id: nightly
namespace: company
tasks:
  - id: approval
    type: core.flow.Pause
    description: Look at the figures.
    pauseDuration: PT1H
    onResume:
      - {id: asked, type: STRING}
      - {id: count, type: INT, required: false, defaults: "{{ 1 + 2 }}"}
  - {id: say, type: core.log.Log, message: "{{ outputs.approval.onResume.asked }}"}
"""


async def _states(client: Client, execution_id: str) -> list[str]:
    execution = await client.get_execution(execution_id)
    names = [state_pb2.State.Name(change.state) for change in execution.state_changes]
    return [name.removeprefix("STATE_") for name in names]


async def test_a_pause_tells_what_it_asks_for(client: Client, on: Services) -> None:
    await on.apply(PAUSE)
    execution_id = await on.create()

    (pause,) = await client.list_pauses(execution_id)

    assert (pause.task_id, pause.description) == ("approval", "Look at the figures.")
    assert [(one.id, one.type, one.is_required) for one in pause.inputs] == [
        ("asked", "STRING", True),
        ("count", "INT", False),
    ]
    assert pause.ends_at.seconds - pause.paused_at.seconds == 3_600


async def test_an_execution_is_resumed_with_what_it_asks_for(client: Client, on: Services) -> None:
    await on.apply(PAUSE)
    execution_id = await on.create()

    await client.resume_execution(execution_id, reason="fine", inputs={"asked": "yes"})

    execution = await client.get_execution(execution_id)
    outputs = from_struct(execution.task_runs[0].outputs)
    assert outputs["onResume"] == {"asked": "yes", "count": 3}
    lines = await on.core.lines(execution_id)
    assert lines[0].endswith(": fine")
    assert lines[1:] == ["yes"]
    assert (await _states(client, execution_id))[2:] == [
        "PAUSED",
        "RESTARTED",
        "RUNNING",
        "SUCCESS",
    ]


async def test_missing_inputs_refuse_the_resumption(client: Client, on: Services) -> None:
    await on.apply(PAUSE)
    execution_id = await on.create()

    with pytest.raises(InvalidInput, match="Invalid input for `asked`, missing required input"):
        await client.resume_execution(execution_id)

    assert (await client.get_execution(execution_id)).summary.state == state_pb2.STATE_PAUSED


async def test_what_is_not_paused_is_not_resumed(client: Client, on: Services) -> None:
    await on.apply(flow_source(task="log"))
    execution_id = await on.create()

    with pytest.raises(WrongState, match="cannot be resumed: it is not paused \\(SUCCESS\\)"):
        await client.resume_execution(execution_id)
    assert await client.list_pauses(execution_id) == []


async def test_a_task_run_that_is_not_paused_is_not_resumed(client: Client, on: Services) -> None:
    await on.apply(PAUSE)
    execution_id = await on.create()

    with pytest.raises(WrongState, match='task run "other" is not paused'):
        await client.resume_execution(execution_id, task_run_id="other")


async def test_a_running_execution_is_paused_and_resumed(client: Client, on: Services) -> None:
    await on.apply(flow_source())
    execution_id = await on.create()

    paused = await client.pause_execution(execution_id, reason="maintenance")

    assert paused.state == state_pb2.STATE_PAUSED
    (pause,) = await client.list_pauses(execution_id)
    assert pause.task_run_id == ""
    with pytest.raises(WrongState, match="cannot be paused: it does not run"):
        await client.pause_execution(execution_id)
    resumed = await client.resume_execution(execution_id)
    assert resumed.state == state_pb2.STATE_RUNNING


async def test_a_watched_loop_tells_of_the_rounds_that_are_gone(
    client: Client, on: Services
) -> None:
    await on.apply(
        """\
id: nightly
namespace: company
tasks:
  - id: loop
    type: core.flow.LoopUntil
    condition: "{{ outputs.loop.iterationCount == 2 }}"
    tasks: [{id: say, type: core.log.Log, message: hello}]
"""
    )
    execution_id = await on.create()
    first = (await client.get_execution(execution_id)).task_runs[1].id
    messages = client.watch_execution(execution_id)
    await anext(messages)

    on.clock.advance(timedelta(seconds=1))
    on.executor.wake_timers()

    gone = [run_id async for message in messages for run_id in message.removed_task_run_ids]
    assert gone == [first]
    await eventually(lambda: on.executor.live(execution_id) is None)
    assert (await on.ended(execution_id)).state is State.SUCCESS


RESUMER = """\
id: resumer
namespace: company
inputs: [{id: waiting, type: STRING}]
tasks:
  - id: go_on
    type: core.execution.Resume
    executionId: "{{ inputs.waiting }}"
    inputs: {asked: of course}
"""


async def test_a_task_resumes_another_execution(client: Client, on: Services) -> None:
    await on.apply(PAUSE, RESUMER)
    waiting = await on.create()

    resumer = await client.create_execution("company", "resumer", inputs={"waiting": waiting})

    assert (await on.ended(resumer)).state is State.SUCCESS
    assert (await on.ended(waiting)).state is State.SUCCESS
    assert (await on.core.lines(waiting))[1:] == ["of course"]


async def test_a_task_that_resumes_what_is_not_paused_fails(client: Client, on: Services) -> None:
    await on.apply(flow_source(task="log"), RESUMER)
    ended = await on.create()

    resumer = await client.create_execution("company", "resumer", inputs={"waiting": ended})

    execution = await on.ended(resumer)
    assert execution.state is State.FAILED
    assert ended in execution.error
