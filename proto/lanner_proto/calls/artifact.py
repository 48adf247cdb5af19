"""Files in artifact storage: those for FILE inputs, and those that executions leave."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator
from pathlib import Path

import grpc.aio

from lanner_proto.downloading import DownloadConnection
from lanner_proto.status import error_of
from lanner_proto.uploading import UploadConnection, UploadKind
from lanner_proto.v1 import artifact_pb2
from lanner_proto.v1.artifact_pb2_grpc import ArtifactServiceStub

_UPLOAD = UploadKind(
    find=lambda channel: ArtifactServiceStub(channel).FindUpload,
    put=lambda channel: ArtifactServiceStub(channel).UploadArtifact,
    part=artifact_pb2.UploadArtifactRequest,
)


class ArtifactCalls(UploadConnection, DownloadConnection):
    """Calls of `lanner.v1.ArtifactService`."""

    async def upload_artifact(
        self, path: Path, *, namespace: str, flow_id: str, name: str = ""
    ) -> artifact_pb2.UploadArtifactResponse:
        """Store one file; its URI is the value of a FILE input.

        After a lost link the upload goes on where it was.

        Args:
            path: Read in chunks, with a checksum over the whole.
            namespace: Of the flow that the file is for.
            flow_id: Of the flow that the file is for.
            name: In the storage; absent: the file's own name.

        Raises:
            OSError: The file cannot be read.
            InvalidInput: The name is not a plain relative path, the file is above the limit, or it
                has changed while it was sent.
            Exhausted: The storage is full.
            Unavailable: There is no link, or it was not back in time.
        """
        header = artifact_pb2.ArtifactHeader(
            name=name or path.name,
            namespace=namespace,
            flow_id=flow_id,
            upload_id=secrets.token_hex(16),
        )
        return await self._upload(_UPLOAD, header, path)

    async def list_artifacts(
        self, execution_id: str
    ) -> AsyncGenerator[artifact_pb2.StoredArtifact, None]:
        """The files of one execution, in order of their URIs.

        Raises:
            NotFound: No such execution.
            Unavailable: There is no link, or the storage does not answer.
        """
        request = artifact_pb2.ListArtifactsRequest(execution_id=execution_id)
        try:
            async with self._channel() as channel:
                async for file in ArtifactServiceStub(channel).ListArtifacts(
                    request, timeout=self._timeout_seconds
                ):
                    yield file
        except grpc.aio.AioRpcError as failure:
            raise error_of(failure) from failure

    def download_artifact(self, uri: str, *, offset: int = 0) -> AsyncGenerator[bytes, None]:
        """The bytes of a file from `offset` on; after a lost link it goes on where it was.

        From the first byte on they are held against the coordinator's checksum.

        Raises:
            NotFound: No such file.
            ServerFault: What came is not what was sent.
            Unavailable: There is no link, or it was not back in time.
        """
        return self._download(
            lambda channel: ArtifactServiceStub(channel).DownloadArtifact,
            lambda position: artifact_pb2.DownloadArtifactRequest(uri=uri, offset=position),
            uri,
            offset,
        )
