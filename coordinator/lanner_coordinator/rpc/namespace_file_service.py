"""The NamespaceFileService."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

from lanner_coordinator.rpc.callers import caller_of
from lanner_coordinator.rpc.convert_namespace_file import entry_out, file_out
from lanner_coordinator.rpc.interceptor import Context
from lanner_coordinator.rpc.limits import page_limit, page_offset
from lanner_coordinator.rpc.receiving import receive
from lanner_coordinator.runtime.artifacts import Resumption
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.namespaces.editing import check_name
from lanner_coordinator.runtime.namespaces.files.editing import FileEditor
from lanner_coordinator.runtime.namespaces.files.paths import (
    Address,
    checked_folder,
    checked_path,
)
from lanner_coordinator.runtime.namespaces.files.reading import FileReader
from lanner_coordinator.runtime.resumptions import read_resumption
from lanner_proto.v1 import artifact_pb2, namespace_file_pb2, namespace_file_pb2_grpc

PATHS_LIMIT = 1_000
"""Names in one request."""


class NamespaceFileService(namespace_file_pb2_grpc.NamespaceFileServiceServicer):
    """Serves files of namespaces; what each call means stands in `namespace_file.proto`."""

    def __init__(self, *, editor: FileEditor, reader: FileReader) -> None:
        self._editor = editor
        self._reader = reader

    async def ListNamespaceFiles(
        self, request: namespace_file_pb2.ListNamespaceFilesRequest, context: Context
    ) -> namespace_file_pb2.ListNamespaceFilesResponse:
        """A page of files and folders."""
        check_name(request.namespace)
        page, total_count = self._reader.page(
            request.namespace,
            checked_folder(request.folder),
            request.patterns,
            is_deep=request.recursive,
            limit=page_limit(request.limit, default=100, highest=1_000),
            offset=page_offset(request.offset),
        )
        return namespace_file_pb2.ListNamespaceFilesResponse(
            files=[entry_out(entry) for entry in page], total_count=total_count
        )

    async def PutNamespaceFile(
        self,
        request_iterator: AsyncIterator[namespace_file_pb2.PutNamespaceFileRequest],
        context: Context,
    ) -> namespace_file_pb2.PutNamespaceFileResponse:
        """Store a version."""
        first = await anext(aiter(request_iterator), None)
        if first is None or first.WhichOneof("part") != "header":
            raise InvalidRequest("the first message of a file must be its header")
        header = first.header
        path, resumption = _checked(header)
        writing = self._editor.writing(
            header.namespace,
            path,
            caller_of(context),
            if_version=header.if_version if header.HasField("if_version") else None,
            size_bytes=header.size_bytes,
            resumption=resumption,
        )
        async with writing as new_file:
            put = await new_file.finish(await receive(request_iterator, new_file, "a file"))
        return namespace_file_pb2.PutNamespaceFileResponse(
            file=file_out(put.record), is_new=put.is_new
        )

    async def FindNamespaceFileUpload(
        self, request: namespace_file_pb2.NamespaceFileHeader, context: Context
    ) -> artifact_pb2.UploadProgress:
        """How far an upload is."""
        path, resumption = _checked(request)
        offset = await self._editor.find(
            request.namespace,
            path,
            if_version=request.if_version if request.HasField("if_version") else None,
            size_bytes=request.size_bytes,
            resumption=resumption,
        )
        return artifact_pb2.UploadProgress(offset=offset)

    async def GetNamespaceFile(
        self, request: namespace_file_pb2.GetNamespaceFileRequest, context: Context
    ) -> AsyncIterator[artifact_pb2.ArtifactChunk]:
        """Stream a version."""
        check_name(request.namespace)
        address = Address(
            namespace=request.namespace,
            path=checked_path(request.path),
            version=request.version or None,
        )
        record, chunks = await self._reader.download(address, request.offset)
        yield artifact_pb2.ArtifactChunk(total_bytes=record.size_bytes)
        async with aclosing(chunks):
            async for data in chunks:
                yield artifact_pb2.ArtifactChunk(data=data)
        yield artifact_pb2.ArtifactChunk(sha256=bytes.fromhex(record.sha256))

    async def MoveNamespaceFile(
        self, request: namespace_file_pb2.MoveNamespaceFileRequest, context: Context
    ) -> namespace_file_pb2.MoveNamespaceFileResponse:
        """Give a file or a folder another name."""
        check_name(request.namespace)
        moved = await self._editor.move(
            request.namespace,
            checked_path(request.source),
            checked_path(request.target, may_be_rooted=False),
            caller_of(context),
        )
        return namespace_file_pb2.MoveNamespaceFileResponse(
            files=[
                namespace_file_pb2.MovedNamespaceFile(source=before.path, file=file_out(after))
                for before, after in moved
            ]
        )

    async def DeleteNamespaceFiles(
        self, request: namespace_file_pb2.DeleteNamespaceFilesRequest, context: Context
    ) -> namespace_file_pb2.DeleteNamespaceFilesResponse:
        """Delete files and folders."""
        check_name(request.namespace)
        if not 0 < len(request.paths) <= PATHS_LIMIT:
            raise InvalidRequest(f"`paths` must hold between 1 and {PATHS_LIMIT} names")
        deleted = await self._editor.delete(
            request.namespace,
            [checked_path(path.rstrip("/")) for path in request.paths],
            caller_of(context),
        )
        return namespace_file_pb2.DeleteNamespaceFilesResponse(
            files=[file_out(one) for one in deleted]
        )

    async def ListNamespaceFileVersions(
        self, request: namespace_file_pb2.ListNamespaceFileVersionsRequest, context: Context
    ) -> namespace_file_pb2.ListNamespaceFileVersionsResponse:
        """All versions of a file."""
        check_name(request.namespace)
        versions = await self._reader.versions(request.namespace, checked_path(request.path))
        return namespace_file_pb2.ListNamespaceFileVersionsResponse(
            versions=[file_out(one) for one in versions]
        )


def _checked(header: namespace_file_pb2.NamespaceFileHeader) -> tuple[str, Resumption | None]:
    """The path of a file that is sent, and how its upload goes on."""
    check_name(header.namespace)
    path = checked_path(header.path, may_be_rooted=False)
    resumption = read_resumption(
        header.upload_id,
        header.offset,
        header.size_bytes,
        "namespace file",
        header.namespace,
        path,
    )
    return path, resumption
