"""Stores files of an execution as files of a namespace: `core.namespace.UploadFiles`."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.artifacts import ArtifactUri
from lanner_coordinator.runtime.artifacts.uri import SCHEMES
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.line_files import readable
from lanner_coordinator.runtime.errands.namespaces.requests import (
    counted,
    files_by_name,
    from_text,
    maker,
    namespace_of,
    texts,
)
from lanner_coordinator.runtime.namespaces.files.book import uri_of
from lanner_coordinator.runtime.namespaces.files.editing import Conflict, FileEditor
from lanner_coordinator.runtime.namespaces.files.paths import checked_folder, checked_path


class UploadFiles:
    """Copies artifacts into a namespace, one after the other."""

    def __init__(self, editor: FileEditor) -> None:
        self._editor = editor

    async def run(self, request: Request) -> NativeResult:
        """Check all names before the first file is stored."""
        namespace = namespace_of(request)
        conflict = _conflict(request)
        wanted = _wanted(request)
        files = {}
        for path, source in wanted.items():
            put = await self._editor.copy(source, namespace, path, maker(request), conflict)
            files[path] = str(uri_of(put.record))
        return NativeResult(outputs={"files": files}, metrics=counted("uploaded", len(files)))


def _wanted(request: Request) -> Mapping[str, ArtifactUri]:
    """Sources by the names that they get."""
    named = dict(files_by_name(request, "filesMap"))
    given = from_text(request.properties.get("files"))
    if isinstance(given, Mapping):
        named |= files_by_name(request, "files")
    else:
        named |= {_own_name(request, uri): uri for uri in texts(request, "files")}
    if not named and "files" not in request.properties and "filesMap" not in request.properties:
        raise ValueError("one of `files` and `filesMap` is needed")
    folder = checked_folder(shown(request.properties.get("destination")).strip())
    return {
        checked_path(f"{folder}/{name.removeprefix('/')}"): readable(uri, request.owner)
        for name, uri in named.items()
    }


def _own_name(request: Request, uri: str) -> str:
    if not uri.startswith(SCHEMES):
        raise ValueError(
            f"`files` holds `{uri}`, which is no URI of a file: patterns would name files of a "
            "working folder, which this task does not have; give the URIs with `filesMap`"
        )
    return readable(uri, request.owner).title


def _conflict(request: Request) -> Conflict:
    given = shown(request.properties.get("conflict")) or Conflict.OVERWRITE.value
    if given not in Conflict.__members__:
        raise ValueError(f"`conflict` is `{given}`, which is none of {', '.join(Conflict)}")
    return Conflict(given)
