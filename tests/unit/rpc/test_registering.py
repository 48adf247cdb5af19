from __future__ import annotations

from typing import cast

import grpc
import grpc.aio

from lanner_coordinator.rpc.registering import NamedHandlers
from lanner_proto.v1 import namespace_pb2_grpc

SERVICE = "lanner.v1.NamespaceService"


class Recorded:
    """A server that keeps what it is given."""

    def __init__(self) -> None:
        self.generic: list[grpc.GenericRpcHandler] = []
        self.registered: list[str] = []

    def add_generic_rpc_handlers(self, handlers: tuple[grpc.GenericRpcHandler]) -> None:
        self.generic.extend(handlers)

    def add_registered_method_handlers(self, service: str, handlers: object) -> None:
        self.registered.append(service)


class Service:
    """Has every method."""

    def __getattr__(self, name: str) -> object:
        return name


def test_the_server_finds_methods_by_name_and_waits_for_none_of_its_own() -> None:
    server = Recorded()
    named = NamedHandlers(cast("grpc.aio.Server", server))

    namespace_pb2_grpc.add_NamespaceServiceServicer_to_server(
        cast("namespace_pb2_grpc.NamespaceServiceServicer", Service()),
        cast("grpc.aio.Server", named),
    )

    (handler,) = server.generic
    assert isinstance(handler, grpc.ServiceRpcHandler)
    assert handler.service_name() == SERVICE
    assert server.registered == []
