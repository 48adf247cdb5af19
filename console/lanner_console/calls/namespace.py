"""Namespaces and their files: asked over gRPC, answered in view models."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from lanner_console.calls.asker import Asker
from lanner_console.models import FlowText, Page
from lanner_console.models.namespace import (
    AppliedNamespace,
    NamespaceFileRow,
    NamespaceRow,
    NamespaceSettings,
)
from lanner_console.wire import namespace as wire
from lanner_proto.v1 import namespace_pb2


class NamespaceCalls(Asker):
    """`NamespaceClient` over the typed client; see the protocol for what each call does."""

    async def list_namespaces(
        self, *, below: str = "", limit: int = 100, offset: int = 0
    ) -> Page[NamespaceRow]:
        """A page of namespaces."""
        return wire.page(
            await self._client.list_namespaces(below=below, limit=limit, offset=offset)
        )

    async def get_namespace(self, name: str) -> NamespaceRow:
        """One namespace."""
        return wire.row(await self._client.get_namespace(name))

    async def set_namespace(
        self, name: str, settings: NamespaceSettings, *, if_version: int | None = None
    ) -> NamespaceRow:
        """Replace what is set for a namespace."""
        message = wire.settings_message(settings)
        return wire.row(await self._client.set_namespace(name, message, if_version=if_version))

    async def apply_namespaces(
        self, sources: Sequence[FlowText], *, dry_run: bool = False
    ) -> list[AppliedNamespace]:
        """Set namespaces from YAML texts."""
        messages = [
            namespace_pb2.NamespaceSource(name=one.name, text=one.source) for one in sources
        ]
        applied = await self._client.apply_namespaces(messages, dry_run=dry_run)
        return list(map(wire.applied, applied))

    async def delete_namespace(self, name: str) -> None:
        """Take back what is set for a namespace."""
        await self._client.delete_namespace(name)

    async def list_namespace_files(
        self,
        namespace: str,
        *,
        folder: str = "",
        recursive: bool = False,
        patterns: Sequence[str] = (),
        limit: int = 100,
        offset: int = 0,
    ) -> Page[NamespaceFileRow]:
        """A page of files and folders."""
        return wire.file_page(
            await self._client.list_namespace_files(
                namespace,
                folder=folder,
                recursive=recursive,
                patterns=patterns,
                limit=limit,
                offset=offset,
            )
        )

    async def put_namespace_file(self, file: Path, namespace: str, path: str) -> NamespaceFileRow:
        """Store a version of a file."""
        response = await self._client.put_namespace_file(file, namespace, path)
        return wire.file_row(response.file)

    def get_namespace_file(
        self, namespace: str, path: str, *, version: int = 0
    ) -> AsyncIterator[bytes]:
        """The bytes of a version."""
        return self._client.get_namespace_file(namespace, path, version=version)

    async def move_namespace_file(
        self, namespace: str, source: str, target: str
    ) -> list[NamespaceFileRow]:
        """Give a file or a folder another name."""
        moved = await self._client.move_namespace_file(namespace, source, target)
        return [wire.file_row(one.file) for one in moved]

    async def delete_namespace_files(
        self, namespace: str, paths: Sequence[str]
    ) -> list[NamespaceFileRow]:
        """Delete files and folders."""
        return list(map(wire.file_row, await self._client.delete_namespace_files(namespace, paths)))

    async def list_namespace_file_versions(
        self, namespace: str, path: str
    ) -> list[NamespaceFileRow]:
        """All versions of a file."""
        versions = await self._client.list_namespace_file_versions(namespace, path)
        return list(map(wire.file_row, versions))
