from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from lanner_coordinator.errors import StartError
from lanner_coordinator.http.server import REQUEST_LIMIT_BYTES, HttpServer
from lanner_coordinator.http.webhooks import WebhookAddresses
from lanner_coordinator.runtime.status import Readiness, StatusReader
from tests.integration.rpc.conftest import TwoAgents
from tests.support.services_stage import Services, flow_source, services
from tests.support.sockets import free_port


@dataclass
class Served:
    """A running server and what is behind it."""

    on: Services
    readiness: Readiness
    port: int

    async def request(self, text: str) -> tuple[int, str]:
        """Status and body of an exchange."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(text.encode())
        head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        return int(head.split()[1]), body

    async def get(self, path: str) -> tuple[int, str]:
        """Status and body of a GET."""
        return await self.request(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")


def server_at(address: str, on: Services, readiness: Readiness) -> HttpServer:
    status = StatusReader(
        store=on.store,
        executor=on.executor,
        dispatcher=on.core.dispatcher,
        flows=on.flows,
        agents=TwoAgents(),
        clock=on.clock,
        readiness=readiness,
        software_version="1.2.3",
    )
    addresses = WebhookAddresses(on.webhooks)
    return HttpServer(address, status=status, readiness=readiness, webhooks=addresses)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """A server on a free port, not ready."""
    readiness, port = Readiness(), free_port()
    async with services() as on, server_at(f"127.0.0.1:{port}", on, readiness):
        yield Served(on, readiness, port)


async def test_health_is_answered_before_the_coordinator_is_ready(served: Served) -> None:
    assert await served.get("/health") == (200, "ok\n")
    assert await served.get("/ready") == (503, "starting\n")

    served.readiness.is_ready = True

    assert await served.get("/ready") == (200, "ready\n")


async def test_metrics_count_what_there_is(served: Served) -> None:
    await served.on.apply(flow_source(), flow_source("logs", task="log"))
    await served.on.create()
    await served.on.create("logs")

    status, text = await served.get("/metrics?x=1")

    assert status == 200
    lines = text.splitlines()
    for line in (
        "lanner_ready 0",
        'lanner_executions{state="running"} 1',
        "lanner_archived_executions 1",
        "lanner_waiting_attempts 1",
        "lanner_flows 2",
        'lanner_agents{connected="true"} 1',
        "lanner_agent_slots 4",
    ):
        assert line in lines
    assert sum(line.startswith("# TYPE") for line in lines) == 11


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("GET /secrets HTTP/1.1\r\n\r\n", 404),
        ("POST /health HTTP/1.1\r\n\r\n", 405),
        ("nonsense\r\n\r\n", 405),
        (f"GET / HTTP/1.1\r\nX: {'x' * (REQUEST_LIMIT_BYTES + 1)}\r\n\r\n", 431),
    ],
    ids=["unknown", "method", "nonsense", "long"],
)
async def test_what_is_not_served_is_refused(served: Served, text: str, status: int) -> None:
    assert (await served.request(text))[0] == status


async def test_a_head_has_no_body(served: Served) -> None:
    assert await served.request("HEAD /health HTTP/1.1\r\n\r\n") == (200, "")


async def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        async with services() as on:
            with pytest.raises(StartError, match="cannot listen on"):
                async with server_at(address, on, Readiness()):
                    pass


async def test_an_address_that_others_can_reach_is_refused() -> None:
    async with services() as on:
        with pytest.raises(StartError, match="can be reached from other hosts"):
            async with server_at("0.0.0.0:9000", on, Readiness()):
                pass
