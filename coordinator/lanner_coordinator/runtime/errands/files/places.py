"""Where errands on files read and write."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from lanner_coordinator.flow.types.native_type import shown
from lanner_coordinator.runtime.artifacts import ArtifactUri
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.line_files import readable


def source(request: Request, name: str = "from") -> ArtifactUri:
    """The file that a property names.

    Raises:
        ArtifactRefused: The execution may not read it.
    """
    return readable(shown(request.properties.get(name)).strip(), request.owner)


def sources(request: Request, name: str) -> list[ArtifactUri]:
    """The files that a property lists, which may be a JSON text.

    Raises:
        ArtifactRefused: The execution may not read one of them.
        ValueError: It is no list.
    """
    given = request.properties.get(name)
    if isinstance(given, str) and given.lstrip().startswith("["):
        try:
            given = json.loads(given)
        except ValueError as error:
            raise ValueError(f"`{name}` begins like a JSON list, but is none: {error}") from error
    if not isinstance(given, list | tuple):
        raise ValueError(f"`{name}` must be a list of URIs")
    return [readable(shown(one).strip(), request.owner) for one in given]


def target(request: Request, name: str) -> ArtifactUri:
    """A new file of the task run; the same one when the errand is done once more."""
    return ArtifactUri.of_task(request.owner, request.task_id, request.task_run_id, name)


def suffix_of(uri: ArtifactUri) -> str:
    """How a file's name ends, with its dot; `.tmp` where it has none."""
    return PurePosixPath(uri.title).suffix or ".tmp"


def wanted_suffix(request: Request, default: str) -> str:
    """The property `extension`, with its dot."""
    given = shown(request.properties.get("extension")).strip()
    if not given:
        return default
    return given if given.startswith(".") else f".{given}"


def separator_of(request: Request) -> bytes:
    """What stands between lines."""
    return shown(request.properties.get("separator")).encode() or b"\n"
