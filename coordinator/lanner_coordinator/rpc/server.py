"""The gRPC server: a Unix socket and loopback ports, services, health and reflection."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import grpc.aio
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from lanner_coordinator.config import check_loopback
from lanner_coordinator.errors import StartError
from lanner_coordinator.rpc.interceptor import CallGuard
from lanner_coordinator.rpc.limits import MESSAGE_LIMIT_BYTES
from lanner_coordinator.rpc.registering import NamedHandlers
from lanner_coordinator.rpc.sockets import clear_socket, owner_only
from lanner_coordinator.runtime.status import Readiness

logger = logging.getLogger(__name__)

STOP_GRACE_SECONDS = 2.0
"""How long calls under way may take when the server stops; streams are ended then."""

SERVER_OPTIONS: Sequence[tuple[str, int]] = (
    ("grpc.max_receive_message_length", MESSAGE_LIMIT_BYTES),
    ("grpc.max_send_message_length", MESSAGE_LIMIT_BYTES),
    # Clients and agents look every 15 s whether the link stands, with no call under way too.
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    # A second coordinator on the same port must fail, not share it.
    ("grpc.so_reuseport", 0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedService:
    """A service and how it is put into a server.

    Attributes:
        descriptor: Of the service in its `.proto` file.
        add: Registers it.
    """

    descriptor: ServiceDescriptor
    add: Callable[[grpc.aio.Server], None]


class ApiServer:
    """Serves while it is held by `async with`.

    Args:
        services: What is served.
        readiness: Until it says so, calls are told to come again.
        socket_path: Of the Unix socket, which only its owner can open.
        addresses: Loopback addresses `host:port` to listen on besides.
    """

    def __init__(
        self,
        services: Sequence[ServedService],
        *,
        readiness: Readiness,
        socket_path: Path,
        addresses: Sequence[str] = (),
    ) -> None:
        self._services = services
        self._readiness = readiness
        self._socket_path = socket_path
        self._addresses = addresses
        self._health = health.aio.HealthServicer()
        self._server: grpc.aio.Server | None = None

    async def __aenter__(self) -> Self:
        """Listen.

        Raises:
            StartError: An address is taken, or not of this host alone.
        """
        server = grpc.aio.server(options=SERVER_OPTIONS, interceptors=[CallGuard(self._readiness)])
        by_name = cast("grpc.aio.Server", NamedHandlers(server))
        for service in self._services:
            service.add(by_name)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, by_name)
        reflection.enable_server_reflection(
            [*self._names(), health.SERVICE_NAME, reflection.SERVICE_NAME], server
        )
        await self._tell_health(health_pb2.HealthCheckResponse.NOT_SERVING)
        self._listen(server)
        await server.start()
        self._server = server
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take no more calls, let those under way end, and remove the socket."""
        server, self._server = self._server, None
        if server is not None:
            await self._health.enter_graceful_shutdown()
            await server.stop(STOP_GRACE_SECONDS)
            self._socket_path.unlink(missing_ok=True)

    async def ready(self) -> None:
        """Take calls from now on."""
        self._readiness.is_ready = True
        await self._tell_health(health_pb2.HealthCheckResponse.SERVING)

    def _names(self) -> Sequence[str]:
        return [service.descriptor.full_name for service in self._services]

    async def _tell_health(self, status: int) -> None:
        for name in ("", *self._names()):
            await self._health.set(name, status)

    def _listen(self, server: grpc.aio.Server) -> None:
        clear_socket(self._socket_path)
        with owner_only():
            _bind(server, f"unix:{self._socket_path}")
        for address in self._addresses:
            check_loopback(address)
            _bind(server, address)


def _bind(server: grpc.aio.Server, address: str) -> None:
    try:
        is_bound = server.add_insecure_port(address)
    except RuntimeError as error:
        raise StartError(f"the coordinator cannot listen on {address}: {error}") from error
    if not is_bound:
        raise StartError(f"the coordinator cannot listen on {address}: is the address taken?")
    logger.info("listening on %s", address)
