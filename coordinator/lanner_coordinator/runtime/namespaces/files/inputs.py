"""FILE inputs that are files of namespaces: `nsfile:///path` as a value or default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from lanner_coordinator.flow.model import Input, InputType
from lanner_coordinator.runtime.artifacts import ArtifactError
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.namespaces.files.book import FileBook
from lanner_coordinator.runtime.namespaces.files.paths import SCHEME, read_address


def with_artifacts(
    inputs: Sequence[Input], values: Mapping[str, object], book: FileBook, namespace: str
) -> Mapping[str, object]:
    """Values with the URIs of versions in place of those of namespace files.

    Args:
        inputs: Of the flow.
        values: Resolved; inputs with dots in their ids are nested.
        book: The files.
        namespace: Of the flow.

    Raises:
        InvalidRequest: A file is not there, or its name is not allowed.
    """
    changed = dict(values)
    for one in inputs:
        if one.type is not InputType.FILE:
            continue
        *path, name = one.id.split(".")
        given = _value(changed, (*path, name))
        if not isinstance(given, str) or not given.startswith(SCHEME):
            continue
        try:
            uri = str(book.uri(read_address(given, namespace)))
        except ArtifactError as error:
            raise InvalidRequest(f"Invalid input for `{one.id}`: {error}") from error
        holder = changed
        for step in path:
            inner = dict(cast("Mapping[str, object]", holder[step]))
            holder[step] = holder = inner
        holder[name] = uri
    return changed


def _value(values: Mapping[str, object], path: Sequence[str]) -> object:
    found: object = values
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
