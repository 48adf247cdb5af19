"""What the configuration says about artifacts, and the storage that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from lanner_coordinator.errors import ConfigError
from lanner_coordinator.runtime.artifact_sweep import Retention
from lanner_coordinator.runtime.artifacts import (
    ArtifactRefused,
    ArtifactStorage,
    LocalArtifacts,
    RemoteArtifacts,
    RemoteFiles,
)
from lanner_coordinator.runtime.cache_sweep import CacheLimits

LOCAL_NAME = "artifacts"
"""Folder of the artifacts in the data folder, where no URL is given."""

NEAR_NAME = "artifacts-near"
"""Folder in the data folder of what is kept near of artifacts elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactConfig:
    """The table `[artifacts]`.

    Attributes:
        url: Of the storage; empty: a folder beside the database.
        options: For the file system of the URL; a table `{ env = "NAME" }` is that variable.
        max_bytes: That one file may have; 0: any number.
        retry_seconds: How long a storage is tried again that does not answer.
        keep_days: How long the files of an ended execution stay; 0: as long as the execution.
        keep_uploads_hours: How long an upload stays; 0: for ever.
        keep_caches_days: How long the cache of a WorkingDirectory stays that nobody writes; 0: for
            ever.
        caches_max_bytes: That all those caches may have; the oldest go; 0: any number.
    """

    url: str = ""
    options: Mapping[str, object] = field(default_factory=dict, repr=False)
    max_bytes: int = 50 * 1024**3
    retry_seconds: int = 180
    keep_days: int = 0
    keep_uploads_hours: int = 7 * 24
    keep_caches_days: int = 30
    caches_max_bytes: int = 50 * 1024**3

    @property
    def retention(self) -> Retention:
        """How long artifacts stay."""
        return Retention(
            ended=timedelta(days=self.keep_days),
            uploads=timedelta(hours=self.keep_uploads_hours),
            caches=CacheLimits(
                age=timedelta(days=self.keep_caches_days), total_bytes=self.caches_max_bytes
            ),
        )

    def check(self, where: str) -> None:
        """Refuse what no storage can be made of.

        Raises:
            ConfigError: The URL names none.
        """
        if not self.url:
            return
        try:
            RemoteFiles(self.url, {})
        except ArtifactRefused as error:
            raise ConfigError(f"{where}: {error}") from error


def near_root(config: ArtifactConfig, data_dir: Path) -> Path:
    """Folder of this machine with what expressions read of artifacts."""
    return data_dir / (NEAR_NAME if config.url else LOCAL_NAME)


def make_storage(
    config: ArtifactConfig, data_dir: Path, environment: Mapping[str, str]
) -> ArtifactStorage:
    """The storage, not open yet.

    Raises:
        ConfigError: An option asks for a variable that is not set.
    """
    root = near_root(config, data_dir)
    if not config.url:
        return LocalArtifacts(root, config.max_bytes)
    files = RemoteFiles(config.url, _resolved(config.options, environment))
    patience = timedelta(seconds=config.retry_seconds)
    return RemoteArtifacts(files, root, config.max_bytes, patience)


def _resolved(options: Mapping[str, object], environment: Mapping[str, str]) -> dict[str, object]:
    """Options with the variables that they ask for in their place."""
    resolved: dict[str, object] = {}
    for name, value in options.items():
        if not isinstance(value, Mapping):
            resolved[name] = value
        elif set(value) != {"env"}:
            resolved[name] = _resolved(value, environment)
        elif (given := environment.get(str(value["env"]))) is not None:
            resolved[name] = given
        else:
            raise ConfigError(
                f"artifacts: options: `{name}` is the variable {value['env']}, which is not set"
            )
    return resolved
