"""Files in artifact storage: asked over gRPC, answered in view models."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from lanner_console.calls.asker import Asker
from lanner_console.models import FileRow
from lanner_console.wire import file as wire


class ArtifactCalls(Asker):
    """The part of `ConsoleClient` about files in artifact storage."""

    async def upload_input(self, path: Path, *, namespace: str, flow_id: str) -> str:
        """Store a file for a FILE input."""
        stored = await self._client.upload_artifact(path, namespace=namespace, flow_id=flow_id)
        return stored.uri

    def download(self, uri: str) -> AsyncIterator[bytes]:
        """The bytes of a file."""
        return self._client.download_artifact(uri)

    async def list_execution_files(self, execution_id: str) -> list[FileRow]:
        """The files of an execution."""
        return [wire.row(file) async for file in self._client.list_artifacts(execution_id)]
