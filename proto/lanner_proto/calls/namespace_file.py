"""Files of namespaces: stored, fetched, listed, moved and deleted, with their versions."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path

import grpc.aio

from lanner_proto.connection import Connection
from lanner_proto.errors import InvalidInput
from lanner_proto.file_source import FileChanged, FileSource, open_source, send
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
            InvalidInput: The name is not allowed, or the file has changed while it was sent.
            Conflict: Something else is there.
            Exhausted: The storage is full.
        """
        header = namespace_file_pb2.NamespaceFileHeader(
            namespace=namespace, path=path, if_version=if_version
        )
        try:
            async with open_source(file) as source, self._channel() as channel:
                # No deadline: as long as the file is; keepalive finds dead links.
                call = NamespaceFileServiceStub(channel).PutNamespaceFile()
                return await send(call, _parts(header, source))
        except FileChanged as error:
            raise InvalidInput(str(error)) from error
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
    header: namespace_file_pb2.NamespaceFileHeader, source: FileSource
) -> AsyncGenerator[namespace_file_pb2.PutNamespaceFileRequest, None]:
    """The header, the file in chunks, and the checksum of what was sent."""
    yield namespace_file_pb2.PutNamespaceFileRequest(header=header)
    async for chunk in source.chunks(0):
        yield namespace_file_pb2.PutNamespaceFileRequest(data=chunk)
    yield namespace_file_pb2.PutNamespaceFileRequest(sha256=source.sha256())
