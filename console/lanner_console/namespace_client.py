"""The part of the console's view of the coordinator about namespaces and their files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Protocol

from lanner_console.models import FlowText, Page
from lanner_console.models.namespace import (
    AppliedNamespace,
    NamespaceFileRow,
    NamespaceRow,
    NamespaceSettings,
)


class NamespaceClient(Protocol):
    """What is asked of namespaces; as `ConsoleClient`, of which it is a part."""

    async def list_namespaces(
        self, *, below: str = "", limit: int = 100, offset: int = 0
    ) -> Page[NamespaceRow]:
        """In order of name, with those above them; `below`: only this one and those below it."""
        ...

    async def get_namespace(self, name: str) -> NamespaceRow:
        """One namespace; `NotFound` when nothing is set for it and nothing is in it."""
        ...

    async def set_namespace(
        self, name: str, settings: NamespaceSettings, *, if_version: int | None = None
    ) -> NamespaceRow:
        """Replace what is set for a namespace; `Conflict` when it is not at `if_version`."""
        ...

    async def apply_namespaces(
        self, sources: Sequence[FlowText], *, dry_run: bool = False
    ) -> list[AppliedNamespace]:
        """Set namespaces from YAML texts, all or none; `InvalidInput` for errors."""
        ...

    async def delete_namespace(self, name: str) -> None:
        """Take back what is set for a namespace; its flows, files and values stay."""
        ...

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
        """Files and folders of a folder, or all files below it, in order of path."""
        ...

    async def put_namespace_file(self, file: Path, namespace: str, path: str) -> NamespaceFileRow:
        """Store a version of a file; its newest one, also where the content was the same."""
        ...

    def get_namespace_file(
        self, namespace: str, path: str, *, version: int = 0
    ) -> AsyncIterator[bytes]:
        """The bytes of a version; 0: the newest."""
        ...

    async def move_namespace_file(
        self, namespace: str, source: str, target: str
    ) -> list[NamespaceFileRow]:
        """Give a file or a folder another name; the files under their new ones."""
        ...

    async def delete_namespace_files(
        self, namespace: str, paths: Sequence[str]
    ) -> list[NamespaceFileRow]:
        """Delete files and folders, all or none; versions are kept."""
        ...

    async def list_namespace_file_versions(
        self, namespace: str, path: str
    ) -> list[NamespaceFileRow]:
        """All versions of a file, also of a deleted one, newest first."""
        ...
