"""Files among the outputs of results: each execution gets copies of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lanner_coordinator.runtime.artifacts import ArtifactError, ArtifactUri, Owner
from lanner_coordinator.runtime.artifacts.uri import SCHEMES, parse_uri

Folder = tuple[str, ...]
"""Of a task run's files, below the root of the storage."""


def folder_of(owner: Owner, task_id: str, run_id: str) -> Folder:
    """The folder of what a task run leaves."""
    return ArtifactUri.of_task(owner, task_id, run_id, "file").segments[:-1]


def folder_uri(owner: Owner, task_id: str, run_id: str) -> str:
    """How the URIs of what a task run leaves begin."""
    return str(ArtifactUri.of_task(owner, task_id, run_id, "f"))[:-1]


def moved(
    outputs: Mapping[str, object], source: Folder, target: Folder
) -> tuple[dict[str, object], dict[ArtifactUri, ArtifactUri]]:
    """Outputs with the files of one folder in another one, and what is to be copied for that."""
    copies: dict[ArtifactUri, ArtifactUri] = {}

    def move(uri: ArtifactUri) -> str:
        copies[uri] = ArtifactUri(segments=(*target, *uri.segments[len(source) :]))
        return str(copies[uri])

    return {name: _replaced(one, source, move) for name, one in outputs.items()}, copies


def _replaced(value: object, folder: Folder, replace: Callable[[ArtifactUri], str]) -> object:
    """A value with all URIs of a folder replaced that stand for themselves."""
    if isinstance(value, str):
        uri = _uri_of(value, folder)
        return value if uri is None else replace(uri)
    if isinstance(value, Mapping):
        return {key: _replaced(one, folder, replace) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, folder, replace) for one in value]
    return value


def _uri_of(text: str, folder: Folder) -> ArtifactUri | None:
    if not text.startswith(SCHEMES):
        return None
    try:
        uri = parse_uri(text)
    except ArtifactError:
        return None
    return uri if uri.segments[: len(folder)] == folder else None
