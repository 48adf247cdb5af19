"""The parts of an image's reference."""

from __future__ import annotations

DEFAULT_REGISTRY = "docker.io"
DEFAULT_TAG = "latest"


def registry_of(image: str) -> str:
    """Host of the registry that an image comes from: `ghcr.io/acme/tool:1` is of `ghcr.io`."""
    first, slash, _ = image.partition("/")
    is_host = slash and ("." in first or ":" in first or first == "localhost")
    return first if is_host else DEFAULT_REGISTRY


def repository_and_tag(image: str) -> tuple[str, str]:
    """What Docker's API wants for a pull; a digest takes the place of a tag."""
    repository, at, digest = image.partition("@")
    if at:
        return repository, digest
    path, colon, tag = image.rpartition(":")
    if colon and "/" not in tag:
        return path, tag
    return image, DEFAULT_TAG
