"""Secret outputs of agents' tasks: encrypted in the store, opened for expressions, masked."""

from __future__ import annotations

from lanner_coordinator.engine.events import AttemptFinished
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.expression import ENCRYPTED_TYPE
from tests.support.eventually import eventually
from tests.support.stage import Stage, flow_of, native, script, stage


async def _attempt_of(on: Stage) -> str:
    async def current() -> str:
        live = on.executor.live("E1")
        attempts = [run.attempt for run in live.execution.task_runs.values()] if live else []
        return attempts[0].id if attempts and attempts[0] else ""

    found = await eventually(current)
    assert found
    return found


async def test_a_secret_output_is_stored_encrypted_and_opened_for_expressions() -> None:
    flow = flow_of(
        script("fetch"),
        native("tell", message="token: {{ outputs.fetch.token }}, {{ outputs.fetch.size }}"),
    )
    async with stage(flow) as on:
        on.secret_outputs = frozenset({"token"})
        await on.create()
        event = AttemptFinished(
            attempt_id=await _attempt_of(on),
            state=State.SUCCESS,
            outputs={"token": "swordfish", "size": 3},
        )
        on.executor.post("E1", on.application.feeding(event))
        execution = await on.ended()

        stored = next(iter(execution.task_runs.values())).outputs
        assert stored["size"] == 3
        assert isinstance(stored["token"], dict)
        assert stored["token"]["type"] == ENCRYPTED_TYPE
        assert "swordfish" not in str(stored)
        assert await on.lines() == ["token: ********, 3"]
