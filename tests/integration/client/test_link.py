"""What the client does when the coordinator stops, refuses or hangs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import grpc
import pytest

from lanner_proto import errors
from lanner_proto.client import Client
from lanner_proto.link import LinkState
from lanner_proto.v1 import execution_pb2, log_pb2, state_pb2
from tests.support.eventually import eventually
from tests.support.fake_api import FakeApi
from tests.support.fake_coordinator.data import make_execution, make_flow, make_log, make_task_run

Item = TypeVar("Item")


async def collect(stream: AsyncIterator[Item], into: list[Item]) -> None:
    """Note items one by one, so that a test sees how far the stream is."""
    while (item := await anext(stream, None)) is not None:
        into.append(item)


async def first(stream: AsyncIterator[Item]) -> Item:
    return await anext(stream)


async def test_without_a_coordinator_a_call_fails_at_once(tmp_socket_dir: Path) -> None:
    async with Client(f"unix:{tmp_socket_dir}/none.sock", retry_seconds=0) as client:
        with pytest.raises(errors.Unavailable):
            await client.get_status()


async def test_a_repeatable_call_is_tried_again_until_the_coordinator_answers(
    api: FakeApi, client: Client
) -> None:
    api.fail("GetStatus", grpc.StatusCode.UNAVAILABLE, times=2)

    status = await client.get_status()

    assert status.is_ready
    assert len(api.requests("GetStatus")) == 3


async def test_a_call_outlives_a_restart_of_the_coordinator(api: FakeApi, client: Client) -> None:
    await client.get_status()
    await api.stop()
    async with asyncio.TaskGroup() as group:
        call = group.create_task(client.get_status())
        await api.start()

    assert call.result().is_ready


async def test_an_act_that_may_not_be_repeated_is_tried_once(api: FakeApi, client: Client) -> None:
    api.fail("KillExecution", grpc.StatusCode.UNAVAILABLE)

    with pytest.raises(errors.Unavailable):
        await client.kill_execution("e1")

    assert len(api.requests("KillExecution")) == 1


async def test_a_repeated_create_starts_one_execution(api: FakeApi, client: Client) -> None:
    api.add_flow(make_flow())
    api.fail("CreateExecution", grpc.StatusCode.UNAVAILABLE)

    await client.create_execution("company.etl", "load_orders")

    first, second = api.requests("CreateExecution")
    assert first.request_id == second.request_id != ""


async def test_an_execution_that_is_given_a_file_is_waited_for(api: FakeApi) -> None:
    api.state.hanging.add("CreateExecution")
    async with Client(api.address, timeout_seconds=0.2) as client:
        with pytest.raises(errors.TimedOut):
            await client.create_execution("company", "etl", inputs={"day": "kestra"})
        uri = "kestra:///company/etl/uploads/0123456789abcdef/large.bin"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await client.create_execution("company", "etl", inputs={"file": uri})


async def test_a_hanging_call_times_out(api: FakeApi) -> None:
    api.state.hanging.add("GetStatus")

    async with Client(api.address, timeout_seconds=0.2) as client:
        with pytest.raises(errors.TimedOut):
            await client.get_status()


async def test_a_refusal_keeps_the_coordinators_sentence(api: FakeApi, client: Client) -> None:
    api.fail("ListAgents", grpc.StatusCode.PERMISSION_DENIED, "token ci may not list agents")

    with pytest.raises(errors.PermissionDenied, match="token ci may not list agents") as refusal:
        await client.list_agents()

    assert refusal.value.status == "PERMISSION_DENIED"


async def test_followed_logs_go_on_after_a_lost_link_without_gap_or_repeat(
    api: FakeApi, client: Client
) -> None:
    execution = api.add_execution(make_execution("e1", state_pb2.STATE_RUNNING))
    api.add_log(make_log("e1", 1, "one"))
    api.fail("FollowLogs", grpc.StatusCode.UNAVAILABLE, after_messages=1)
    entries: list[log_pb2.LogEntry] = []

    async with asyncio.TaskGroup() as group:
        query = log_pb2.LogQuery(execution_id="e1")
        group.create_task(collect(client.follow_logs(query), entries))
        await eventually(lambda: len(entries) == 1)
        api.add_log(make_log("e1", 2, "two"))
        await eventually(lambda: len(entries) == 2)
        execution.summary.state = state_pb2.STATE_SUCCESS
        api.add_log(make_log("e1", 3, "three"))

    assert [entry.text for entry in entries] == ["one", "two", "three"]
    assert [request.after_position for request in api.requests("FollowLogs")] == [0, 1]


async def test_a_watch_goes_on_with_a_snapshot_and_tells_of_the_link(api: FakeApi) -> None:
    links: list[bool] = []

    def note(link: LinkState) -> None:
        links.append(link.is_up)

    execution = api.add_execution(make_execution("e1", state_pb2.STATE_RUNNING))
    updates: list[execution_pb2.WatchExecutionResponse] = []

    async with Client(api.address, on_link=note) as client, asyncio.TaskGroup() as group:
        group.create_task(collect(client.watch_execution("e1"), updates))
        await eventually(lambda: len(updates) == 1)
        execution.task_runs.append(make_task_run("load", state_pb2.STATE_RUNNING))
        api.state.notify()
        await eventually(lambda: len(updates) == 2)
        await api.stop()
        await api.start()
        await eventually(lambda: len(updates) == 3)
        execution.summary.state = state_pb2.STATE_SUCCESS
        api.state.notify()

    assert [update.HasField("snapshot") for update in updates] == [True, False, True, False]
    assert [run.task_id for run in updates[1].changed_task_runs] == ["load"]
    assert links[0] is False
    assert links[-1] is True


async def test_a_quiet_stream_tells_that_the_link_is_back(api: FakeApi) -> None:
    links: list[bool] = []

    def note(link: LinkState) -> None:
        links.append(link.is_up)

    async with Client(api.address, on_link=note) as client:
        stream = client.watch_executions()
        async with asyncio.TaskGroup() as group:
            change = group.create_task(first(stream))
            await eventually(lambda: api.state.open_streams == 1)
            api.state.drop_streams()
            await eventually(lambda: links[-1:] == [True])
            await eventually(lambda: api.state.open_streams == 1)
            api.add_execution(make_execution("e1"))
        await stream.aclose()

    assert change.result().id == "e1"


async def test_a_stream_that_is_not_resumed_in_time_fails(api: FakeApi) -> None:
    api.add_execution(make_execution("e1", state_pb2.STATE_RUNNING))

    async with Client(api.address, resume_seconds=0.3) as client:
        stream = client.watch_execution("e1")
        await anext(stream)
        await api.stop()
        with pytest.raises(errors.Unavailable):
            await anext(stream)


async def test_a_stream_that_cannot_be_opened_fails_at_once(tmp_socket_dir: Path) -> None:
    async with Client(f"unix:{tmp_socket_dir}/none.sock") as client:
        with pytest.raises(errors.Unavailable):
            await anext(client.watch_execution("e1"))


async def test_a_stream_of_what_does_not_exist_is_not_resumed(client: Client) -> None:
    with pytest.raises(errors.NotFound):
        await anext(client.watch_execution("none"))
