from __future__ import annotations

import asyncio
import logging
import re
import socket
import stat
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from google.protobuf.descriptor import MethodDescriptor
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from lanner_coordinator.errors import StartError
from lanner_coordinator.rpc.server import ApiServer, ServedService
from lanner_coordinator.rpc.status import DETAILS_KEY
from lanner_coordinator.runtime.status import Readiness
from lanner_proto.client import Client
from lanner_proto.errors import InvalidInput, ServerFault, Unavailable
from lanner_proto.v1 import (
    artifact_pb2,
    batch_pb2,
    execution_pb2,
    flow_pb2,
    flow_pb2_grpc,
    log_pb2,
    server_pb2,
    trigger_pb2,
)
from tests.integration.rpc.conftest import SOCKET_NAME
from tests.support.services_stage import Services
from tests.support.sockets import free_port

FILES = (artifact_pb2, batch_pb2, execution_pb2, flow_pb2, log_pb2, server_pb2, trigger_pb2)


def all_methods() -> Iterator[MethodDescriptor]:
    for file in FILES:
        for service in file.DESCRIPTOR.services_by_name.values():
            yield from service.methods


def health_of(channel: grpc.aio.Channel) -> Any:
    """The health service's stub, whose types know nothing of its methods."""
    return health_pb2_grpc.HealthStub(channel)


def reflection_of(channel: Any) -> Any:
    """The reflection service's stub, which takes asynchronous channels too."""
    return reflection_pb2_grpc.ServerReflectionStub(channel)


def empty(socket_path: Path, *addresses: str) -> ApiServer:
    """A server without services."""
    return ApiServer((), readiness=Readiness(), socket_path=socket_path, addresses=addresses)


async def outcome_of(channel: grpc.aio.Channel, method: MethodDescriptor) -> grpc.StatusCode:
    """Status of a call with an empty request, however the method streams."""
    path = f"/{method.containing_service.full_name}/{method.name}"
    kinds: dict[tuple[bool, bool], Any] = {
        (False, False): channel.unary_unary,
        (False, True): channel.unary_stream,
        (True, False): channel.stream_unary,
    }
    call = kinds[method.client_streaming, method.server_streaming](path)
    request: object = iter(()) if method.client_streaming else b""
    started = call(request, timeout=0.5)
    try:
        if method.server_streaming:
            await started.read()
        else:
            await started
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


@pytest.mark.parametrize("method", list(all_methods()), ids=lambda method: method.full_name)
async def test_every_method_of_the_contract_is_served(
    api: ApiServer, address: str, method: MethodDescriptor
) -> None:
    async with grpc.aio.insecure_channel(address) as channel:
        status = await outcome_of(channel, method)

    # An empty request is refused with a reason, or answered; a watch of a list just waits.
    assert status in {
        grpc.StatusCode.OK,
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.DEADLINE_EXCEEDED,
    }


async def test_the_socket_belongs_to_its_owner_alone(api: ApiServer, tmp_socket_dir: Path) -> None:
    mode = (tmp_socket_dir / SOCKET_NAME).stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


async def test_the_socket_is_gone_after_the_end(tmp_socket_dir: Path) -> None:
    path = tmp_socket_dir / SOCKET_NAME
    async with empty(path):
        assert path.exists()

    assert not path.exists()


async def test_a_socket_that_a_crash_left_is_replaced(tmp_socket_dir: Path) -> None:
    path = tmp_socket_dir / SOCKET_NAME
    with socket.socket(socket.AF_UNIX) as crashed:
        crashed.bind(str(path))

    async with empty(path), grpc.aio.insecure_channel(f"unix:{path}") as channel:
        response = await health_of(channel).Check(health_pb2.HealthCheckRequest())

    assert response.status == health_pb2.HealthCheckResponse.NOT_SERVING


async def test_calls_before_the_coordinator_is_ready_are_told_to_come_again(
    tmp_socket_dir: Path,
) -> None:
    path = tmp_socket_dir / SOCKET_NAME
    server = ApiServer([broken_flows()], readiness=Readiness(), socket_path=path)
    async with server, Client(f"unix:{path}", retry_seconds=0) as client:
        with pytest.raises(Unavailable, match="the coordinator is starting"):
            await client.list_flows()


async def test_a_second_coordinator_on_a_socket_is_refused(
    api: ApiServer, client: Client, tmp_socket_dir: Path
) -> None:
    with pytest.raises(StartError, match="another coordinator listens"):
        async with empty(tmp_socket_dir / SOCKET_NAME):
            pass

    assert (await client.get_status()).is_ready


async def test_a_file_in_the_way_of_the_socket_is_not_removed(tmp_socket_dir: Path) -> None:
    path = tmp_socket_dir / SOCKET_NAME
    path.touch()

    with pytest.raises(StartError, match="it is not a socket"):
        async with empty(path):
            pass

    assert path.is_file()


async def test_a_loopback_port_is_listened_to_besides(tmp_socket_dir: Path) -> None:
    port = free_port()
    async with (
        empty(tmp_socket_dir / SOCKET_NAME, f"127.0.0.1:{port}"),
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        response = await health_of(channel).Check(health_pb2.HealthCheckRequest())

    assert response.status == health_pb2.HealthCheckResponse.NOT_SERVING


async def test_an_address_that_others_can_reach_is_refused(tmp_socket_dir: Path) -> None:
    with pytest.raises(StartError, match="can be reached from other hosts"):
        async with empty(tmp_socket_dir / SOCKET_NAME, "0.0.0.0:7443"):
            pass


async def test_a_port_that_is_taken_is_told(tmp_socket_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(StartError, match=f"cannot listen on 127.0.0.1:{port}"):
            async with empty(tmp_socket_dir / SOCKET_NAME, f"127.0.0.1:{port}"):
                pass


async def test_health_says_that_the_coordinator_serves(api: ApiServer, address: str) -> None:
    async with grpc.aio.insecure_channel(address) as channel:
        stub = health_of(channel)
        overall = await stub.Check(health_pb2.HealthCheckRequest())
        flows = await stub.Check(health_pb2.HealthCheckRequest(service="lanner.v1.FlowService"))

    assert overall.status == flows.status == health_pb2.HealthCheckResponse.SERVING


async def test_reflection_names_all_services(api: ApiServer, address: str) -> None:
    async def requests() -> AsyncIterator[reflection_pb2.ServerReflectionRequest]:
        yield reflection_pb2.ServerReflectionRequest(list_services="")

    async with grpc.aio.insecure_channel(address) as channel:
        stub = reflection_of(channel)
        async for response in stub.ServerReflectionInfo(requests()):
            names = {service.name for service in response.list_services_response.service}
            break

    assert {method.containing_service.full_name for method in all_methods()} <= names
    assert "grpc.health.v1.Health" in names


class BrokenFlows(flow_pb2_grpc.FlowServiceServicer):
    """Fails at everything."""

    async def ListFlows(
        self, request: flow_pb2.ListFlowsRequest, context: Any
    ) -> flow_pb2.ListFlowsResponse:
        raise KeyError("password=hunter2")


def broken_flows() -> ServedService:
    """A service that fails."""
    return ServedService(
        descriptor=flow_pb2.DESCRIPTOR.services_by_name["FlowService"],
        add=partial(flow_pb2_grpc.add_FlowServiceServicer_to_server, BrokenFlows()),  # type: ignore[abstract]  # one method is enough
    )


async def test_a_failure_that_nobody_expected_gives_a_reference_that_the_log_has(
    tmp_socket_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_socket_dir / SOCKET_NAME
    server = ApiServer([broken_flows()], readiness=Readiness(), socket_path=path)
    with caplog.at_level(logging.ERROR):
        async with server, Client(f"unix:{path}", retry_seconds=0) as client:
            await server.ready()
            with pytest.raises(ServerFault) as failed:
                await client.list_flows()

    found = re.search(r"reference (\w{8})$", str(failed.value))
    assert found is not None
    assert "hunter2" not in str(failed.value)
    assert f"/lanner.v1.FlowService/ListFlows failed, reference {found[1]}" in caplog.text


async def test_problems_of_sources_are_details_of_the_status(api: ApiServer, address: str) -> None:
    source = flow_pb2.FlowSource(name="a.yaml", source="id: x\nnamespace: company\ntasks: 7\n")
    async with grpc.aio.insecure_channel(address) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await flow_pb2_grpc.FlowServiceStub(channel).ApplyFlows(
                flow_pb2.ApplyFlowsRequest(sources=[source])
            )

    metadata = dict(failed.value.trailing_metadata() or ())
    status = status_pb2.Status.FromString(metadata[DETAILS_KEY])
    details = error_details_pb2.BadRequest()
    status.details[0].Unpack(details)
    assert [violation.field for violation in details.field_violations] == ["tasks"]


async def test_streams_end_when_the_server_stops(tmp_socket_dir: Path, on: Services) -> None:
    path = tmp_socket_dir / SOCKET_NAME
    server = ApiServer([], readiness=Readiness(), socket_path=path)
    async with asyncio.timeout(10):
        async with server, grpc.aio.insecure_channel(f"unix:{path}") as channel:
            stub = health_of(channel)
            watch = stub.Watch(health_pb2.HealthCheckRequest())
            await watch.read()
            await server.__aexit__(None, None, None)

            assert await watch.code() is not grpc.StatusCode.OK


async def test_a_message_that_is_too_large_is_refused(client: Client) -> None:
    source = flow_pb2.FlowSource(name="a.yaml", source="#" * (1024 * 1024 + 1))

    with pytest.raises(InvalidInput, match="larger than 1 MB"):
        await client.apply_flows([source])
