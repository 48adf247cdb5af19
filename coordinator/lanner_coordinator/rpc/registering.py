"""How services are put into a server: by their names, not as registered methods.

The server waits for the next call of every registered method at once. Each call that comes ends
that wait and begins it anew for all of them, so that with some dozens of methods a short call pays
more for the wait than for its answer. Without them the server waits for one thing, the next call,
and finds its method by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import grpc
import grpc.aio


class NamedHandlers:
    """Stands before a server for generated code, which gives it each method in both ways."""

    def __init__(self, server: grpc.aio.Server) -> None:
        self._server = server

    def add_generic_rpc_handlers(self, handlers: Sequence[grpc.GenericRpcHandler]) -> None:
        """Serve methods that are found by their names."""
        self._server.add_generic_rpc_handlers(handlers)

    def add_registered_method_handlers(
        self, service: str, handlers: Mapping[str, grpc.RpcMethodHandler[Any, Any]]
    ) -> None:
        """Leave them out: they are the same methods."""
