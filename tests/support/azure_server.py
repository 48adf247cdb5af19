"""Azurite, Microsoft's own emulator of Azure's storage, which tests start."""

from __future__ import annotations

import base64
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.artifact_servers import BUCKET, Place
from tests.support.eventually import eventually_blocking
from tests.support.sockets import free_port

_PROGRAM = Path(__file__).parents[2] / ".cache/azurite/node_modules/azurite/dist/src/blob/main.js"
_ACCOUNT = "lanner"
_READY_SECONDS = 30


class AzureServer:
    """A server process on a port, with a container; what it has stored ends with it."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._port = free_port()
        self._folder = folder
        self._key = base64.b64encode(secrets.token_bytes(32)).decode()
        self._command = [
            *command,
            *("--blobHost", "127.0.0.1", "--blobPort", str(self._port), "--silent"),
            *("--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck"),
        ]

    def start(self) -> None:
        """Serve."""
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env={"AZURITE_ACCOUNTS": f"{_ACCOUNT}:{self._key}"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        eventually_blocking(self._has_container, _READY_SECONDS)

    def stop(self) -> None:
        """End."""
        self._process.kill()
        self._process.wait()

    def place(self) -> Place:
        """A new folder of the container."""
        options: dict[str, object] = {"connection_string": self._connection}
        return Place(url=f"az://{BUCKET}/{secrets.token_hex(4)}", options=options)

    @property
    def _connection(self) -> str:
        return (
            f"DefaultEndpointsProtocol=http;AccountName={_ACCOUNT};AccountKey={self._key};"
            f"BlobEndpoint=http://127.0.0.1:{self._port}/{_ACCOUNT};"
        )

    def _has_container(self) -> bool:
        # Their imports take long: only where this server is needed.
        from azure.core.exceptions import AzureError, ResourceExistsError
        from azure.storage.blob import BlobServiceClient

        with BlobServiceClient.from_connection_string(self._connection, retry_total=0) as client:
            try:
                client.create_container(BUCKET)
            except ResourceExistsError:
                return True
            except AzureError:
                return False
        return True


@pytest.fixture(scope="session")
def azurite_program() -> Sequence[str]:
    """The command that starts a server."""
    node = shutil.which("node")
    assert node is not None, "node is not installed: leave these tests out with -m 'not node'"
    assert _PROGRAM.is_file(), "run scripts/azurite, or use -m 'not node'"
    return [node, str(_PROGRAM)]


@pytest.fixture(scope="session")
def azure_server(
    azurite_program: Sequence[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AzureServer]:
    server = AzureServer(azurite_program, tmp_path_factory.mktemp("azurite"))
    server.start()
    yield server
    server.stop()
