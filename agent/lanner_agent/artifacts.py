"""Files of artifact storage for one attempt, fetched and stored again and again until it works."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeVar
from urllib.parse import unquote, urlsplit

from lanner_agent.backoff import full_jitter_seconds
from lanner_agent.errors import ArtifactUnavailable
from lanner_agent.tasks.contract import FailureCause, StoredArtifact, TaskFailed

log = logging.getLogger(__name__)

T = TypeVar("T")

MAX_NAME_BYTES = 512

_NAMESPACE_FILES = "/_files/"
_VERSION = re.compile(r"\.v[1-9][0-9]*$", re.ASCII)


class ArtifactLink(Protocol):
    """One try to move a file."""

    async def fetch(self, uri: str | None, destination: Path) -> None:
        """Append to `destination` what it lacks of the file; without a URI: of the task's cache.

        Raises:
            ArtifactUnavailable: It did not work.
        """

    async def store(self, path: Path, name: str | None) -> StoredArtifact:
        """Put a file into artifact storage; without a name: as the task's cache.

        Raises:
            ArtifactUnavailable: It did not work.
        """


class Artifacts:
    """What one attempt fetches and stores; calls may run concurrently."""

    def __init__(self, link: ArtifactLink, folder: Path, patience: timedelta) -> None:
        """Begin with nothing fetched.

        Args:
            link: Moves the files.
            folder: Where fetched files go, each in a folder of its own.
            patience: How long to go on trying without a link.
        """
        self._link = link
        self._folder = folder
        self._patience = patience
        self._fetched: dict[str, Path] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def fetch(self, uri: str) -> Path:
        """Bring a file to this host, once for the attempt.

        Raises:
            TaskFailed: Cause ARTIFACT.
        """
        async with self._locks.setdefault(uri, asyncio.Lock()):
            if uri not in self._fetched:
                self._fetched[uri] = await self._fetch(uri)
            return self._fetched[uri]

    async def _fetch(self, uri: str) -> Path:
        name = _name_of(uri)
        if not name or name == ".." or "\0" in name:
            raise _failed(f"The artifact {uri} has no file name.")
        # By its URI: what an earlier boot of the agent began to fetch is gone on with.
        folder = self._folder / hashlib.sha256(uri.encode()).hexdigest()[:16]
        await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        draft = folder / "draft"
        await self._persist(lambda: self._link.fetch(uri, draft))
        await asyncio.to_thread(draft.touch)
        return await asyncio.to_thread(draft.rename, folder / name)

    async def store(self, path: Path, name: str) -> StoredArtifact:
        """Put a file of this host into artifact storage.

        Raises:
            TaskFailed: Cause ARTIFACT.
        """
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or parts[0] == "/" or len(name.encode()) > MAX_NAME_BYTES:
            raise _failed(
                f'"{name}" is no name for an artifact: it must be a plain relative path of at most'
                f" {MAX_NAME_BYTES} bytes."
            )
        if not await asyncio.to_thread(path.is_file):
            raise _failed(f'The file "{name}" cannot be stored: there is no file {path}.')
        return await self._persist(lambda: self._link.store(path, name))

    async def fetch_cache(self, path: Path) -> bool:
        """Bring what the task kept to this host; whether there is anything.

        Raises:
            TaskFailed: Cause ARTIFACT.
        """
        try:
            await self._persist(lambda: self._link.fetch(None, path))
        except TaskFailed as failure:
            cause = failure.__cause__
            if isinstance(cause, ArtifactUnavailable) and cause.is_missing:
                return False
            raise
        return True

    async def store_cache(self, path: Path) -> None:
        """Keep a file for the task's next run.

        Raises:
            TaskFailed: Cause ARTIFACT.
        """
        await self._persist(lambda: self._link.store(path, None))

    async def _persist(self, call: Callable[[], Awaitable[T]]) -> T:
        loop = asyncio.get_running_loop()
        patience_seconds = self._patience.total_seconds()
        give_up_at = loop.time() + patience_seconds
        failure_count = 0
        while True:
            try:
                return await call()
            except ArtifactUnavailable as error:
                if error.has_progress:
                    # What moves on is not given up, however long it takes.
                    give_up_at, failure_count = loop.time() + patience_seconds, 0
                failure_count += 1
                wait_seconds = full_jitter_seconds(failure_count, random.random)
                if not error.may_retry or loop.time() + wait_seconds > give_up_at:
                    raise _failed(str(error)) from error
                log.warning("%s Trying again.", error)
                await asyncio.sleep(wait_seconds)
            except OSError as error:
                raise _failed(
                    f"An artifact cannot be read or written: {error.strerror}."
                ) from error


def _name_of(uri: str) -> str:
    """Name of the file behind a URI; that of a namespace file ends with its version there."""
    path = unquote(urlsplit(uri).path)
    name = PurePosixPath(path).name
    return _VERSION.sub("", name) if _NAMESPACE_FILES in path else name


def _failed(message: str) -> TaskFailed:
    return TaskFailed(message, cause=FailureCause.ARTIFACT)
