"""Names of namespace files, and the URIs that stand for them.

    nsfile:///path             a file of the flow's namespace
    nsfile://company.team/path a file of another one
    …/path.v2                  its second version

A name is a path below the root of the namespace. In what is kept it has no leading slash; Kestra's
flows write one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from lanner_coordinator.runtime.artifacts import ArtifactRefused
from lanner_coordinator.runtime.artifacts.uri import name_segments

SCHEME = "nsfile://"
"""How a URI of a namespace file starts."""

RESERVED_FOLDER = ".lanner"
"""Folder that scripts find fetched files in."""

_LONGEST_PART_BYTES = 240
"""Of a folder or name; the version is added to it in the storage."""

_VERSIONED = re.compile(r"(.+)\.v([1-9][0-9]{0,8})", re.DOTALL)
_URI_LIKE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:.*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A namespace file as somebody names it.

    Attributes:
        namespace: Where it lives.
        path: Its name.
        version: Absent: the newest.
    """

    namespace: str
    path: str
    version: int | None = None


def checked_path(text: str, *, may_be_rooted: bool = True) -> str:
    """The name that a text stands for.

    Args:
        text: As given.
        may_be_rooted: Whether it may start with a slash, which means the root of the namespace.

    Raises:
        ArtifactRefused: It is not allowed; a sentence.
    """
    if may_be_rooted:
        text = text.removeprefix("/")
    segments = name_segments(text)
    if segments[0] == RESERVED_FOLDER:
        raise ArtifactRefused(
            f"The file name {text!r} is reserved: scripts find fetched files in {RESERVED_FOLDER}."
        )
    for segment in segments:
        if _VERSIONED.fullmatch(segment):
            raise ArtifactRefused(
                f"The file name {text!r} is reserved: what ends in .v and a number is a version."
            )
        if len(segment.encode()) > _LONGEST_PART_BYTES:
            raise ArtifactRefused(
                f"The file name {segment[:40]!r}… is not allowed: a part of it has more than "
                f"{_LONGEST_PART_BYTES} bytes."
            )
    return "/".join(segments)


def checked_folder(text: str) -> str:
    """The folder that a text stands for; empty: the root.

    Raises:
        ArtifactRefused: It is not allowed; a sentence.
    """
    text = text.strip("/")
    return checked_path(text) if text not in ("", ".") else ""


def file_uri(namespace: str, path: str, version: int | None = None) -> str:
    """The URI of a namespace file."""
    return f"{SCHEME}{namespace}/{path.removeprefix('/')}" + (f".v{version}" if version else "")


def read_address(text: str, own_namespace: str) -> Address:
    """The file that a path or an `nsfile` URI stands for.

    Raises:
        ArtifactRefused: It is neither.
    """
    namespace = own_namespace
    path, version = text, None
    if text.startswith(SCHEME):
        given, _, path = text.removeprefix(SCHEME).partition("/")
        namespace, path = given or own_namespace, unquote(path)
        versioned = _VERSIONED.fullmatch(path)
        if versioned:
            path, version = versioned[1], int(versioned[2])
    elif _URI_LIKE.fullmatch(text):
        raise ArtifactRefused(f"Cannot process the URI {text}: scheme not supported.")
    return Address(namespace=namespace, path=checked_path(path), version=version)
