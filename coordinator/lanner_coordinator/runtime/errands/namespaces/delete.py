"""Deletes files of a namespace: `core.namespace.DeleteFiles`."""

from __future__ import annotations

from lanner_coordinator.flow.types.native_type import NativeResult
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.namespaces.requests import (
    counted,
    maker,
    namespace_of,
    texts,
)
from lanner_coordinator.runtime.namespaces.files.book import FileBook, uri_of
from lanner_coordinator.runtime.namespaces.files.editing import FileEditor
from lanner_coordinator.runtime.namespaces.files.patterns import path_test


class DeleteFiles:
    """Deletes what fits; that nothing does is fine."""

    def __init__(self, book: FileBook, editor: FileEditor) -> None:
        self._book = book
        self._editor = editor

    async def run(self, request: Request) -> NativeResult:
        """Delete all of them in one commit."""
        namespace, patterns = namespace_of(request), texts(request, "files")
        if not patterns:
            raise ValueError("`files` names nothing: give patterns, such as `tmp/**`")
        found = self._book.matching(namespace, path_test(patterns))
        gone = await self._editor.delete(
            namespace, [record.path for record in found], maker(request)
        )
        files = {record.path: str(uri_of(record)) for record in gone}
        return NativeResult(outputs={"files": files}, metrics=counted("deleted", len(files)))
