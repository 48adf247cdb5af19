"""The ArtifactService: files of people and services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

from lanner_coordinator.rpc.interceptor import Context
from lanner_coordinator.rpc.receiving import receive
from lanner_coordinator.runtime.artifacts import StoredFile
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.executions.files import ExecutionFileLists
from lanner_coordinator.runtime.uploads import Beginning, Uploads
from lanner_proto.v1 import artifact_pb2, artifact_pb2_grpc


class ArtifactService(artifact_pb2_grpc.ArtifactServiceServicer):
    """Serves artifacts; what each call means stands in `artifact.proto`."""

    def __init__(self, *, uploads: Uploads, files: ExecutionFileLists) -> None:
        self._uploads = uploads
        self._files = files

    async def UploadArtifact(
        self,
        request_iterator: AsyncIterator[artifact_pb2.UploadArtifactRequest],
        context: Context,
    ) -> artifact_pb2.UploadArtifactResponse:
        """Store a file."""
        first = await anext(aiter(request_iterator), None)
        if first is None or first.WhichOneof("part") != "header":
            raise InvalidRequest("the first message of an upload must be its header")
        async with self._uploads.begin(_beginning(first.header)) as upload:
            sha256 = await receive(request_iterator, upload, "an upload")
            size_bytes = await upload.finish(sha256)
        return artifact_pb2.UploadArtifactResponse(uri=upload.uri, size_bytes=size_bytes)

    async def DownloadArtifact(
        self, request: artifact_pb2.DownloadArtifactRequest, context: Context
    ) -> AsyncIterator[artifact_pb2.ArtifactChunk]:
        """Stream a file."""
        total_bytes, found = await self._uploads.download(request.uri, request.offset)
        async with aclosing(found):
            async for piece in found:
                yield artifact_pb2.ArtifactChunk(
                    data=piece.data, sha256=piece.sha256, total_bytes=total_bytes
                )
                total_bytes = 0  # in the first one only

    async def FindUpload(
        self, request: artifact_pb2.ArtifactHeader, context: Context
    ) -> artifact_pb2.UploadProgress:
        """How far an upload is."""
        return artifact_pb2.UploadProgress(offset=await self._uploads.find(_beginning(request)))

    async def ListArtifacts(
        self, request: artifact_pb2.ListArtifactsRequest, context: Context
    ) -> AsyncIterator[artifact_pb2.StoredArtifact]:
        """The files of an execution."""
        for file in await self._files.of(request.execution_id):
            yield _stored(file)


def _beginning(header: artifact_pb2.ArtifactHeader) -> Beginning:
    return Beginning(
        namespace=header.namespace,
        flow_id=header.flow_id,
        name=header.name,
        upload_id=header.upload_id,
        offset=header.offset,
        size_bytes=header.size_bytes,
    )


def _stored(file: StoredFile) -> artifact_pb2.StoredArtifact:
    place = file.uri.place
    stored = artifact_pb2.StoredArtifact(
        uri=str(file.uri),
        size_bytes=file.size_bytes,
        task_id=place.task_id,
        task_run_id=place.task_run_id,
        input_id=place.input_id,
        name=place.name,
    )
    stored.modified_at.FromDatetime(file.modified_at)
    return stored
