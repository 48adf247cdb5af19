"""Copies files of a namespace into an execution: `core.namespace.DownloadFiles`."""

from __future__ import annotations

from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.namespaces.requests import counted, namespace_of, texts
from lanner_coordinator.runtime.namespaces.files.book import FileBook, uri_of
from lanner_coordinator.runtime.namespaces.files.patterns import path_test


class DownloadFiles:
    """Makes the files artifacts of the task run."""

    def __init__(self, book: FileBook, storage: ArtifactStorage) -> None:
        self._book = book
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """Copy the newest version of every file that fits."""
        test = path_test(texts(request, "files"))
        destination = shown(request.properties.get("destination")).lstrip("/")
        found = self._book.matching(namespace_of(request), test)
        files = {}
        for record in found:
            target = ArtifactUri.of_task(
                request.owner,
                request.task_id,
                request.task_run_id,
                f"{destination}{record.path}",
            )
            await self._storage.copy(uri_of(record), target)
            files[f"/{record.path}"] = str(target)
        return NativeResult(outputs={"files": files}, metrics=counted("downloaded", len(files)))
