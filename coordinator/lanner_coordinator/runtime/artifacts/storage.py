"""The contract of artifact storage, whatever holds the files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from lanner_coordinator.runtime.artifacts.uri import ArtifactFolder, ArtifactUri, Owner

CHUNK_BYTES = 1024 * 1024
"""Size of the chunks in which artifacts are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """An artifact in a listing.

    Attributes:
        uri: Of the artifact.
        size_bytes: Its size.
        modified_at: When it was stored, in UTC; of a copy that shares its bytes: the original.
    """

    uri: ArtifactUri
    size_bytes: int
    modified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What there is of an artifact that is being written.

    Attributes:
        size_bytes: Of it, with what earlier tries brought.
        sha256: Of it, in hexadecimal.
    """

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumption:
    """An upload that may go on after a broken link.

    Attributes:
        key: Names the upload; the same at each try.
        offset: Bytes that earlier tries brought, which `unfinished` told; 0: begin anew.
    """

    key: str
    offset: int = 0


class ArtifactWriter(Protocol):
    """One artifact that is being written; calls one after another."""

    async def write(self, chunk: bytes) -> None:
        """Append; raises `StorageFull` and `ArtifactTooLarge`."""

    async def written(self) -> Written:
        """What was written so far."""

    async def drop(self) -> None:
        """Leave nothing of it, not even aside."""

    async def finish(self, sha256: str = "") -> int:
        """Make it durable and visible, whole, in place of an older one of the same name.

        Args:
            sha256: What it must have, in hexadecimal; empty: not known.

        Returns:
            Its size in bytes.

        Raises:
            ArtifactDamaged: It has another hash.
            StorageFull: There is no space.
            StorageUnavailable: The storage did not answer in time.
        """


class ArtifactStorage(Protocol):
    """Holds artifacts. All verbs may run concurrently; memory does not grow with their size.

    Each raises `StorageUnavailable` where the storage is elsewhere and did not answer in time.
    """

    async def __aenter__(self) -> Self:
        """Open, and remove what a crash has left of artifacts that were being written."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""

    async def admit(self, uri: ArtifactUri, size_bytes: int, key: str = "") -> None:
        """Refuse a file before its first byte.

        Args:
            uri: Of the artifact that it is to be.
            size_bytes: Of the whole; 0: not known.
            key: Of its resumption, if it has one: what is aside needs no more space.

        Raises:
            ArtifactTooLarge: It has more bytes than are allowed.
            StorageFull: This machine's disk has less space.
        """

    def writer(
        self, uri: ArtifactUri, resumption: Resumption | None = None
    ) -> AbstractAsyncContextManager[ArtifactWriter]:
        """Write an artifact; nothing is left of it unless `finish` was called inside.

        With a resumption, what was written stays aside for a later try, unless it was found to be
        damaged or too large. A later try takes over from one that is still at it.

        Raises:
            UploadOutOfStep: The resumption goes on where its beginning does not end.
        """

    async def unfinished(self, key: str) -> int:
        """Bytes that are aside of the upload with this key."""

    async def drop_unfinished(self, before: datetime) -> int:
        """Remove what is aside of uploads that nobody went on with since; how many."""

    def open(self, uri: ArtifactUri, offset: int = 0) -> AsyncIterator[bytes]:
        """Its bytes from an offset on, in chunks of `CHUNK_BYTES`; raises `ArtifactMissing`."""

    async def size(self, uri: ArtifactUri) -> int:
        """Bytes; raises `ArtifactMissing`."""

    async def exists(self, uri: ArtifactUri) -> bool:
        """Whether there is such an artifact."""

    async def delete(self, uri: ArtifactUri) -> None:
        """Remove it; one that is missing is fine."""

    async def delete_execution(self, owner: Owner) -> None:
        """Remove all artifacts of an execution; none is fine."""

    async def list_execution(self, owner: Owner) -> Sequence[StoredFile]:
        """All artifacts of an execution, in order of their URIs; none is fine."""

    def folders(self) -> AsyncIterator[ArtifactFolder]:
        """Folders of all executions, uploads and caches; those that come and go may be missed."""

    async def list_folder(self, folder: ArtifactFolder) -> Sequence[StoredFile]:
        """All artifacts in a folder, in order of their URIs; none is fine."""

    async def delete_folder(self, folder: ArtifactFolder) -> None:
        """Remove a folder with all artifacts in it; none is fine."""

    async def bring_near(self, owners: Iterable[Owner], files: Iterable[ArtifactUri] = ()) -> None:
        """See to it that expressions can read the files of executions, and others, at once."""

    async def bring(self, uri: ArtifactUri) -> None:
        """See to it that expressions can read an artifact at once; raises `ArtifactMissing`."""

    async def copy(self, source: ArtifactUri, target: ArtifactUri) -> int:
        """Copy an artifact, whole; its size in bytes. Raises `ArtifactMissing`."""
