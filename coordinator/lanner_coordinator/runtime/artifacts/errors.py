"""What artifact storage can fail with.

ArtifactError
├── ArtifactRefused    a name or URI that is not allowed
├── ArtifactMissing    there is no such artifact
├── ArtifactDamaged    what arrived is not what was sent
└── StorageFull        the disk has no space; nothing of the artifact is left
"""

from __future__ import annotations


class ArtifactError(Exception):
    """Artifact storage failed; the text is a sentence for people."""


class ArtifactRefused(ArtifactError):
    """A name or URI is not allowed."""


class ArtifactMissing(ArtifactError):
    """There is no such artifact."""


class ArtifactDamaged(ArtifactError):
    """What arrived is not what was sent."""


class StorageFull(ArtifactError):
    """The disk has no space; nothing of the artifact is left."""
