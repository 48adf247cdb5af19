"""Files of namespaces: stored, fetched, listed, moved and deleted, with their versions."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from lanner_proto.downloading import DownloadConnection
from lanner_proto.uploading import UploadConnection, UploadKind
from lanner_proto.v1 import namespace_file_pb2
from lanner_proto.v1.namespace_file_pb2_grpc import NamespaceFileServiceStub

_UPLOAD = UploadKind(
    find=lambda channel: NamespaceFileServiceStub(channel).FindNamespaceFileUpload,
    put=lambda channel: NamespaceFileServiceStub(channel).PutNamespaceFile,
    part=namespace_file_pb2.PutNamespaceFileRequest,
)


class NamespaceFileCalls(UploadConnection, DownloadConnection):
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
        """Store a version of a file; after a lost link the upload goes on where it was.

        Args:
            file: Read in chunks, with a checksum over the whole.
            namespace: Where it is to live.
            path: Its name there.
            if_version: The version that it must have; 0: it must not be there; absent: any.

        Raises:
            OSError: The file cannot be read.
            InvalidInput: The name is not allowed, the file is above the limit, or it has changed
                while it was sent.
            Conflict: Something else is there.
            Exhausted: The storage is full.
            Unavailable: There is no link, or it was not back in time.
        """
        header = namespace_file_pb2.NamespaceFileHeader(
            namespace=namespace,
            path=path,
            if_version=if_version,
            upload_id=secrets.token_hex(16),
        )
        return await self._upload(_UPLOAD, header, file)

    def get_namespace_file(
        self, namespace: str, path: str, *, version: int = 0, offset: int = 0
    ) -> AsyncGenerator[bytes, None]:
        """The bytes of a version from `offset` on; after a lost link it goes on where it was.

        From the first byte on it is held against the coordinator's checksum.

        Raises:
            NotFound: No such file or version.
            ServerFault: What came is not what was sent, or there was a new version meanwhile.
            Unavailable: There is no link, or it was not back in time.
        """
        return self._download(
            lambda channel: NamespaceFileServiceStub(channel).GetNamespaceFile,
            lambda position: namespace_file_pb2.GetNamespaceFileRequest(
                namespace=namespace, path=path, version=version, offset=position
            ),
            path,
            offset,
        )

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
