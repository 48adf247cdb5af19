from __future__ import annotations

from pathlib import Path

import grpc
import pytest

from lanner_proto import errors
from lanner_proto.client import Client
from lanner_proto.v1 import batch_pb2, flow_pb2, log_pb2, state_pb2, trigger_pb2
from lanner_proto.values import from_struct
from tests.support.fake_api import FakeApi
from tests.support.fake_coordinator.data import (
    make_agent,
    make_execution,
    make_flow,
    make_log,
    make_trigger,
)
from tests.support.fake_coordinator.state import START

KEY = trigger_pb2.TriggerKey(namespace="company.etl", flow_id="load_orders", trigger_id="schedule")


async def test_flows_are_checked_applied_read_and_deleted(client: Client) -> None:
    source = flow_pb2.FlowSource(name="a.yaml", source="id: a\nnamespace: x\n")

    checks = await client.validate_flows([source])
    applied = await client.apply_flows([source])
    again = await client.apply_flows([source])
    flow = await client.get_flow("x", "a")
    listed = await client.list_flows(namespace="x")
    revisions = await client.list_revisions("x", "a")
    await client.delete_flow("x", "a")

    assert [(check.namespace, check.flow_id) for check in checks] == [("x", "a")]
    assert [one.change for one in applied] == [flow_pb2.AppliedFlow.CHANGE_CREATED]
    assert [one.change for one in again] == [flow_pb2.AppliedFlow.CHANGE_UNCHANGED]
    assert flow.source == source.source
    assert listed.total_count == 1
    assert [one.revision for one in revisions] == [1]
    with pytest.raises(errors.NotFound, match='there is no flow "x/a"'):
        await client.get_flow("x", "a")


async def test_an_execution_is_started_with_inputs_and_labels(api: FakeApi, client: Client) -> None:
    api.add_flow(make_flow())

    execution_id = await client.create_execution(
        "company.etl", "load_orders", inputs={"day": "2026-11-23", "count": 3}, labels={"env": "a"}
    )

    execution = await client.get_execution(execution_id)
    assert from_struct(execution.inputs) == {"day": "2026-11-23", "count": 3}
    assert execution.summary.labels["env"] == "a"


async def test_a_repeated_request_id_starts_nothing(api: FakeApi, client: Client) -> None:
    api.add_flow(make_flow())

    first = await client.create_execution("company.etl", "load_orders", request_id="order-1")
    second = await client.create_execution("company.etl", "load_orders", request_id="order-1")

    assert first == second
    assert len(api.state.executions) == 1


async def test_executions_are_listed_retried_and_killed(api: FakeApi, client: Client) -> None:
    api.add_execution(make_execution("failed1", state_pb2.STATE_FAILED))
    api.add_execution(make_execution("running1", state_pb2.STATE_RUNNING))

    listed = await client.list_executions(filter_text="state:FAILED")
    retried = await client.retry_execution("failed1", reason="db was down")
    killed = await client.kill_execution("running1", grace_seconds=1.5)

    assert [row.id for row in listed.executions] == ["failed1"]
    assert retried.state == state_pb2.STATE_RESTARTED
    assert killed.state == state_pb2.STATE_KILLED
    assert api.requests("RetryExecution")[0].reason == "db was down"
    assert api.requests("KillExecution")[0].grace.ToMilliseconds() == 1500


async def test_stored_log_lines_are_listed(api: FakeApi, client: Client) -> None:
    api.add_execution(make_execution("e1"))
    for position in range(1, 6):
        api.add_log(make_log("e1", position, f"line {position}"))

    listed = await client.list_logs(log_pb2.LogQuery(execution_id="e1"), limit=2, tail=True)

    assert [entry.text for entry in listed.entries] == ["line 4", "line 5"]
    assert listed.total_count == 5


async def test_triggers_are_switched_and_backfilled(api: FakeApi, client: Client) -> None:
    api.add_trigger(make_trigger())

    disabled = await client.set_trigger_enabled(KEY, is_enabled=False)
    listed = await client.list_triggers(namespace="company.etl")
    begun = (await client.create_backfill(KEY, start=START)).HasField("backfill")
    ended = (await client.delete_backfill(KEY)).HasField("backfill")

    assert not disabled.is_enabled
    assert listed.total_count == 1
    assert (begun, ended) == (True, False)


async def test_a_batch_is_previewed_made_controlled_and_read(api: FakeApi, client: Client) -> None:
    api.add_execution(make_execution("a1", state_pb2.STATE_FAILED))
    api.add_execution(make_execution("b1", state_pb2.STATE_RUNNING))
    selection = batch_pb2.BatchSelection(execution_ids=["a1", "b1"])

    preview = await client.preview_batch(batch_pb2.BATCH_ACT_RETRY, selection)
    batch = await client.create_batch(batch_pb2.BATCH_ACT_RETRY, selection, reason="db")
    stopped = await client.control_batch(batch.id, batch_pb2.ControlBatchRequest.CONTROL_STOP)
    items = await client.list_batch_items(batch.id, outcome=batch_pb2.BatchItem.OUTCOME_REFUSED)
    watched = [update async for update in client.watch_batch(batch.id)]

    assert (preview.eligible_count, preview.refused_count) == (1, 1)
    assert stopped.status == batch_pb2.Batch.STATUS_STOPPED
    assert [item.execution_id for item in items.items] == ["b1"]
    assert [update.status for update in watched] == [batch_pb2.Batch.STATUS_STOPPED]
    assert (await client.list_batches()).total_count == 1
    assert (await client.get_batch(batch.id)).reason == "db"


async def test_the_coordinator_and_its_agents_answer(api: FakeApi, client: Client) -> None:
    api.add_agent(make_agent("etl-1"))

    status = await client.get_status()
    drained = await client.drain_agent("etl-1", deadline_seconds=60)
    agents = await client.list_agents()

    assert status.is_ready
    assert drained.id == "etl-1"
    assert [agent.id for agent in agents] == ["etl-1"]


async def test_a_file_goes_up_in_chunks_and_comes_down_whole(
    api: FakeApi, client: Client, tmp_path: Path
) -> None:
    content = bytes(range(256)) * 4096
    (tmp_path / "orders.csv").write_bytes(content)

    stored = await client.upload_artifact(
        tmp_path / "orders.csv", namespace="company.etl", flow_id="load_orders"
    )
    api.fail("DownloadArtifact", grpc.StatusCode.UNAVAILABLE, after_messages=3)
    received = b"".join([chunk async for chunk in client.download_artifact(stored.uri)])

    assert stored.size_bytes == len(content)
    assert received == content


async def test_a_file_that_is_not_there_is_not_uploaded(client: Client, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await client.upload_artifact(tmp_path / "none.csv", namespace="x", flow_id="y")
