"""What agents are told of namespace files: URIs of exact versions in place of names and patterns.

An agent needs to know nothing of namespaces: it fetches artifacts. The versions are those of the
moment in which the attempt is given to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import cast

from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.types.native_type import shown
from lanner_coordinator.runtime.artifacts import ArtifactError
from lanner_coordinator.runtime.namespaces.files.book import FileBook, uri_of
from lanner_coordinator.runtime.namespaces.files.paths import SCHEME, read_address
from lanner_coordinator.runtime.namespaces.files.patterns import path_test

PROPERTY = "namespaceFiles"
"""The property that asks for files in the working folder."""

MOST_FILES = 10_000
"""Of one attempt."""

_URI = re.compile(r"nsfile://[-A-Za-z0-9%._+~#=@/]*[-A-Za-z0-9%_+~#=@/]")


def assigned(
    properties: Mapping[str, object], book: FileBook, namespace: str
) -> Mapping[str, object]:
    """The rendered properties of a task as an agent gets them.

    Args:
        properties: Rendered.
        book: The files.
        namespace: Of the flow.

    Raises:
        ValueError: A file is not there, or what is asked for cannot be read; a sentence.
    """
    try:
        filled = cast("Mapping[str, object]", _filled(properties, book, namespace))
        if PROPERTY not in properties:
            return filled
        wanted = _wanted(properties[PROPERTY], book, namespace)
    except ArtifactError as error:
        raise ValueError(str(error)) from error
    others = {name: value for name, value in filled.items() if name != PROPERTY}
    return others if wanted is None else {**others, PROPERTY: wanted}


def _filled(value: object, book: FileBook, namespace: str) -> object:
    """A value with the URIs of artifacts in place of those of namespace files."""
    if isinstance(value, str):
        return _filled_text(value, book, namespace) if SCHEME in value else value
    if isinstance(value, Mapping):
        return {key: _filled(item, book, namespace) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(item, book, namespace) for item in value]
    return value


def _filled_text(text: str, book: FileBook, namespace: str) -> str:
    """A text that is a URI must be one of a file; in a longer text others are left alone."""
    if _URI.fullmatch(text.strip()):
        return str(book.uri(read_address(text.strip(), namespace)))

    def uri(found: re.Match[str]) -> str:
        try:
            return str(book.uri(read_address(found[0], namespace)))
        except ArtifactError:
            return found[0]

    return _URI.sub(uri, text)


def _wanted(given: object, book: FileBook, namespace: str) -> Mapping[str, object] | None:
    """Files by their place in the working folder; absent: none are asked for."""
    if not isinstance(given, Mapping):
        if is_truthy(given):
            raise ValueError(f"`{PROPERTY}` must be a map, such as `{{enabled: true}}`")
        return None
    if not is_truthy(given.get("enabled", True)):
        return None
    test = path_test(_texts(given, "include"), _texts(given, "exclude"))
    has_folders = is_truthy(given.get("folderPerNamespace", False))
    files: dict[str, str] = {}
    for one in _texts(given, "namespaces") or [namespace]:
        for record in book.matching(one, test):
            place = f"{one}/{record.path}" if has_folders else record.path
            files[place] = str(uri_of(record))
    if len(files) > MOST_FILES:
        raise ValueError(
            f"`{PROPERTY}` asks for {len(files)} files, {MOST_FILES} at most are given to one "
            "attempt: name those that it needs with `include`"
        )
    return {"ifExists": shown(given.get("ifExists")) or "OVERWRITE", "files": files}


def _texts(given: Mapping[object, object], name: str) -> Sequence[str]:
    """A list of texts, one text, or a JSON text of a list."""
    value = given.get(name)
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return [str(value)]
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list | tuple):
        raise ValueError(f"`{PROPERTY}.{name}` must be a list of texts")
    return [shown(one) for one in value]
