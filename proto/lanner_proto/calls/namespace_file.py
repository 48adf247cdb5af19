"""Files of namespaces: stored, fetched, listed, moved and deleted, with their versions."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path

import grpc.aio

from lanner_proto.calls.artifact import CHUNK_BYTES
from lanner_proto.connection import Connection
from lanner_proto.status import error_of
from lanner_proto.v1 import namespace_file_pb2
from lanner_proto.v1.namespace_file_pb2_grpc import NamespaceFileServiceStub


class NamespaceFileCalls(Connection):
    """Calls of `lanner.v1.NamespaceFileService`."""

    async def list_namespace_files(
        self,
        namespace: str,
        *,
        folder: str = "",
        recursive: bool = False,
        patterns: Sequence[str] = (),
        limit: int = 0,
        offset: int = 0,
    ) -> namespace_file_pb2.ListNamespaceFilesResponse:
        """Files and folders in order of path, and how many match."""
        request = namespace_file_pb2.ListNamespaceFilesRequest(
            namespace=namespace,
            folder=folder,
            recursive=recursive,
            patterns=patterns,
            limit=limit,
            offset=offset,
        )
        return await self._unary(
            lambda channel: NamespaceFileServiceStub(channel).ListNamespaceFiles,
            request,
            may_repeat=True,
        )

    async def put_namespace_file(
        self, file: Path, namespace: str, path: str, *, if_version: int | None = None
    ) -> namespace_file_pb2.PutNamespaceFileResponse:
        """Store a version of a file.

        Args:
            file: Read in chunks, with a checksum over the whole.
            namespace: Where it is to live.
            path: Its name there.
            if_version: The version that it must have; 0: it must not be there; absent: any.

        Raises:
            OSError: The file cannot be read.
            InvalidInput: The name is not allowed.
            Conflict: Something else is there.
            Exhausted: The storage is full.
        """
        header = namespace_file_pb2.NamespaceFileHeader(
            namespace=namespace, path=path, if_version=if_version
        )
        # Opened here: an error inside the request stream would reach the caller as a broken call.
        with await asyncio.to_thread(file.open, "rb"):
            pass
        try:
            async with self._channel() as channel:
                # No deadline: as long as the file is; keepalive finds dead links.
                call = NamespaceFileServiceStub(channel).PutNamespaceFile
                return await call(_parts(header, file))
        except grpc.aio.AioRpcError as failure:
            raise error_of(failure) from failure

    async def get_namespace_file(
        self, namespace: str, path: str, *, version: int = 0, offset: int = 0
    ) -> AsyncGenerator[bytes, None]:
        """The bytes of a version from `offset` on; after a lost link it goes on where it was.

        Without a version the newest is given, and a link that is lost may bring a newer one: name
        the version where that matters.

        Raises:
            NotFound: No such file or version.
            Unavailable: There is no link, or it was not back in time.
        """
        position = offset
        messages = self._stream(
            lambda channel: NamespaceFileServiceStub(channel).GetNamespaceFile,
            lambda: namespace_file_pb2.GetNamespaceFileRequest(
                namespace=namespace, path=path, version=version, offset=position
            ),
        )
        async with aclosing(messages):
            async for message in messages:
                position += len(message.data)
                yield message.data

    async def move_namespace_file(
        self, namespace: str, source: str, target: str
    ) -> Sequence[namespace_file_pb2.MovedNamespaceFile]:
        """Give a file or a folder another name.

        Raises:
            NotFound: No such file or folder.
            AlreadyExists: Something has the new name.
        """
        request = namespace_file_pb2.MoveNamespaceFileRequest(
            namespace=namespace, source=source, target=target
        )
        response = await self._unary(
            lambda channel: NamespaceFileServiceStub(channel).MoveNamespaceFile,
            request,
            may_repeat=False,
        )
        return response.files

    async def delete_namespace_files(
        self, namespace: str, paths: Sequence[str]
    ) -> Sequence[namespace_file_pb2.NamespaceFile]:
        """Delete files and folders, all or none.

        Raises:
            NotFound: One of them is not there.
        """
        request = namespace_file_pb2.DeleteNamespaceFilesRequest(namespace=namespace, paths=paths)
        response = await self._unary(
            lambda channel: NamespaceFileServiceStub(channel).DeleteNamespaceFiles,
            request,
            may_repeat=False,
        )
        return response.files

    async def list_namespace_file_versions(
        self, namespace: str, path: str
    ) -> Sequence[namespace_file_pb2.NamespaceFile]:
        """All versions of a file, newest first.

        Raises:
            NotFound: There never was such a file.
        """
        request = namespace_file_pb2.ListNamespaceFileVersionsRequest(
            namespace=namespace, path=path
        )
        response = await self._unary(
            lambda channel: NamespaceFileServiceStub(channel).ListNamespaceFileVersions,
            request,
            may_repeat=True,
        )
        return response.versions


async def _parts(
    header: namespace_file_pb2.NamespaceFileHeader, path: Path
) -> AsyncGenerator[namespace_file_pb2.PutNamespaceFileRequest, None]:
    """The header, the file in chunks, and the checksum of what was sent."""
    yield namespace_file_pb2.PutNamespaceFileRequest(header=header)
    digest = hashlib.sha256()
    with await asyncio.to_thread(path.open, "rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            digest.update(chunk)
            yield namespace_file_pb2.PutNamespaceFileRequest(data=chunk)
    yield namespace_file_pb2.PutNamespaceFileRequest(sha256=digest.digest())
