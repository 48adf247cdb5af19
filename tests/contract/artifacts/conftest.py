"""Every test of the contract runs over every kind of artifact storage."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from lanner_coordinator.runtime.artifacts import ArtifactStorage, LocalArtifacts, RemoteArtifacts
from tests.support.artifact_servers import BUCKET, Place, S3Server
from tests.support.azure_server import AzureServer
from tests.support.openssh_server import OpenSshServer

PATIENCE = timedelta(seconds=10)


AZURE = pytest.param("azure", marks=pytest.mark.node)
SFTP = pytest.param("sftp", marks=pytest.mark.sshd)


@pytest.fixture(params=["local", "memory", "s3", "gcs", AZURE, SFTP])
def place(request: pytest.FixtureRequest) -> Place | None:
    """A place of each kind; none is a folder of this machine."""
    match request.param:
        case "local":
            return None
        case "memory":
            return Place(url=f"memory://{secrets.token_hex(4)}")
        case "s3":
            s3: S3Server = request.getfixturevalue("s3_server")
            return s3.place()
        case "gcs":
            endpoint = request.getfixturevalue("gcs_endpoint")
            url = f"gs://{BUCKET}/{secrets.token_hex(4)}"
            return Place(url=url, options={"endpoint_url": endpoint, "token": "anon"})
        case "azure":
            azure: AzureServer = request.getfixturevalue("azure_server")
            return azure.place()
        case _:
            sftp: OpenSshServer = request.getfixturevalue("openssh_server")
            return sftp.place()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of this machine."""
    return tmp_path / "artifacts"


@pytest.fixture
async def storage(place: Place | None, root: Path) -> AsyncIterator[ArtifactStorage]:
    async with make_storage(place, root) as opened:
        yield opened


def make_storage(place: Place | None, root: Path, limit_bytes: int = 0) -> ArtifactStorage:
    if place is None:
        return LocalArtifacts(root, limit_bytes)
    return RemoteArtifacts(place.files(), root, limit_bytes, PATIENCE)
