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
from lanner_proto.v1 import agent_pb2, agent_pb2_grpc, artifact_pb2

CHUNK_BYTES = 256 * 1024
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

    async def fetch(self, uri: str, destination: Path) -> None:
        """Append to `destination` what it lacks of the file, so that a broken call is resumed.

        Raises:
            ArtifactUnavailable: The call failed, or the sizes differ.
        """
        offset = await asyncio.to_thread(_size_bytes, destination)
        request = agent_pb2.GetArtifactRequest(
            attempt_id=self._attempt_id,
            credential=self._credential,
            uri=uri,
            offset=offset,
        )
        try:
            async with aio.insecure_channel(self._target, options=CHANNEL_OPTIONS) as channel:
                call = agent_pb2_grpc.AgentServiceStub(channel).GetArtifact(request)
                await _receive(call, destination, uri)
        except aio.AioRpcError as cause:
            raise _unavailable(f"The artifact {uri} cannot be fetched", cause) from cause
        except TimeoutError as cause:
            raise ArtifactUnavailable(
                f"The artifact {uri} cannot be fetched: nothing came for {CHUNK_SECONDS:g} s.",
                may_retry=True,
            ) from cause

    async def store(self, path: Path, name: str) -> StoredArtifact:
        """Put a file into artifact storage; the coordinator checks its SHA-256.

        Raises:
            ArtifactUnavailable: The call failed.
        """
        try:
            async with aio.insecure_channel(self._target, options=CHANNEL_OPTIONS) as channel:
                stub = agent_pb2_grpc.AgentServiceStub(channel)
                header = agent_pb2.PutArtifactHeader(
                    attempt_id=self._attempt_id, credential=self._credential, name=name
                )
                response = await stub.PutArtifact(_upload(header, path))
        except aio.AioRpcError as cause:
            raise _unavailable(f'The file "{name}" cannot be stored', cause) from cause
        return StoredArtifact(uri=response.uri, size_bytes=response.size_bytes)


async def _receive(
    call: aio.UnaryStreamCall[agent_pb2.GetArtifactRequest, artifact_pb2.ArtifactChunk],
    destination: Path,
    uri: str,
) -> None:
    total_bytes: int | None = None
    with await asyncio.to_thread(destination.open, "ab") as file:
        while True:
            async with asyncio.timeout(CHUNK_SECONDS):
                chunk = await call.read()
            if not isinstance(chunk, artifact_pb2.ArtifactChunk):
                break
            total_bytes = chunk.total_bytes if total_bytes is None else total_bytes
            await asyncio.to_thread(file.write, chunk.data)
    size_bytes = await asyncio.to_thread(_size_bytes, destination)
    if total_bytes is not None and size_bytes != total_bytes:
        await asyncio.to_thread(destination.unlink)
        raise ArtifactUnavailable(
            f"The artifact {uri} came with {size_bytes} of {total_bytes} bytes.", may_retry=True
        )


async def _upload(
    header: agent_pb2.PutArtifactHeader, path: Path
) -> AsyncIterator[agent_pb2.PutArtifactRequest]:
    yield agent_pb2.PutArtifactRequest(header=header)
    checksum = hashlib.sha256()
    with await asyncio.to_thread(path.open, "rb") as file:
        while data := await asyncio.to_thread(_read_and_add, file, checksum):
            yield agent_pb2.PutArtifactRequest(data=data)
    yield agent_pb2.PutArtifactRequest(sha256=checksum.digest())


def _read_and_add(file: BinaryIO, checksum: hashlib._Hash) -> bytes:
    data = file.read(CHUNK_BYTES)
    checksum.update(data)
    return data


def _size_bytes(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _unavailable(what: str, cause: aio.AioRpcError) -> ArtifactUnavailable:
    code = cause.code()
    return ArtifactUnavailable(
        f"{what}: {code.name} {cause.details() or ''}".rstrip() + ".",
        may_retry=code in _MAY_RETRY,
    )
