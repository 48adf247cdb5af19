from __future__ import annotations

from contextlib import aclosing

import pytest

from lanner_coordinator.engine.state import State
from lanner_proto.client import Client
from lanner_proto.errors import InvalidInput, NotFound, WrongState
from lanner_proto.v1 import batch_pb2, state_pb2
from tests.support.services_stage import Services, flow_source

FAILED = batch_pb2.BatchSelection(filter="state:FAILED")


async def three_failed(on: Services) -> list[str]:
    await on.apply(flow_source(task="fail"))
    return [await on.create() for _ in range(3)]


async def test_a_preview_tells_what_would_be_done(client: Client, on: Services) -> None:
    await three_failed(on)
    await on.apply(flow_source("logs", task="log"))
    await on.create("logs")

    preview = await client.preview_batch(batch_pb2.BATCH_ACT_RETRY, batch_pb2.BatchSelection())

    assert (preview.eligible_count, preview.refused_count) == (3, 1)
    assert [(group.state, group.count, group.reason) for group in preview.groups] == [
        (state_pb2.STATE_FAILED, 3, ""),
        (state_pb2.STATE_SUCCESS, 1, "No task found to restart, nothing in it failed (SUCCESS)"),
    ]


async def test_a_batch_is_watched_to_its_end(client: Client, on: Services) -> None:
    ids = await three_failed(on)
    batch = await client.create_batch(batch_pb2.BATCH_ACT_RETRY, FAILED, reason="again")
    async with aclosing(client.watch_batch(batch.id)) as stream:
        last = [one async for one in stream][-1]

    assert (last.status, last.total_count, last.failed_count) == (
        batch_pb2.Batch.STATUS_ENDED,
        3,
        3,
    )
    assert last == await client.get_batch(batch.id)
    assert list((await client.list_batches()).batches) == [last]
    items = await client.list_batch_items(batch.id, outcome=batch_pb2.BatchItem.OUTCOME_FAILED)
    assert [item.execution_id for item in items.items] == ids
    assert items.items[0].message.startswith("it ended FAILED")


async def test_a_batch_is_made_once_for_a_request(client: Client, on: Services) -> None:
    await three_failed(on)

    first, second = [
        await client.create_batch(batch_pb2.BATCH_ACT_RETRY, FAILED, request_id="b-1")
        for _ in range(2)
    ]

    assert first.id == second.id
    assert (await client.list_batches()).total_count == 1


async def test_a_batch_is_paused_and_stopped(client: Client, on: Services) -> None:
    await on.apply(flow_source())
    agent = await on.agent()
    for _ in range(2):
        execution_id = await on.create()
        await agent.finish((await agent.assignment()).attempt_id, State.FAILED, "no luck")
        await on.ended(execution_id)
    batch = await client.create_batch(batch_pb2.BATCH_ACT_RETRY, FAILED, max_parallel=1)

    paused = await client.control_batch(batch.id, batch_pb2.ControlBatchRequest.CONTROL_PAUSE)
    stopped = await client.control_batch(batch.id, batch_pb2.ControlBatchRequest.CONTROL_STOP)

    assert paused.status == batch_pb2.Batch.STATUS_PAUSED
    assert stopped.status == batch_pb2.Batch.STATUS_STOPPED
    with pytest.raises(WrongState, match="was stopped"):
        await client.control_batch(batch.id, batch_pb2.ControlBatchRequest.CONTROL_RESUME)


async def test_a_batch_of_nothing_is_refused(client: Client) -> None:
    with pytest.raises(InvalidInput, match="no execution matches"):
        await client.create_batch(batch_pb2.BATCH_ACT_RETRY, FAILED)
    with pytest.raises(InvalidInput, match="`act` is missing"):
        await client.create_batch(batch_pb2.BATCH_ACT_UNSPECIFIED, FAILED)
    with pytest.raises(InvalidInput, match="unknown key"):
        await client.preview_batch(
            batch_pb2.BATCH_ACT_KILL, batch_pb2.BatchSelection(filter="stat:x")
        )


async def test_a_batch_that_is_not_there_is_not_found(client: Client) -> None:
    with pytest.raises(NotFound, match='there is no batch "b-9"'):
        await client.get_batch("b-9")
    with pytest.raises(NotFound):
        await anext(client.watch_batch("b-9"))
    with pytest.raises(NotFound):
        await client.list_batch_items("b-9")
    with pytest.raises(NotFound):
        await client.control_batch("b-9", batch_pb2.ControlBatchRequest.CONTROL_STOP)


async def test_too_long_a_page_of_batches_is_refused(client: Client) -> None:
    with pytest.raises(InvalidInput):
        await client.list_batches(limit=1_001)


async def test_paused_executions_are_resumed_as_a_batch_that_ends_with_the_acts(
    client: Client, on: Services
) -> None:
    await on.apply(
        "id: nightly\nnamespace: company\n"
        "tasks: [{id: one, type: core.flow.Pause}, {id: two, type: core.flow.Pause}]\n"
    )
    ids = [await on.create() for _ in range(3)]
    selection = batch_pb2.BatchSelection(filter="state:PAUSED")

    batch = await client.create_batch(batch_pb2.BATCH_ACT_RESUME, selection)
    async with aclosing(client.watch_batch(batch.id)) as stream:
        last = [one async for one in stream][-1]

    assert (last.status, last.succeeded_count) == (batch_pb2.Batch.STATUS_ENDED, 3)
    for execution_id in ids:
        states = [run.state for run in (await client.get_execution(execution_id)).task_runs]
        assert states == [state_pb2.STATE_SUCCESS, state_pb2.STATE_PAUSED]
