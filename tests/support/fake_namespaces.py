"""Namespaces and their files of the console's fake client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from lanner_console.models import FlowText, Page
from lanner_console.models.namespace import (
    AppliedNamespace,
    NamespaceFileRow,
    NamespaceRow,
    NamespaceSettings,
)
from lanner_proto.errors import NotFound


class FakeNamespaces:
    """The part of the fake about namespaces; files are kept by namespace and path."""

    namespaces: dict[str, NamespaceRow]
    namespace_files: dict[tuple[str, str], NamespaceFileRow]

    async def _called(self, name: str, *arguments: Any) -> None:
        """Note a call."""

    async def list_namespaces(
        self, *, below: str = "", limit: int = 100, offset: int = 0
    ) -> Page[NamespaceRow]:
        await self._called("list_namespaces", below)
        rows = [row for name, row in sorted(self.namespaces.items()) if name.startswith(below)]
        return Page(rows=tuple(rows[offset : offset + limit]), total_count=len(rows))

    async def get_namespace(self, name: str) -> NamespaceRow:
        await self._called("get_namespace", name)
        if name not in self.namespaces:
            raise NotFound(f"there is no namespace {name}")
        return self.namespaces[name]

    async def set_namespace(
        self, name: str, settings: NamespaceSettings, *, if_version: int | None = None
    ) -> NamespaceRow:
        await self._called("set_namespace", name, settings, if_version)
        before = self.namespaces.get(name, NamespaceRow(name=name))
        row = msgspec.structs.replace(
            before, own=settings, effective=settings, version=before.version + 1
        )
        self.namespaces[name] = row
        return row

    async def apply_namespaces(
        self, sources: Sequence[FlowText], *, dry_run: bool = False
    ) -> list[AppliedNamespace]:
        await self._called("apply_namespaces", tuple(sources), dry_run)
        return [
            AppliedNamespace(name=one.name, change="created", version=1, source=one.name)
            for one in sources
        ]

    async def delete_namespace(self, name: str) -> None:
        await self._called("delete_namespace", name)
        del self.namespaces[name]

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
        await self._called("list_namespace_files", namespace, folder, recursive)
        rows = [
            row
            for (name, path), row in sorted(self.namespace_files.items())
            if name == namespace and path.startswith(f"{folder}/" if folder else "")
        ]
        return Page(rows=tuple(rows[offset : offset + limit]), total_count=len(rows))

    async def put_namespace_file(self, file: Path, namespace: str, path: str) -> NamespaceFileRow:
        await self._called("put_namespace_file", file, namespace, path)
        before = self.namespace_files.get((namespace, path))
        row = NamespaceFileRow(path=path, version=before.version + 1 if before else 1)
        self.namespace_files[namespace, path] = row
        return row

    async def get_namespace_file(
        self, namespace: str, path: str, *, version: int = 0
    ) -> AsyncIterator[bytes]:
        await self._called("get_namespace_file", namespace, path, version)
        yield path.encode()

    async def move_namespace_file(
        self, namespace: str, source: str, target: str
    ) -> list[NamespaceFileRow]:
        await self._called("move_namespace_file", namespace, source, target)
        row = msgspec.structs.replace(self.namespace_files.pop((namespace, source)), path=target)
        self.namespace_files[namespace, target] = row
        return [row]

    async def delete_namespace_files(
        self, namespace: str, paths: Sequence[str]
    ) -> list[NamespaceFileRow]:
        await self._called("delete_namespace_files", namespace, tuple(paths))
        return [self.namespace_files.pop((namespace, path)) for path in paths]

    async def list_namespace_file_versions(
        self, namespace: str, path: str
    ) -> list[NamespaceFileRow]:
        await self._called("list_namespace_file_versions", namespace, path)
        return [self.namespace_files[namespace, path]]
