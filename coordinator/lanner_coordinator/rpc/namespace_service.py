"""The NamespaceService."""

from __future__ import annotations

from lanner_coordinator.rpc.callers import caller_of
from lanner_coordinator.rpc.convert_namespace import namespace_out, wish_in
from lanner_coordinator.rpc.interceptor import Context
from lanner_coordinator.rpc.limits import page_limit, page_offset, required
from lanner_coordinator.runtime.namespaces.editing import NamespaceEditor
from lanner_proto.v1 import namespace_pb2, namespace_pb2_grpc


class NamespaceService(namespace_pb2_grpc.NamespaceServiceServicer):
    """Serves namespaces; what each call means stands in `namespace.proto`."""

    def __init__(self, *, editor: NamespaceEditor) -> None:
        self._editor = editor

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

    async def DeleteNamespace(
        self, request: namespace_pb2.DeleteNamespaceRequest, context: Context
    ) -> namespace_pb2.DeleteNamespaceResponse:
        """Take back all that is set for a namespace."""
        await self._editor.delete(required("name", request.name))
        return namespace_pb2.DeleteNamespaceResponse()
