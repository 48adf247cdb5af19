"""Namespaces: what is set for them and what holds in them."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_proto.connection import Connection
from lanner_proto.v1 import namespace_pb2
from lanner_proto.v1.namespace_pb2_grpc import NamespaceServiceStub


class NamespaceCalls(Connection):
    """Calls of `lanner.v1.NamespaceService`."""

    async def list_namespaces(
        self, *, below: str = "", limit: int = 0, offset: int = 0
    ) -> namespace_pb2.ListNamespacesResponse:
        """Namespaces in order of name, and how many there are."""
        request = namespace_pb2.ListNamespacesRequest(below=below, limit=limit, offset=offset)
        return await self._unary(
            lambda channel: NamespaceServiceStub(channel).ListNamespaces, request, may_repeat=True
        )

    async def get_namespace(self, name: str) -> namespace_pb2.Namespace:
        """One namespace.

        Raises:
            NotFound: There is no such namespace.
        """
        response = await self._unary(
            lambda channel: NamespaceServiceStub(channel).GetNamespace,
            namespace_pb2.GetNamespaceRequest(name=name),
            may_repeat=True,
        )
        return response.namespace

    async def set_namespace(
        self,
        name: str,
        settings: namespace_pb2.NamespaceSettings,
        *,
        if_version: int | None = None,
    ) -> namespace_pb2.Namespace:
        """Replace all that is set for a namespace.

        Args:
            name: Of the namespace.
            settings: What is set from now on.
            if_version: The version that it must have; 0: nothing must be set; absent: any.

        Raises:
            InvalidInput: Something is wrong; says all of it.
            Conflict: It is not at `if_version`.
        """
        request = namespace_pb2.SetNamespaceRequest(
            name=name, settings=settings, if_version=if_version
        )
        response = await self._unary(
            lambda channel: NamespaceServiceStub(channel).SetNamespace,
            request,
            may_repeat=if_version is None,
        )
        return response.namespace

    async def apply_namespaces(
        self, sources: Sequence[namespace_pb2.NamespaceSource], *, dry_run: bool = False
    ) -> Sequence[namespace_pb2.AppliedNamespace]:
        """Set namespaces from YAML texts, all or none.

        Raises:
            InvalidInput: Says all that is wrong.
        """
        response = await self._unary(
            lambda channel: NamespaceServiceStub(channel).ApplyNamespaces,
            namespace_pb2.ApplyNamespacesRequest(sources=sources, dry_run=dry_run),
            may_repeat=True,
        )
        return response.applied

    async def delete_namespace(self, name: str) -> None:
        """Take back all that is set for a namespace.

        Raises:
            NotFound: Nothing is set for it.
        """
        await self._unary(
            lambda channel: NamespaceServiceStub(channel).DeleteNamespace,
            namespace_pb2.DeleteNamespaceRequest(name=name),
            may_repeat=False,
        )
