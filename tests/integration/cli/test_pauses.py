from __future__ import annotations

from pathlib import Path

import pytest

from lanner_proto.v1 import batch_pb2, execution_pb2, flow_pb2, state_pb2
from tests.integration.cli.conftest import Lanner
from tests.support.fake_api import FakeApi
from tests.support.fake_coordinator.data import make_execution


@pytest.fixture
def executions(api: FakeApi) -> FakeApi:
    """One that runs and one that is paused by two tasks."""
    api.add_execution(make_execution("runs01", state_pb2.STATE_RUNNING))
    api.add_execution(make_execution("paus01", state_pb2.STATE_PAUSED))
    api.state.pauses["paus01"] = [
        execution_pb2.Pause(task_run_id="paus01-1", task_id="first"),
        execution_pb2.Pause(
            task_run_id="paus01-2",
            task_id="second",
            inputs=[flow_pb2.Input(id="data", type="FILE"), flow_pb2.Input(id="note")],
        ),
    ]
    return api


async def test_a_running_execution_is_paused(executions: FakeApi, lanner: Lanner) -> None:
    ended = await lanner("execution", "pause", "runs01", "--reason", "maintenance")

    assert "PAUSED" in ended.out
    assert executions.requests("PauseExecution")[0].reason == "maintenance"


async def test_a_paused_execution_is_resumed_with_inputs(
    executions: FakeApi, lanner: Lanner, tmp_path: Path
) -> None:
    data = tmp_path / "data.csv"
    data.write_text("a,b")

    inputs = ("-i", f"data=@{data}", "-i", "note=fine")
    ended = await lanner("execution", "resume", "paus", "--task", "second", *inputs)

    assert ended.code == 0
    (request,) = executions.requests("ResumeExecution")
    assert request.task_run_id == "paus01-2"
    assert request.inputs["note"] == "fine"
    assert str(request.inputs["data"]).endswith("data.csv")


async def test_without_a_task_the_first_pause_is_resumed(
    executions: FakeApi, lanner: Lanner
) -> None:
    await lanner("execution", "resume", "paus01")

    assert executions.requests("ResumeExecution")[0].task_run_id == "paus01-1"


async def test_what_is_not_paused_cannot_be_resumed(executions: FakeApi, lanner: Lanner) -> None:
    ended = await lanner("execution", "resume", "runs01")

    assert ended.code == 6


async def test_all_that_match_a_filter_are_resumed_as_a_batch(
    executions: FakeApi, lanner: Lanner
) -> None:
    ended = await lanner("execution", "resume", "--filter", "state:PAUSED", "--yes")

    assert ended.code == 0
    assert executions.requests("CreateBatch")[0].act == batch_pb2.BATCH_ACT_RESUME


async def test_inputs_are_of_one_execution(executions: FakeApi, lanner: Lanner) -> None:
    ended = await lanner("execution", "resume", "a", "b", "-i", "note=fine")

    assert ended.code == 2
    assert "of one execution" in ended.err
