"""The NamespaceService."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from lanner_coordinator.flow.reading.namespace import NamespaceText
from lanner_coordinator.rpc.callers import caller_of
from lanner_coordinator.rpc.convert_namespace import (
    applied_out,
    checked_source,
    namespace_out,
    wish_in,
    wish_of,
)
from lanner_coordinator.rpc.interceptor import Context
from lanner_coordinator.rpc.limits import SOURCES_LIMIT, page_limit, page_offset, required
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.namespaces.editing import NamespaceEditor
from lanner_proto.v1 import namespace_pb2, namespace_pb2_grpc

ReadNamespace = Callable[[str, str], NamespaceText]
"""Reads a source, given its name and text."""


class NamespaceService(namespace_pb2_grpc.NamespaceServiceServicer):
    """Serves namespaces; what each call means stands in `namespace.proto`."""

    def __init__(self, *, editor: NamespaceEditor, read: ReadNamespace) -> None:
        self._editor = editor
        self._read = read

    async def ListNamespaces(
        self, request: namespace_pb2.ListNamespacesRequest, context: Context
    ) -> namespace_pb2.ListNamespacesResponse:
        """A page of the namespaces."""
        page, total_count = self._editor.page(
            request.below,
            limit=page_limit(request.limit, default=100, highest=1_000),
            offset=page_offset(request.offset),
        )
        return namespace_pb2.ListNamespacesResponse(
            namespaces=[namespace_out(view) for view in page], total_count=total_count
        )

    async def GetNamespace(
        self, request: namespace_pb2.GetNamespaceRequest, context: Context
    ) -> namespace_pb2.GetNamespaceResponse:
        """One namespace."""
        view = self._editor.get(required("name", request.name))
        return namespace_pb2.GetNamespaceResponse(namespace=namespace_out(view))

    async def SetNamespace(
        self, request: namespace_pb2.SetNamespaceRequest, context: Context
    ) -> namespace_pb2.SetNamespaceResponse:
        """Replace all that is set for a namespace."""
        view = await self._editor.set(wish_in(request), caller_of(context))
        return namespace_pb2.SetNamespaceResponse(namespace=namespace_out(view))

    async def ApplyNamespaces(
        self, request: namespace_pb2.ApplyNamespacesRequest, context: Context
    ) -> namespace_pb2.ApplyNamespacesResponse:
        """Set namespaces from YAML texts."""
        if len(request.sources) > SOURCES_LIMIT:
            raise InvalidRequest(f"a request has at most {SOURCES_LIMIT} sources")
        wishes = [
            wish_of(await asyncio.to_thread(self._read, source.name, checked_source(source)))
            for source in request.sources
        ]
        applied = await self._editor.apply(wishes, caller_of(context), dry_run=request.dry_run)
        return namespace_pb2.ApplyNamespacesResponse(
            applied=[
                applied_out(source.name, one)
                for source, one in zip(request.sources, applied, strict=True)
            ]
        )

    async def DeleteNamespace(
        self, request: namespace_pb2.DeleteNamespaceRequest, context: Context
    ) -> namespace_pb2.DeleteNamespaceResponse:
        """Take back all that is set for a namespace."""
        await self._editor.delete(required("name", request.name))
        return namespace_pb2.DeleteNamespaceResponse()
