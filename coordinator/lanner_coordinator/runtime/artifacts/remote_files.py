"""Files of a storage elsewhere, through a file system of fsspec; all calls block.

What fails for the moment raises `Unreachable`, so that the caller can try again.
"""

from __future__ import annotations

import contextlib
import errno
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lanner_coordinator.runtime.artifacts.backends import (
    FileSystem,
    backend_of,
    open_file_system,
    root_of,
    shown,
)
from lanner_coordinator.runtime.artifacts.drafts import PARTIAL_NAME
from lanner_coordinator.runtime.artifacts.errors import (
    ArtifactError,
    ArtifactMissing,
    ArtifactRefused,
)
from lanner_coordinator.runtime.artifacts.sending import BLOCK_BYTES, send, size_of
from lanner_coordinator.runtime.artifacts.storage import CHUNK_BYTES, StoredFile
from lanner_coordinator.runtime.artifacts.uri import (
    FILES_NAME,
    ArtifactFolder,
    ArtifactUri,
    folder_at,
)

_EPOCH = datetime.fromtimestamp(0, UTC)
_MODIFIED_NAMES = ("LastModified", "mtime", "updated", "last_modified", "created")


class Unreachable(Exception):
    """The storage did not do it this time; the text says why."""


class RemoteFiles:
    """Files below a URL. The connection is made by the first call, and anew after a failure."""

    def __init__(self, url: str, options: Mapping[str, object]) -> None:
        """Nothing is connected yet.

        Raises:
            ArtifactRefused: The URL names no storage.
        """
        self.name = shown(url)
        self._url = url
        self._backend = backend_of(url)
        self._options = options
        self._root = root_of(url)
        self._lock = threading.Lock()
        self._file_system: FileSystem = None

    def probe(self) -> None:
        """Find out whether the storage is there.

        Raises:
            ArtifactError: It never will be, as it is configured.
            Unreachable: It does not answer.
        """
        with self._opened(self.name) as files:
            if self._backend.has_folders:
                files.makedirs(f"{self._root}/{PARTIAL_NAME}", exist_ok=True)
                return
            with contextlib.suppress(FileNotFoundError):
                # An empty folder of a bucket is as good as none: only the bucket must be there.
                files.ls(self._root, detail=False)
                return
            files.ls(self._root.partition("/")[0], detail=False)

    def put(self, path: Path, uri: ArtifactUri) -> None:
        """Store a file of this machine, whole, in place of an older one."""
        place = self._place(uri)
        with self._opened(str(uri)) as files:
            if not self._backend.has_folders:
                send(files, path, place, has_folders=False)
                return
            partial = f"{self._root}/{PARTIAL_NAME}/{secrets.token_hex(16)}"
            try:
                send(files, path, partial, has_folders=True)
                files.makedirs(place.rpartition("/")[0], exist_ok=True)
                files.mv(partial, place)
            except BaseException:
                with contextlib.suppress(Exception):
                    files.rm_file(partial)
                raise

    def open(self, uri: ArtifactUri, offset: int) -> Any:
        """An open file at an offset; only one thread may use it at a time."""
        with self._opened(str(uri)) as files:
            place = self._place(uri)
            _refuse_folder(files.info(place), uri)
            file = files.open(place, "rb", **_read_options(self._backend.has_folders))
            file.seek(min(offset, size_of(files, place)) if offset else 0)
            return file

    def read(self, file: Any, uri: ArtifactUri) -> bytes:
        """The next chunk of an open file; empty at the end."""
        with self._opened(str(uri)):
            chunks: list[bytes] = []
            wanted = CHUNK_BYTES
            while wanted and (data := file.read(wanted)):
                chunks.append(data)
                wanted -= len(data)
            return b"".join(chunks)

    def size(self, uri: ArtifactUri) -> int:
        """Bytes of a file."""
        with self._opened(str(uri)) as files:
            info = files.info(self._place(uri))
            _refuse_folder(info, uri)
            return int(info["size"])

    def delete(self, uri: ArtifactUri) -> None:
        """Remove a file, and the folders that are empty then."""
        with self._opened(str(uri)) as files:
            files.rm_file(self._place(uri))
            if self._backend.has_folders:
                self._remove_empty(files, uri.segments[:-1])

    def delete_tree(self, segments: Sequence[str]) -> None:
        """Remove a folder with all that is in it; none is fine."""
        place = "/".join((self._root, *segments))
        with self._opened(place) as files, contextlib.suppress(FileNotFoundError):
            names = files.find(place)
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    files.rm_file(name)
            if self._backend.has_folders:
                files.rm(place, recursive=True)
                self._remove_empty(files, tuple(segments[:-1]))

    def list_tree(self, segments: Sequence[str]) -> list[StoredFile]:
        """All files below a folder; none is fine."""
        place = "/".join((self._root, *segments))
        with self._opened(place) as files, contextlib.suppress(FileNotFoundError):
            found = files.find(place, detail=True)
            return [self._stored(name, info) for name, info in found.items()]
        return []

    def folders_below(self, segments: tuple[str, ...]) -> tuple[list[ArtifactFolder], list[str]]:
        """Folders of executions and uploads in a folder, and its other folders; none is fine."""
        place = "/".join((self._root, *segments))
        found: list[ArtifactFolder] = []
        others: list[str] = []
        with self._opened(place) as files, contextlib.suppress(FileNotFoundError):
            for info in files.ls(place, detail=True):
                name = str(info["name"]).rstrip("/").rpartition("/")[2]
                if info["type"] != "directory" or name in ("", PARTIAL_NAME, FILES_NAME):
                    continue
                folder = folder_at((*segments, name))
                if folder is None:
                    others.append(name)
                else:
                    found.append(folder)
        return found, others

    def drop_partial(self, before: datetime) -> None:
        """Remove what a crash has left of files that were being put."""
        if self._backend.has_parts:
            self._drop_parts(before)
        if not self._backend.has_folders:
            return
        with self._opened(self.name) as files, contextlib.suppress(FileNotFoundError):
            for info in files.ls(f"{self._root}/{PARTIAL_NAME}", detail=True):
                if info["type"] == "file" and _modified(info) < before:
                    files.rm_file(info["name"])

    def _drop_parts(self, before: datetime) -> None:
        bucket, _, prefix = self._root.partition("/")
        with self._opened(self.name) as files:
            for upload in files.list_multipart_uploads(bucket):
                is_ours = upload["Key"].startswith(f"{prefix}/" if prefix else "")
                if is_ours and upload["Initiated"] < before:
                    files.abort_mpu(bucket, upload["Key"], upload["UploadId"])

    def copy(self, source: ArtifactUri, target: ArtifactUri) -> bool:
        """Copy a file within the storage; whether it can."""
        if self._backend.has_folders:
            return False
        with self._opened(str(source)) as files:
            try:
                files.cp_file(self._place(source), self._place(target))
            except NotImplementedError:
                return False
        return True

    def _place(self, uri: ArtifactUri) -> str:
        return "/".join((self._root, *uri.segments))

    def _stored(self, name: str, info: Mapping[str, Any]) -> StoredFile:
        inner = name.strip("/").removeprefix(self._root.strip("/")).strip("/")
        uri = ArtifactUri(segments=tuple(inner.split("/")))
        return StoredFile(uri=uri, size_bytes=int(info["size"]), modified_at=_modified(info))

    def _remove_empty(self, files: FileSystem, segments: Sequence[str]) -> None:
        while segments:
            try:
                files.rmdir("/".join((self._root, *segments)))
            except Exception:  # noqa: BLE001 - each server says in its own way that it is not empty
                return
            segments = segments[:-1]

    @contextlib.contextmanager
    def _opened(self, what: str) -> Iterator[FileSystem]:
        """The file system; what it raises becomes a sentence."""
        with self._lock:
            try:
                if self._file_system is None:
                    self._file_system = open_file_system(self._url, self._backend, self._options)
            except ArtifactError:
                raise
            except Exception as cause:
                raise Unreachable(_reason(cause)) from cause
            files = self._file_system
        try:
            yield files
        except (ArtifactError, FileNotFoundError):
            raise
        except PermissionError as cause:
            raise ArtifactError(
                f"{what} cannot be reached: the artifact storage {self.name} refuses access: "
                f"{_reason(cause)}"
            ) from cause
        except (IsADirectoryError, NotADirectoryError) as cause:
            raise ArtifactRefused(
                f"{what} is refused: a part of its path is a file in place of a folder."
            ) from cause
        except TypeError as cause:  # what options it takes, a library finds out when it uses them
            raise ArtifactError(
                f"the artifact storage {self.name} cannot be used with these options: {cause}"
            ) from cause
        # Each file system lets the errors of its own libraries through.
        except Exception as cause:
            if self._backend.has_folders and not _is_full(cause):
                self._forget(files)
            raise Unreachable(_reason(cause)) from cause

    def _forget(self, files: FileSystem) -> None:
        """Connect anew at the next call: this connection may be lost."""
        with self._lock:
            if self._file_system is files:
                self._file_system = None


def _read_options(has_folders: bool) -> Mapping[str, object]:
    return {} if has_folders else {"block_size": BLOCK_BYTES, "cache_type": "readahead"}


def _refuse_folder(info: Mapping[str, Any], uri: ArtifactUri) -> None:
    if info["type"] == "directory":
        raise ArtifactMissing(f"There is no artifact {uri}.")


def _modified(info: Mapping[str, Any]) -> datetime:
    for name in _MODIFIED_NAMES:
        value = info.get(name)
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        elif isinstance(value, int | float):
            value = datetime.fromtimestamp(value, UTC)
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
    return _EPOCH


def _is_full(cause: Exception) -> bool:
    return isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)


def _reason(cause: BaseException) -> str:
    return str(cause).strip() or type(cause).__name__
