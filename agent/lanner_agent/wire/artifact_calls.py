"""The calls that move files: one try each; what is retried stands in `lanner_agent.artifacts`."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

import grpc
from grpc import aio

from lanner_agent.errors import ArtifactUnavailable
from lanner_agent.ids import AttemptId
from lanner_agent.tasks.contract import StoredArtifact
from lanner_agent.wire.dial import CHANNEL_OPTIONS
from lanner_proto.file_source import FileChanged, FileSource, open_source, send
from lanner_proto.v1 import agent_pb2, agent_pb2_grpc, artifact_pb2

CHUNK_BYTES = 256 * 1024
# Smaller files are sent anew rather than asked for.
RESUMED_BYTES = 1024 * 1024
# A whole call may take hours; a single chunk may not.
CHUNK_SECONDS = 30.0

_MAY_RETRY = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.DATA_LOSS,
}


class ArtifactCalls:
    """Moves files of artifact storage for one attempt, each call on a channel of its own."""

    def __init__(self, target: str, attempt_id: AttemptId, credential: str) -> None:
        self._target = target
        self._attempt_id = attempt_id
        self._credential = credential
        self._stored_bytes: dict[str | None, int] = {}

    async def fetch(self, uri: str | None, destination: Path) -> None:
        """Append to `destination` what it lacks of the file, so that a broken call is resumed.

        Without a URI: of the cache of the attempt's task.

        Raises:
            ArtifactUnavailable: The call failed, or the sizes differ.
        """
        offset = await asyncio.to_thread(_size_bytes, destination)
        request = agent_pb2.GetArtifactRequest(
            attempt_id=self._attempt_id,
            credential=self._credential,
            uri=uri or "",
            offset=offset,
            is_cache=uri is None,
        )
        uri = uri or "of the task's cache"
        try:
            async with aio.insecure_channel(self._target, options=CHANNEL_OPTIONS) as channel:
                call = agent_pb2_grpc.AgentServiceStub(channel).GetArtifact(request)
                await _receive(call, destination, uri)
        except aio.AioRpcError as cause:
            has_progress = await asyncio.to_thread(_size_bytes, destination) > offset
            what = f"The artifact {uri} cannot be fetched"
            raise _unavailable(what, cause, has_progress=has_progress) from cause
        except TimeoutError as cause:
            raise ArtifactUnavailable(
                f"The artifact {uri} cannot be fetched: nothing came for {CHUNK_SECONDS:g} s.",
                may_retry=True,
            ) from cause

    async def store(self, path: Path, name: str | None) -> StoredArtifact:
        """Put a file into artifact storage, from where an earlier try broke off.

        The coordinator checks the SHA-256 of the whole.

        Without a name: as the cache of the attempt's task.

        Raises:
            ArtifactUnavailable: The call failed, or the file has changed meanwhile.
        """
        what = f'The file "{name or path.name}" cannot be stored'
        had = self._stored_bytes.get(name, 0)
        try:
            async with (
                open_source(path) as source,
                aio.insecure_channel(self._target, options=CHANNEL_OPTIONS) as channel,
            ):
                stub = agent_pb2_grpc.AgentServiceStub(channel)
                header = agent_pb2.PutArtifactHeader(
                    attempt_id=self._attempt_id,
                    credential=self._credential,
                    name=name or "",
                    is_cache=name is None,
                    size_bytes=source.size_bytes,
                )
                if source.size_bytes > RESUMED_BYTES:
                    header.offset = await _offset(stub, header)
                    self._stored_bytes[name] = header.offset
                response = await send(stub.PutArtifact(), _upload(header, source))
        except aio.AioRpcError as cause:
            has_progress = self._stored_bytes.get(name, 0) > had
            raise _unavailable(what, cause, has_progress=has_progress) from cause
        except FileChanged as cause:
            raise ArtifactUnavailable(f"{what}: {cause}", may_retry=False) from cause
        self._stored_bytes.pop(name, None)
        return StoredArtifact(uri=response.uri, size_bytes=response.size_bytes)


async def _offset(
    stub: agent_pb2_grpc.AgentServiceAsyncStub, header: agent_pb2.PutArtifactHeader
) -> int:
    """Bytes of a file that came with earlier tries."""
    try:
        progress = await stub.FindUpload(header, timeout=CHUNK_SECONDS)
    except aio.AioRpcError as cause:
        if cause.code() is grpc.StatusCode.UNIMPLEMENTED:  # an older coordinator: it begins anew
            return 0
        raise
    return min(progress.offset, header.size_bytes)


async def _receive(
    call: aio.UnaryStreamCall[agent_pb2.GetArtifactRequest, artifact_pb2.ArtifactChunk],
    destination: Path,
    uri: str,
) -> None:
    total_bytes: int | None = None
    sha256 = b""
    with await asyncio.to_thread(destination.open, "ab+") as file:
        checksum = await asyncio.to_thread(_checksum_of, file)
        while True:
            async with asyncio.timeout(CHUNK_SECONDS):
                chunk = await call.read()
            if not isinstance(chunk, artifact_pb2.ArtifactChunk):
                break
            total_bytes = chunk.total_bytes if total_bytes is None else total_bytes
            sha256 = chunk.sha256
            if chunk.data:
                await asyncio.to_thread(_write_and_add, file, chunk.data, checksum)
    size_bytes = await asyncio.to_thread(_size_bytes, destination)
    is_damaged = sha256 and sha256 != checksum.digest()
    if is_damaged or (total_bytes is not None and size_bytes != total_bytes):
        await asyncio.to_thread(destination.unlink)
        raise ArtifactUnavailable(
            f"The artifact {uri} came with {size_bytes} of {total_bytes} bytes and the SHA-256 "
            f"{checksum.hexdigest()} instead of {sha256.hex()}.",
            may_retry=True,
        )


async def _upload(
    header: agent_pb2.PutArtifactHeader, source: FileSource
) -> AsyncIterator[agent_pb2.PutArtifactRequest]:
    yield agent_pb2.PutArtifactRequest(header=header)
    async for data in source.chunks(header.offset):
        yield agent_pb2.PutArtifactRequest(data=data)
    yield agent_pb2.PutArtifactRequest(sha256=source.sha256())


def _checksum_of(file: BinaryIO) -> hashlib._Hash:
    """Of what an earlier try brought."""
    file.seek(0)
    checksum = hashlib.sha256()
    while data := file.read(CHUNK_BYTES):
        checksum.update(data)
    return checksum


def _write_and_add(file: BinaryIO, data: bytes, checksum: hashlib._Hash) -> None:
    file.write(data)
    checksum.update(data)


def _size_bytes(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _unavailable(
    what: str, cause: aio.AioRpcError, *, has_progress: bool = False
) -> ArtifactUnavailable:
    code = cause.code()
    details = (cause.details() or "").rstrip(".")
    return ArtifactUnavailable(
        f"{what}: {code.name} {details}".rstrip() + ".",
        may_retry=code in _MAY_RETRY,
        has_progress=has_progress,
        is_missing=code is grpc.StatusCode.NOT_FOUND,
    )
