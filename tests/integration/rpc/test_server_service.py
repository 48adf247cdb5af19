from __future__ import annotations

import pytest

from lanner_proto.client import Client
from lanner_proto.errors import NotFound, WrongState
from lanner_proto.v1 import server_pb2
from tests.support.services_stage import Services, flow_source


async def test_the_status_counts_what_there_is(client: Client, on: Services) -> None:
    await on.apply(flow_source(), flow_source("logs", task="log"))
    await on.create()
    await on.create("logs")

    status = await client.get_status()

    assert status.software_version == "1.2.3"
    assert status.protocol_version == 1
    assert status.is_ready
    assert (status.running_count, status.ended_count, status.flow_count) == (1, 1, 2)
    assert (status.agent_count, status.connected_agent_count) == (2, 1)
    assert (status.slot_count, status.busy_slot_count) == (4, 1)
    assert status.database_bytes > 0


async def test_agents_are_listed(client: Client) -> None:
    away, connected = await client.list_agents()

    assert (away.id, away.status) == ("away", server_pb2.Agent.STATUS_DISCONNECTED)
    assert (connected.id, connected.status) == ("etl-1", server_pb2.Agent.STATUS_READY)


async def test_an_agent_is_drained_and_let_go_on(client: Client) -> None:
    drained = await client.drain_agent("etl-1", deadline_seconds=60)
    back = await client.drain_agent("etl-1", undo=True)

    assert drained.status == server_pb2.Agent.STATUS_DRAINING
    assert back.status == server_pb2.Agent.STATUS_READY


async def test_agents_that_cannot_be_drained_are_refused(client: Client) -> None:
    with pytest.raises(NotFound):
        await client.drain_agent("nobody")
    with pytest.raises(WrongState):
        await client.drain_agent("away")
