from __future__ import annotations

import pytest

from lanner_proto.v1 import execution_pb2, flow_pb2, state_pb2
from tests.integration.cli.conftest import Lanner
from tests.support.fake_api import FakeApi
from tests.support.fake_coordinator.data import make_execution


@pytest.fixture
def executions(api: FakeApi) -> FakeApi:
    """One that waits for two decisions."""
    api.add_execution(make_execution("asks01", state_pb2.STATE_PAUSED))
    api.state.pauses["asks01"] = [
        execution_pb2.Pause(
            task_run_id=f"asks01-{number}",
            task_id=task_id,
            inputs=[flow_pb2.Input(id="note")],
            review=execution_pb2.Review(approve_label="Go", deny_label="Stop"),
        )
        for number, task_id in enumerate(("first", "second"))
    ]
    return api


async def test_what_waits_is_approved_with_inputs(executions: FakeApi, lanner: Lanner) -> None:
    ended = await lanner("execution", "approve", "asks", "-i", "note=fine")

    assert ended.code == 0
    (request,) = executions.requests("ResumeExecution")
    assert request.task_run_id == "asks01-0"
    assert request.decision == execution_pb2.REVIEW_DECISION_APPROVED
    assert request.inputs["note"] == "fine"


async def test_what_waits_is_denied_with_a_comment(executions: FakeApi, lanner: Lanner) -> None:
    await lanner("execution", "deny", "asks01", "--task", "second", "--comment", "too risky")

    (request,) = executions.requests("ResumeExecution")
    assert request.task_run_id == "asks01-1"
    assert request.decision == execution_pb2.REVIEW_DECISION_DENIED
    assert request.comment == "too risky"
