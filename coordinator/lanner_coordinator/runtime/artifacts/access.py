"""Which artifacts an execution may read and delete."""

from __future__ import annotations

from lanner_coordinator.runtime.artifacts.errors import ArtifactRefused
from lanner_coordinator.runtime.artifacts.uri import (
    ArtifactUri,
    Owner,
    execution_folder,
    upload_folder,
)


def may_read(uri: ArtifactUri, reader: Owner) -> bool:
    """Whether an execution may read an artifact.

    It may read its own, those of the executions that started it, that it started or that it
    repeats, those of all executions in its namespace, uploads of its flow, and the files of all
    namespaces.
    """
    if uri.is_namespace_file or may_delete(uri, reader):
        return True
    return _is_of_namespace(uri, reader) or uri.execution_id in reader.children


def may_delete(uri: ArtifactUri, owner: Owner) -> bool:
    """Whether an execution may delete an artifact.

    It may delete its own, those of the executions that started it or that it repeats, and uploads
    of its flow.
    """
    folders = [execution_folder(one) for one in (owner, *owner.ancestors)]
    folders.append(upload_folder(owner))
    return any(uri.segments[: len(folder)] == folder for folder in folders)


def refuse_reading(uri: ArtifactUri, reader: Owner) -> None:
    """Refuse an artifact that an execution may not read.

    Raises:
        ArtifactRefused: It is such a one.
    """
    if not may_read(uri, reader):
        raise ArtifactRefused(
            f"{uri} cannot be read by execution {reader.execution_id}: it may read its own files, "
            "those of the executions that started it, that it started or that it repeats, and "
            f"those of the namespace {reader.namespace}."
        )


def _is_of_namespace(uri: ArtifactUri, reader: Owner) -> bool:
    """Whether an execution of a flow of the reader's own namespace has it."""
    folder = tuple(reader.namespace.split("."))
    # Behind the namespace stand the flow and what tells an execution from an upload.
    place = len(folder) + 2
    is_execution = uri.segments[place : place + 1] == (uri.execution_id,)
    return is_execution and uri.segments[: len(folder)] == folder
