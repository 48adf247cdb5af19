"""Artifact storage: the files that executions take in and leave behind."""

from __future__ import annotations

from lanner_coordinator.runtime.artifacts.errors import (
    ArtifactDamaged,
    ArtifactError,
    ArtifactMissing,
    ArtifactRefused,
    StorageFull,
)
from lanner_coordinator.runtime.artifacts.local import LocalArtifacts
from lanner_coordinator.runtime.artifacts.storage import (
    CHUNK_BYTES,
    ArtifactStorage,
    ArtifactWriter,
)
from lanner_coordinator.runtime.artifacts.uri import ArtifactUri, Owner, may_read, parse_uri

__all__ = [
    "CHUNK_BYTES",
    "ArtifactDamaged",
    "ArtifactError",
    "ArtifactMissing",
    "ArtifactRefused",
    "ArtifactStorage",
    "ArtifactUri",
    "ArtifactWriter",
    "LocalArtifacts",
    "Owner",
    "StorageFull",
    "may_read",
    "parse_uri",
]
