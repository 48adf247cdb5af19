"""What artifact storage can fail with.

ArtifactError
├── ArtifactRefused       a name or URI that is not allowed
│   ├── ArtifactTooLarge  more bytes than the configuration allows
│   └── NoArtifactsUri    a URI of the storage that is never an artifact's
├── ArtifactMissing       there is no such artifact
├── ArtifactDamaged       what arrived is not what was sent
├── UploadOutOfStep       an upload goes on where its beginning does not end
├── StorageFull           the disk has no space; nothing of the artifact is left
└── StorageUnavailable    the storage did not answer for so long that it was given up
"""

from __future__ import annotations


class ArtifactError(Exception):
    """Artifact storage failed; the text is a sentence for people."""


class ArtifactRefused(ArtifactError):
    """A name or URI is not allowed."""


class ArtifactTooLarge(ArtifactRefused):
    """An artifact has more bytes than the configuration allows."""


class NoArtifactsUri(ArtifactRefused):
    """A URI of the storage, at which there is never an artifact."""


class ArtifactMissing(ArtifactError):
    """There is no such artifact."""


class ArtifactDamaged(ArtifactError):
    """What arrived is not what was sent."""


class UploadOutOfStep(ArtifactError):
    """An upload goes on where its beginning does not end: ask again how far it is."""


class StorageFull(ArtifactError):
    """The disk has no space; nothing of the artifact is left."""


class StorageUnavailable(ArtifactError):
    """The storage did not answer for so long that it was given up; later it may."""
