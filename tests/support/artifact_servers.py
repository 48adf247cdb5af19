"""Servers that hold artifacts, as they are found elsewhere: S3, Google Cloud Storage, SFTP.

Their libraries take long to import: each is when its server starts.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from lanner_coordinator.runtime.artifacts import RemoteFiles
from tests.support.sockets import free_port

if TYPE_CHECKING:
    from tests.support.sftp_server import SftpServer

BUCKET = "lanner-test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a storage is.

    Attributes:
        url: Of the storage, empty as yet.
        options: For its file system.
    """

    url: str
    options: dict[str, object] = field(default_factory=dict)

    def files(self) -> RemoteFiles:
        """A fresh connection."""
        return RemoteFiles(self.url, self.options)


class S3Server:
    """Moto's S3 server on a port, with a bucket; it can be away and come back with its files."""

    def __init__(self) -> None:
        self.port = free_port()
        self._server: Any = None

    def start(self) -> None:
        """Serve."""
        from moto.server import ThreadedMotoServer

        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self._server.start()

    def stop(self) -> None:
        """Go away; what is stored stays in this process."""
        self._server.stop()

    def place(self) -> Place:
        """A new prefix of the bucket."""
        options: dict[str, object] = {
            "endpoint_url": f"http://127.0.0.1:{self.port}",
            "key": "test",
            "secret": "test",
            "client_kwargs": {"region_name": "us-east-1"},
            "config_kwargs": {"retries": {"max_attempts": 1}},
        }
        return Place(url=f"s3://{BUCKET}/{secrets.token_hex(4)}", options=options)

    def make_bucket(self) -> None:
        """Make the bucket that all places are in."""
        self.client().create_bucket(Bucket=BUCKET)

    def client(self) -> Any:
        """Reaches it as other programs do."""
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            region_name="us-east-1",
        )


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    server = S3Server()
    server.start()
    server.make_bucket()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def gcs_endpoint() -> Iterator[str]:
    from gcp_storage_emulator.server import create_server

    port = free_port()
    server = create_server("127.0.0.1", port, in_memory=True, default_bucket=BUCKET)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(scope="session")
def sftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    from tests.support.sftp_server import SftpServer

    server = SftpServer(tmp_path_factory.mktemp("sftp"))
    server.start()
    yield server
    server.close()
