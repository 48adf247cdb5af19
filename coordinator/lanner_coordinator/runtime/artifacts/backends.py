"""Which storages can be reached by URL, and how each is opened; nothing is imported before that."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from lanner_coordinator.runtime.artifacts.errors import ArtifactRefused

FileSystem = Any
"""A file system of fsspec, which has no types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """A kind of storage that fsspec has a file system for.

    Attributes:
        module: Where the class of the file system is.
        class_name: Of the file system.
        extra: Of Lanner, which installs it.
        options: Of the class, from the URL.
        has_folders: Files are put in place by a rename, and empty folders stay.
        has_parts: What a crash leaves of a file stays as parts that cost money and nobody sees.
    """

    module: str
    class_name: str
    extra: str
    options: Callable[[str], Mapping[str, object]]
    has_folders: bool = False
    has_parts: bool = False


def _s3(url: str) -> Mapping[str, object]:
    # Below these times a lost link is found while there is still patience to try again.
    config = {"connect_timeout": 10, "read_timeout": 30}
    return {"config_kwargs": config, "use_listings_cache": False}


def _plain(url: str) -> Mapping[str, object]:
    return {"use_listings_cache": False}


def _sftp(url: str) -> Mapping[str, object]:
    parts = urlsplit(url)
    options: dict[str, object] = {
        "host": parts.hostname or "",
        # Of the user's own file: without it anybody could pretend to be the server.
        "known_hosts": (),
        "keepalive_interval": 15,
        "login_timeout": 20,
    }
    given = {"port": parts.port, "username": parts.username, "password": parts.password}
    options |= {
        name: unquote(value) if isinstance(value, str) else value
        for name, value in given.items()
        if value
    }
    return options


_AZURE = Backend(module="adlfs", class_name="AzureBlobFileSystem", extra="azure", options=_plain)
_GCS = Backend(module="gcsfs.core", class_name="GCSFileSystem", extra="gcs", options=_plain)

BACKENDS: Mapping[str, Backend] = {
    "s3": Backend(
        module="s3fs", class_name="S3FileSystem", extra="s3", options=_s3, has_parts=True
    ),
    "gs": _GCS,
    "gcs": _GCS,
    "az": _AZURE,
    "abfs": _AZURE,
    "sftp": Backend(
        module="sshfs",
        class_name="SSHFileSystem",
        extra="sftp",
        options=_sftp,
        has_folders=True,
    ),
    "memory": Backend(
        module="fsspec.implementations.memory",
        class_name="MemoryFileSystem",
        extra="s3",
        options=_plain,
    ),
}
"""By the scheme of the URL; `memory` is for tests and forgets all when it ends."""


def backend_of(url: str) -> Backend:
    """The kind of storage that a URL names.

    Raises:
        ArtifactRefused: It names none.
    """
    parts = urlsplit(url)
    backend = BACKENDS.get(parts.scheme)
    if backend is None:
        known = ", ".join(f"{scheme}://" for scheme in BACKENDS if scheme != "memory")
        raise ArtifactRefused(
            f'"{shown(url)}" is no artifact storage: its URL must begin with one of {known}'
        )
    if not parts.netloc and parts.scheme != "memory":
        raise ArtifactRefused(
            f'"{shown(url)}" is no artifact storage: it names no bucket, container or host'
        )
    return backend


def open_file_system(url: str, backend: Backend, options: Mapping[str, object]) -> FileSystem:
    """A new file system; may block.

    Raises:
        ArtifactRefused: What it needs is not installed.
    """
    try:
        module = importlib.import_module(backend.module)
    except ImportError as cause:
        raise ArtifactRefused(
            f"the artifact storage {shown(url)} needs the extra `{backend.extra}`: "
            f'pip install "lanner[{backend.extra}]" ({cause.name} is missing)'
        ) from cause
    settings = {**backend.options(url), **options}
    make = getattr(module, backend.class_name)
    try:
        return make(**settings, skip_instance_cache=True)
    except (TypeError, ValueError) as cause:
        raise ArtifactRefused(
            f"the artifact storage {shown(url)} cannot be opened with these options: {cause}"
        ) from cause


def root_of(url: str) -> str:
    """Where the artifacts are, as the file system names it; without a slash at the end."""
    parts = urlsplit(url)
    if parts.scheme == "sftp":
        # As in other programs: /~/ begins in the user's own folder.
        path = unquote(parts.path).rstrip("/")
        return path.removeprefix("/~/") if path.startswith("/~/") else path
    return (
        (parts.netloc + parts.path).strip("/")
        if parts.scheme != "memory"
        else ("/" + (parts.netloc + parts.path).strip("/"))
    )


def shown(url: str) -> str:
    """A URL without its password."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")).geturl()
