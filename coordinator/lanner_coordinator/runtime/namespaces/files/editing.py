"""Changes of namespace files: bytes first, then the record that makes them a version.

What fails in between leaves bytes without a record, which the next version of the same number
replaces. Nothing is overwritten: a version that somebody reads stays what it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

from lanner_coordinator.runtime.artifacts import (
    ArtifactStorage,
    ArtifactUri,
    ArtifactWriter,
    Resumption,
)
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import AlreadyThere, Changed, NotFound
from lanner_coordinator.runtime.namespaces.files.book import FileBook, uri_of
from lanner_coordinator.store.namespace_records import NamespaceFileRecord
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit


class Conflict(StrEnum):
    """What becomes of a file that is there already."""

    OVERWRITE = "OVERWRITE"
    """It gets a new version, unless its content is the same."""
    ERROR = "ERROR"
    """Nothing is stored, and that is an error."""
    SKIP = "SKIP"
    """It stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """What came of storing a file.

    Attributes:
        record: Its newest version afterwards.
        is_new: Whether a version was made.
    """

    record: NamespaceFileRecord
    is_new: bool


class FileEditor:
    """Stores, moves and deletes files. Methods belong to the event loop's thread."""

    def __init__(
        self, *, book: FileBook, storage: ArtifactStorage, store: Store, clock: Clock
    ) -> None:
        self._book = book
        self._storage = storage
        self._store = store
        self._clock = clock
        self._changing = asyncio.Lock()
        self._taken: dict[tuple[str, str], set[int]] = {}

    @asynccontextmanager
    async def writing(
        self,
        namespace: str,
        path: str,
        by: str,
        *,
        if_version: int | None = None,
        size_bytes: int = 0,
        resumption: Resumption | None = None,
    ) -> AsyncIterator[NewFile]:
        """Store a file; nobody sees it unless it is finished inside.

        Args:
            namespace: Where it lives.
            path: Checked.
            by: Who stores it.
            if_version: Version that must be current at the end; 0: it must not be there; absent:
                any.
            size_bytes: Of the whole; 0: not known.
            resumption: Keeps what came aside for a later try.

        Raises:
            AlreadyThere: A folder has the name, or a file the name of one of its folders.
            Changed: It is not at that version.
            ArtifactTooLarge, StorageFull, UploadOutOfStep: As `ArtifactStorage`.
        """
        await self._admit(namespace, path, if_version, size_bytes, resumption)
        version = self._take_version(namespace, path)
        try:
            uri = ArtifactUri.of_namespace_file(namespace, path, version)
            async with self._storage.writer(uri, resumption) as writer:
                wanted = NamespaceFileRecord(
                    namespace=namespace,
                    path=path,
                    version=version,
                    size_bytes=0,
                    sha256="",
                    created_at=self._clock.now(),
                    created_by=by,
                )

                async def keep(record: NamespaceFileRecord) -> None:
                    await self._keep(record, if_version)

                yield NewFile(writer, wanted, self._book, keep)
        finally:
            self._give_back(namespace, path, version)

    async def find(
        self,
        namespace: str,
        path: str,
        *,
        if_version: int | None,
        size_bytes: int,
        resumption: Resumption | None,
    ) -> int:
        """Bytes that are aside of a file; raises what `writing` does before the first one."""
        await self._admit(namespace, path, if_version, size_bytes, resumption)
        return await self._storage.unfinished(resumption.key) if resumption else 0

    async def _admit(
        self,
        namespace: str,
        path: str,
        if_version: int | None,
        size_bytes: int,
        resumption: Resumption | None,
    ) -> None:
        self._check_place(namespace, path, if_version)
        uri = ArtifactUri.of_namespace_file(namespace, path, self._next_version(namespace, path))
        await self._storage.admit(uri, size_bytes, resumption.key if resumption else "")

    async def copy(
        self, source: ArtifactUri, namespace: str, path: str, by: str, conflict: Conflict
    ) -> Put:
        """Store an artifact as a file.

        Raises:
            AlreadyThere: It is there, and that is an error; or as `writing`.
            ArtifactMissing: There is no such artifact.
        """
        current = self._book.get(namespace, path)
        if current is not None and conflict is Conflict.ERROR:
            raise AlreadyThere(f"The file '{path}' exists already in the namespace '{namespace}'.")
        if current is not None and conflict is Conflict.SKIP:
            return Put(record=current, is_new=False)
        async with self.writing(namespace, path, by) as new_file:
            async for chunk in self._storage.open(source):
                await new_file.write(chunk)
            return await new_file.finish()

    async def move(
        self, namespace: str, source: str, target: str, by: str
    ) -> Sequence[tuple[NamespaceFileRecord, NamespaceFileRecord]]:
        """Move a file or a folder; all of it or nothing. Versions stay under the old name.

        Returns:
            Each file before and after.

        Raises:
            NotFound: There is neither a file nor a folder.
            AlreadyThere: Something has the new name.
        """
        return await asyncio.shield(self._move(namespace, source, target, by))

    async def delete(
        self, namespace: str, paths: Sequence[str], by: str
    ) -> Sequence[NamespaceFileRecord]:
        """Delete files and folders, all or none; their versions stay until they are purged.

        Raises:
            NotFound: One of them is not there.
        """
        return await asyncio.shield(self._delete(namespace, paths, by))

    async def _move(
        self, namespace: str, source: str, target: str, by: str
    ) -> Sequence[tuple[NamespaceFileRecord, NamespaceFileRecord]]:
        async with self._changing:
            files = self._named(namespace, source)
            if target == source or target.startswith(f"{source}/"):
                raise AlreadyThere(f"'{source}' cannot be moved to '{target}', which is in it.")
            if self._book.get(namespace, target) or self._book.is_folder(namespace, target):
                raise AlreadyThere(f"'{target}' exists already in the namespace '{namespace}'.")
            self._check_place(namespace, target, None)
            now = self._clock.now()
            pairs = []
            for before in files:
                path = f"{target}{before.path.removeprefix(source)}"
                version = self._next_version(namespace, path)
                after = replace(before, path=path, version=version, created_at=now, created_by=by)
                await self._storage.copy(uri_of(before), uri_of(after))
                pairs.append((before, after))
            gone = [replace(one, deleted_at=now, deleted_by=by) for one, _ in pairs]
            moved = [after for _, after in pairs]
            await self._store.commit(Commit(namespace_files=[*gone, *moved]))
            for before, after in pairs:
                self._book.remove(namespace, before.path)
                self._book.put(after)
            return pairs

    async def _delete(
        self, namespace: str, paths: Sequence[str], by: str
    ) -> Sequence[NamespaceFileRecord]:
        async with self._changing:
            files = {one.path: one for path in paths for one in self._named(namespace, path)}
            now = self._clock.now()
            gone = [replace(one, deleted_at=now, deleted_by=by) for one in files.values()]
            if gone:
                await self._store.commit(Commit(namespace_files=gone))
            for one in gone:
                self._book.remove(namespace, one.path)
            return gone

    async def forget(self, records: Sequence[NamespaceFileRecord]) -> None:
        """Remove versions for good, the newest too."""
        await asyncio.shield(self._forget(records))

    async def _forget(self, records: Sequence[NamespaceFileRecord]) -> None:
        async with self._changing:
            keys = [one.key for one in records]
            await self._store.commit(Commit(removed_namespace_files=keys))
            for one in records:
                if self._book.get(one.namespace, one.path) == one:
                    self._book.remove(one.namespace, one.path)
        for one in records:
            await self._storage.delete(uri_of(one))

    async def _keep(self, record: NamespaceFileRecord, if_version: int | None) -> None:
        await asyncio.shield(self._commit(record, if_version))

    async def _commit(self, record: NamespaceFileRecord, if_version: int | None) -> None:
        async with self._changing:
            self._check_place(record.namespace, record.path, if_version)
            await self._store.commit(Commit(namespace_files=[record]))
            self._book.put(record)

    def _named(self, namespace: str, path: str) -> Sequence[NamespaceFileRecord]:
        """The file of this name, or those in the folder of this name."""
        file = self._book.get(namespace, path)
        found = [file] if file is not None else list(self._book.below(namespace, path))
        if not found:
            raise NotFound(f"There is no file or folder '{path}' in the namespace '{namespace}'.")
        return found

    def _check_place(self, namespace: str, path: str, if_version: int | None) -> None:
        current = self._book.get(namespace, path)
        is_at = current.version if current else 0
        if if_version not in (None, is_at):
            raise Changed(
                f"The file '{path}' of the namespace '{namespace}' is at version {is_at}, not "
                f"{if_version}; look at what changed and store it again."
            )
        if current is None and self._book.is_folder(namespace, path):
            raise AlreadyThere(f"'{path}' is a folder of the namespace '{namespace}'.")
        *folders, _ = path.split("/")
        for count in range(1, len(folders) + 1):
            folder = "/".join(folders[:count])
            if self._book.get(namespace, folder) is not None:
                raise AlreadyThere(
                    f"'{folder}' is a file of the namespace '{namespace}': there is no place for "
                    f"'{path}' in it."
                )

    def _take_version(self, namespace: str, path: str) -> int:
        version = self._next_version(namespace, path)
        self._taken.setdefault((namespace, path), set()).add(version)
        return version

    def _next_version(self, namespace: str, path: str) -> int:
        taken = self._taken.get((namespace, path), ())
        return max(self._book.last_version(namespace, path), *taken, 0) + 1

    def _give_back(self, namespace: str, path: str, version: int) -> None:
        taken = self._taken[namespace, path]
        taken.discard(version)
        if not taken:
            del self._taken[namespace, path]


class NewFile:
    """A file on its way into a namespace."""

    def __init__(
        self,
        writer: ArtifactWriter,
        wanted: NamespaceFileRecord,
        book: FileBook,
        keep: Callable[[NamespaceFileRecord], Awaitable[None]],
    ) -> None:
        self._writer = writer
        self._wanted = wanted
        self._book = book
        self._keep = keep

    async def write(self, chunk: bytes) -> None:
        """Append.

        Raises:
            StorageFull: There is no space.
        """
        await self._writer.write(chunk)

    async def finish(self, sha256: str = "") -> Put:
        """Make it the newest version; one of the same content as the current one is dropped.

        Args:
            sha256: What it must have, in hexadecimal; empty: not checked.

        Raises:
            ArtifactDamaged: It has another one.
            StorageFull: There is no space.
            AlreadyThere, Changed: As `FileEditor.writing`.
        """
        written = await self._writer.written()
        current = self._book.get(self._wanted.namespace, self._wanted.path)
        is_same = current is not None and current.sha256 == written.sha256
        if current is not None and is_same and sha256.lower() in ("", written.sha256):
            await self._writer.drop()
            return Put(record=current, is_new=False)
        await self._writer.finish(sha256)
        record = replace(self._wanted, size_bytes=written.size_bytes, sha256=written.sha256)
        await self._keep(record)
        return Put(record=record, is_new=True)
