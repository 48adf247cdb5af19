"""URIs of artifacts: built from checked parts and read strictly.

    kestra:///<namespace>/<flow>/executions/<execution>/tasks/<task>/<task run>/<name>
    kestra:///<namespace>/<flow>/executions/<execution>/inputs/<input>/<name>
    kestra:///<namespace>/<flow>/uploads/<id>/<name>
    kestra:///<namespace>/_files/<name>         of the namespace; the second version: <name>.v2
    kestra:///<namespace>/<flow>/.caches/<task>/<hash of a loop's values>/<name>

A namespace `a.b` is the folders `a/b`, a name may have folders too. `lanner:///` means the same.
Characters that text around a URI may have, such as spaces and quotes, are percent-encoded.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote, unquote

from lanner_coordinator.runtime.artifacts.errors import ArtifactRefused, NoArtifactsUri

SCHEMES = ("kestra:///", "lanner:///")
"""How a URI may start; the first is the one that is written."""

MAX_NAME_BYTES = 512
"""Of a name with its folders, in UTF-8."""

_MAX_SEGMENT_BYTES = 255
_EXECUTIONS = "executions"
_UPLOADS = "uploads"
_MARKERS = (_EXECUTIONS, _UPLOADS)
FILES_NAME = "_files"
"""Folder of a namespace with its files; no flow and no part of a namespace has this name."""

_VERSION = re.compile(r"\.v[1-9][0-9]{0,8}$", re.ASCII)
_FIRST_VERSION = ".v1"
_CACHES = ".caches"
_CACHE_NAME = "cache.tar.gz"
_TASKS = "tasks"
_INPUTS = "inputs"
_PLAIN = "-._~!$()*+,=:@"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The execution that artifacts belong to.

    Attributes:
        namespace: Of the flow.
        flow_id: Of the flow.
        execution_id: Its id.
        ancestors: The executions that started it or that it repeats.
        children: Ids of the executions that it started.
    """

    namespace: str
    flow_id: str
    execution_id: str
    ancestors: tuple[Owner, ...] = ()
    children: Container[str] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlace:
    """What a file is to its execution.

    Attributes:
        task_id: Task that left it; empty: none.
        task_run_id: Task run that left it; empty: none.
        input_id: Input that it is the value of; empty: none.
        name: With folders.
    """

    task_id: str = ""
    task_run_id: str = ""
    input_id: str = ""
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactUri:
    """Where an artifact is; made by its class methods or `parse_uri`, which check every part.

    Attributes:
        segments: Folders and name below the root of the storage, decoded.
    """

    segments: tuple[str, ...]

    @classmethod
    def of_task(cls, owner: Owner, task_id: str, task_run_id: str, name: str) -> Self:
        """A file that a task run leaves."""
        folder = (*execution_folder(owner), _TASKS, _part(task_id), _part(task_run_id))
        return cls(segments=(*folder, *name_segments(name)))

    @classmethod
    def of_input(cls, owner: Owner, input_id: str, name: str) -> Self:
        """A file that an execution was given."""
        folder = (*execution_folder(owner), _INPUTS, _part(input_id))
        return cls(segments=(*folder, *name_segments(name)))

    @classmethod
    def of_upload(cls, namespace: str, flow_id: str, upload_id: str, name: str) -> Self:
        """A file that was sent before its execution exists."""
        folder = (*_flow_folder(namespace, flow_id), _UPLOADS, _part(upload_id))
        return cls(segments=(*folder, *name_segments(name)))

    @classmethod
    def of_namespace_file(cls, namespace: str, path: str, version: int) -> Self:
        """A version of a file of a namespace."""
        folder = tuple(_part(part) for part in namespace.split("."))
        _check_folder(folder)
        *folders, name = name_segments(path)
        return cls(segments=(*folder, FILES_NAME, *folders, _part(f"{name}.v{version}")))

    @property
    def is_namespace_file(self) -> bool:
        """Whether it is a file of a namespace."""
        markers = (*_MARKERS, FILES_NAME)
        return next((part for part in self.segments if part in markers), "") == FILES_NAME

    @classmethod
    def of_cache(cls, owner: Owner, task_id: str, values: Sequence[str]) -> Self:
        """What a task keeps from one execution of its flow to the next, for each loop's values."""
        known = hashlib.sha256("\0".join(values).encode()).hexdigest()
        folder = (*_flow_folder(owner.namespace, owner.flow_id), _CACHES, _part(task_id))
        return cls(segments=(*folder, known, _CACHE_NAME))

    @property
    def execution_id(self) -> str:
        """The execution that has it; empty: an upload, or a file of a namespace."""
        if self.is_namespace_file or self.is_upload:
            return ""
        return self.segments[self.segments.index(_EXECUTIONS) + 1]

    @property
    def is_upload(self) -> bool:
        """Whether it was sent before its execution exists."""
        return next((part for part in self.segments if part in _MARKERS), "") == _UPLOADS

    @property
    def place(self) -> FilePlace:
        """What it is to its execution; of an upload only its name."""
        marker = next(at for at, part in enumerate(self.segments) if part in _MARKERS)
        match self.segments[marker:]:
            case ("executions", _, "tasks", task_id, run_id, *name):
                return FilePlace(task_id=task_id, task_run_id=run_id, name="/".join(name))
            case ("executions", _, "inputs", input_id, *name):
                return FilePlace(input_id=input_id, name="/".join(name))
            case _:
                return FilePlace(name=self.name)

    @property
    def name(self) -> str:
        """The last part of its name, without folders."""
        return self.segments[-1]

    @property
    def title(self) -> str:
        """Its name as people know it: of a file of a namespace without the version."""
        if not self.is_namespace_file:
            return self.name
        return _VERSION.sub("", self.name)

    def __str__(self) -> str:
        if self.is_namespace_file and self.name.endswith(_FIRST_VERSION):
            *folders, name = self.segments
            return _written((*folders, name.removesuffix(_FIRST_VERSION)))
        return _written(self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactFolder:
    """All that an execution or an upload has in the storage, or the caches of a task.

    Attributes:
        segments: Folders below the root of the storage.
        is_upload: Whether it is an upload's.
        is_cache: Whether it holds what a task keeps from one execution to the next.
    """

    segments: tuple[str, ...]
    is_upload: bool = False
    is_cache: bool = False

    @property
    def id(self) -> str:
        """Of the execution, the upload or the task."""
        return self.segments[-1]

    @property
    def flow_key(self) -> tuple[str, str]:
        """Namespace and id of the flow that it belongs to."""
        *namespace, flow_id, _, _ = self.segments
        return ".".join(namespace), flow_id


def folder_at(segments: tuple[str, ...]) -> ArtifactFolder | None:
    """The execution, upload or task that a folder of the storage is of; absent: of none."""
    if len(segments) < 4 or segments[-2] not in (*_MARKERS, _CACHES) or FILES_NAME in segments:
        return None
    above = segments[-2]
    return ArtifactFolder(segments=segments, is_upload=above == _UPLOADS, is_cache=above == _CACHES)


def parse_uri(text: str) -> ArtifactUri:
    """Read a URI.

    Raises:
        ArtifactRefused: It is not one of an artifact, or a part of it is not allowed.
    """
    scheme = next((scheme for scheme in SCHEMES if text.startswith(scheme)), None)
    if scheme is None:
        raise ArtifactRefused(f'"{text}" is not an artifact: its URI starts with {SCHEMES[0]}')
    segments = tuple(_part(unquote(part)) for part in text.removeprefix(scheme).split("/"))
    marker = next((at for at, part in enumerate(segments) if part in (*_MARKERS, FILES_NAME)), 0)
    if marker and segments[marker] == FILES_NAME:
        return _namespace_file(segments, marker)
    # At least a folder of the namespace and one of the flow stand before the marker.
    if marker < 2 or len(segments) < marker + _least_count(segments[marker:]):
        raise NoArtifactsUri(f'"{text}" is not the URI of an artifact of an execution or upload.')
    _check_folder(segments[:marker])
    _check_length(segments[marker + _least_count(segments[marker:]) - 1 :])
    return ArtifactUri(segments=segments)


def execution_folder(owner: Owner) -> tuple[str, ...]:
    """Folder of an execution's artifacts below the root of the storage."""
    folder = _flow_folder(owner.namespace, owner.flow_id)
    return (*folder, _EXECUTIONS, _part(owner.execution_id))


def upload_folder(owner: Owner) -> tuple[str, ...]:
    """Folder of the uploads for an execution's flow below the root of the storage."""
    return (*_flow_folder(owner.namespace, owner.flow_id), _UPLOADS)


def _namespace_file(segments: tuple[str, ...], marker: int) -> ArtifactUri:
    """The file of a namespace that a URI names; without a version it is the first."""
    _check_folder(segments[:marker])
    if len(segments) < marker + 2:
        raise ArtifactRefused("The URI of a file of a namespace names no file.")
    _check_length(segments[marker + 1 :])
    *folders, name = segments
    if not _VERSION.search(name):
        name += _FIRST_VERSION
    return ArtifactUri(segments=(*folders, name))


def _written(segments: tuple[str, ...]) -> str:
    return SCHEMES[0] + "/".join(quote(segment, safe=_PLAIN) for segment in segments)


def _least_count(segments: tuple[str, ...]) -> int:
    """How many parts a URI has at least from its marker on, with its name."""
    match segments:
        case ("uploads", *_):
            return 3
        case ("executions", _, "tasks", *_):
            return 6
        case ("executions", _, "inputs", *_):
            return 5
        case _:
            return len(segments) + 1


def _flow_folder(namespace: str, flow_id: str) -> tuple[str, ...]:
    folder = (*(_part(part) for part in namespace.split(".")), _part(flow_id))
    _check_folder(folder)
    return folder


def _check_folder(folder: tuple[str, ...]) -> None:
    """Refuse a namespace or flow that could be taken for another part of a URI."""
    for part in folder:
        if part in (_EXECUTIONS, _UPLOADS, FILES_NAME) or part.startswith("."):
            raise ArtifactRefused(
                f'Flow "{".".join(folder)}" cannot have artifacts: "{part}" is a reserved name.'
            )


def name_segments(name: str) -> tuple[str, ...]:
    """The folders and the name of a file; `./` and doubled slashes are left out.

    Raises:
        ArtifactRefused: It is absolute, names no file, or a part of it is not allowed.
    """
    if name.startswith("/"):
        raise ArtifactRefused(f"The file name {name!r} is absolute: give one below the folder.")
    segments = tuple(_part(part) for part in name.split("/") if part not in ("", "."))
    if not segments or name.endswith("/"):
        raise ArtifactRefused(f"The file name {name!r} names no file.")
    _check_length(segments)
    return segments


def _check_length(segments: tuple[str, ...]) -> None:
    name = "/".join(segments)
    if len(name.encode()) > MAX_NAME_BYTES:
        raise ArtifactRefused(f"The file name {name[:40]!r}… has more than {MAX_NAME_BYTES} bytes.")


def _part(text: str) -> str:
    """One part of a path, in one spelling of its accents."""
    part = unicodedata.normalize("NFC", text)
    if part in ("", ".", ".."):
        raise ArtifactRefused(f"{text!r} is not allowed as a part of an artifact's path.")
    if "/" in part or "\\" in part or any(unicodedata.category(each) in _UNFIT for each in part):
        raise ArtifactRefused(
            f"{text!r} is not allowed as a part of an artifact's path: it has a slash, a backslash "
            "or a control character."
        )
    if len(part.encode()) > _MAX_SEGMENT_BYTES:
        raise ArtifactRefused(
            f"{part[:40]!r}… is not allowed as a part of an artifact's path: it has more than "
            f"{_MAX_SEGMENT_BYTES} bytes."
        )
    return part


_UNFIT = frozenset({"Cc", "Cs"})
"""Unicode's categories of control characters and of halves of pairs."""
