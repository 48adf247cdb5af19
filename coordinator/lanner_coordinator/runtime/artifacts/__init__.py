"""Artifact storage: the files that executions take in and leave behind."""

from __future__ import annotations

from lanner_coordinator.runtime.artifacts.access import may_delete, may_read, refuse_reading
from lanner_coordinator.runtime.artifacts.errors import (
    ArtifactDamaged,
    ArtifactError,
    ArtifactMissing,
    ArtifactRefused,
    ArtifactTooLarge,
    NoArtifactsUri,
    StorageFull,
    StorageUnavailable,
    UploadOutOfStep,
)
from lanner_coordinator.runtime.artifacts.local import LocalArtifacts
from lanner_coordinator.runtime.artifacts.remote import RemoteArtifacts
from lanner_coordinator.runtime.artifacts.remote_files import RemoteFiles
from lanner_coordinator.runtime.artifacts.storage import (
    CHUNK_BYTES,
    ArtifactStorage,
    ArtifactWriter,
    Resumption,
    StoredFile,
    Written,
)
from lanner_coordinator.runtime.artifacts.streams import Piece, pieces
from lanner_coordinator.runtime.artifacts.uri import (
    ArtifactFolder,
    ArtifactUri,
    Owner,
    parse_uri,
)

__all__ = [
    "CHUNK_BYTES",
    "ArtifactDamaged",
    "ArtifactError",
    "ArtifactFolder",
    "ArtifactMissing",
    "ArtifactRefused",
    "ArtifactStorage",
    "ArtifactTooLarge",
    "ArtifactUri",
    "ArtifactWriter",
    "LocalArtifacts",
    "NoArtifactsUri",
    "Owner",
    "Piece",
    "RemoteArtifacts",
    "RemoteFiles",
    "Resumption",
    "StorageFull",
    "StorageUnavailable",
    "StoredFile",
    "UploadOutOfStep",
    "Written",
    "may_delete",
    "may_read",
    "parse_uri",
    "pieces",
    "refuse_reading",
]
