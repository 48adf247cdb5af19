"""The table `[artifacts]` of the configuration."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lanner_coordinator.artifact_config import ArtifactConfig, make_storage, near_root
from lanner_coordinator.config import read_config
from lanner_coordinator.errors import ConfigError
from lanner_coordinator.runtime.artifacts import (
    ArtifactTooLarge,
    ArtifactUri,
    LocalArtifacts,
    RemoteArtifacts,
)


def read(tmp_path: Path, text: str) -> ArtifactConfig:
    file = tmp_path / "lanner.toml"
    file.write_text(f"[artifacts]\n{text}")
    return read_config(data_dir=Path("/data"), file=file).artifacts


def test_without_it_files_are_in_the_data_folder() -> None:
    config = read_config(data_dir=Path("/data"), file=None).artifacts

    storage = make_storage(config, Path("/data"), {})

    assert isinstance(storage, LocalArtifacts)
    assert config.max_bytes == 50 * 1024**3
    assert near_root(config, Path("/data")) == Path("/data/artifacts")


async def test_all_of_it_is_read(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        'url = "s3://bucket/x"\nmax_bytes = 5\nretry_seconds = 7\nkeep_days = 90\n'
        'keep_uploads_hours = 2\n[artifacts.options]\nsecret = { env = "S3" }\n'
        'client_kwargs = { region_name = "eu" }',
    )
    storage = make_storage(config, Path("/data"), {"S3": "hidden"})

    assert isinstance(storage, RemoteArtifacts)
    with pytest.raises(ArtifactTooLarge, match="more than 5 bytes"):
        await storage.admit(ArtifactUri(segments=("a",)), 6)
    assert near_root(config, Path("/data")) == Path("/data/artifacts-near")
    assert (config.retention.ended, config.retention.uploads) == (
        timedelta(days=90),
        timedelta(hours=2),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('url = "ftp://host/x"', r"lanner.toml: artifacts: .* must begin with one of s3://"),
        ('url = "s3://"', "names no bucket"),
        ("max_bytes = -1", "`max_bytes` must be a whole number, 0 or above"),
        ("keep_days = true", "`keep_days` must be a whole number"),
        ("keep_day = 3", "unknown key `keep_day`; did you mean `keep_days`"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        read(tmp_path, text)


def test_a_variable_that_is_not_set_is_told(tmp_path: Path) -> None:
    config = read(tmp_path, 'url = "s3://bucket"\noptions = { secret = { env = "S3" } }')

    with pytest.raises(ConfigError, match="`secret` is the variable S3, which is not set"):
        make_storage(config, Path("/data"), {})
