"""The contract of artifact storage, whatever holds the files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Protocol, Self

from lanner_coordinator.runtime.artifacts.uri import ArtifactUri, Owner

CHUNK_BYTES = 1024 * 1024
"""Size of the chunks in which artifacts are read."""


class ArtifactWriter(Protocol):
    """One artifact that is being written; calls one after another."""

    async def write(self, chunk: bytes) -> None:
        """Append; raises `StorageFull`."""

    async def finish(self, sha256: str = "") -> int:
        """Make it durable and visible, whole, in place of an older one of the same name.

        Args:
            sha256: What it must have, in hexadecimal; empty: not known.

        Returns:
            Its size in bytes.

        Raises:
            ArtifactDamaged: It has another hash.
            StorageFull: There is no space.
        """


class ArtifactStorage(Protocol):
    """Holds artifacts. All verbs may run concurrently; memory does not grow with their size."""

    async def __aenter__(self) -> Self:
        """Open, and remove what a crash has left of artifacts that were being written."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""

    def writer(self, uri: ArtifactUri) -> AbstractAsyncContextManager[ArtifactWriter]:
        """Write an artifact; nothing is left of it unless `finish` was called inside."""

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

    async def list_execution(self, owner: Owner) -> Sequence[ArtifactUri]:
        """All artifacts of an execution, in order of their URIs; none is fine."""

    async def copy(self, source: ArtifactUri, target: ArtifactUri) -> int:
        """Copy an artifact, whole; its size in bytes. Raises `ArtifactMissing`."""
