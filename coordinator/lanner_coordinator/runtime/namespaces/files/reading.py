"""Namespace files for people: lists, versions and bytes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lanner_coordinator.runtime.artifacts import ArtifactStorage
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.namespaces.files.book import FileBook, no_such_file, uri_of
from lanner_coordinator.runtime.namespaces.files.paths import Address
from lanner_coordinator.runtime.namespaces.files.patterns import path_test
from lanner_coordinator.store.namespace_records import NamespaceFileRecord
from lanner_coordinator.store.protocol import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file or folder in a list.

    Attributes:
        path: Of it.
        file: Its newest version; absent: it is a folder.
    """

    path: str
    file: NamespaceFileRecord | None


class FileReader:
    """Looks at namespace files. Methods belong to the event loop's thread."""

    def __init__(self, *, book: FileBook, storage: ArtifactStorage, store: Store) -> None:
        self._book = book
        self._storage = storage
        self._store = store

    def page(
        self,
        namespace: str,
        folder: str,
        patterns: Sequence[str],
        *,
        is_deep: bool,
        limit: int,
        offset: int,
    ) -> tuple[Sequence[Entry], int]:
        """Files and folders in order of path, and how many there are.

        Args:
            namespace: Where they live.
            folder: Checked; empty: the root.
            patterns: Only files that fit one of them; empty: all.
            is_deep: Also what is in folders of the folder, which are left out themselves.
            limit: The most to give.
            offset: How many to pass over.

        Raises:
            InvalidRequest: A pattern cannot be read.
        """
        try:
            test = path_test(patterns)
        except ValueError as error:
            raise InvalidRequest(str(error)) from error
        files = (one for one in self._book.below(namespace, folder) if test(one.path))
        if is_deep:
            found = [Entry(path=one.path, file=one) for one in files]
        else:
            found = list(_shallow(files, folder))
        return list(islice(found, offset, offset + limit)), len(found)

    async def versions(self, namespace: str, path: str) -> Sequence[NamespaceFileRecord]:
        """All versions of a file, also of a deleted one, newest first.

        Raises:
            ArtifactMissing: There never was such a file, or it was purged.
        """
        found = await self._store.namespace_file_versions(namespace, path)
        if not found:
            raise no_such_file(Address(namespace=namespace, path=path))
        return found

    async def download(
        self, address: Address, offset: int
    ) -> tuple[NamespaceFileRecord, AsyncGenerator[bytes, None]]:
        """A version of a file, and its bytes from an offset on.

        Args:
            address: Without a version: the newest, of a file that is not deleted.
            offset: First byte to give.

        Raises:
            ArtifactMissing: There is no such file or version.
            InvalidRequest: The offset lies outside of it.
        """
        record = self._book.get(address.namespace, address.path)
        if address.version is not None and (record is None or record.version != address.version):
            versions = await self._store.namespace_file_versions(address.namespace, address.path)
            record = next((one for one in versions if one.version == address.version), None)
        if record is None:
            raise no_such_file(address)
        if not 0 <= offset <= record.size_bytes:
            raise InvalidRequest(
                f"`offset` is {offset}, but the file has {record.size_bytes} bytes"
            )
        return record, self._chunks(record, offset)

    async def _chunks(
        self, record: NamespaceFileRecord, offset: int
    ) -> AsyncGenerator[bytes, None]:
        async for chunk in self._storage.open(uri_of(record), offset):
            yield chunk


def _shallow(files: Iterator[NamespaceFileRecord], folder: str) -> Iterator[Entry]:
    """Each file of a folder, and each folder once."""
    start = len(folder) + 1 if folder else 0
    last = ""
    for one in files:
        name, slash, _ = one.path[start:].partition("/")
        path = one.path[:start] + name
        if not slash:
            yield Entry(path=path, file=one)
        elif path != last:
            last = path
            yield Entry(path=path, file=None)
