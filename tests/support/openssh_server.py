"""OpenSSH's own server, which tests start: it takes less for granted than other SFTP servers."""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.artifact_servers import Place
from tests.support.eventually import eventually_blocking
from tests.support.sockets import free_port

_CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
StrictModes no
PermitRootLogin yes
UsePAM no
PidFile none
MaxStartups 100
Subsystem sftp internal-sftp
"""
_READY_SECONDS = 20
# Where a server that runs as root keeps what has no rights; its package makes it at boot.
_ROOTS_FOLDER = Path("/run/sshd")


class OpenSshServer:
    """A server process that lets in who runs the tests, by a key of its own."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._port = free_port()

    def start(self) -> None:
        """Serve."""
        for name in ("host_key", "user_key"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self._folder / name)],
                check=True,
            )
        config = self._folder / "sshd_config"
        config.write_text(_CONFIG.format(port=self._port, folder=self._folder))
        if os.geteuid() == 0:
            _ROOTS_FOLDER.mkdir(mode=0o755, exist_ok=True)
        command = [str(self._program), "-D", "-f", str(config), "-E", str(self._folder / "log")]
        self._process = subprocess.Popen(command)
        eventually_blocking(self._answers, _READY_SECONDS)

    def stop(self) -> None:
        """End."""
        self._process.terminate()
        self._process.wait()

    def place(self) -> Place:
        """A new folder."""
        public = (self._folder / "host_key.pub").read_text()
        known_hosts = self._folder / "known_hosts"
        known_hosts.write_text(f"[127.0.0.1]:{self._port} {public}")
        options: dict[str, object] = {
            "known_hosts": str(known_hosts),
            "client_keys": [str(self._folder / "user_key")],
        }
        folder = self._folder / "files" / secrets.token_hex(4)
        url = f"sftp://{getpass.getuser()}@127.0.0.1:{self._port}{folder}"
        return Place(url=url, options=options)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1) as link:
                return link.recv(4) == b"SSH-"
        except OSError:
            return False


@pytest.fixture(scope="session")
def openssh_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSshServer]:
    program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program is not None, "OpenSSH's server is not installed: use -m 'not sshd'"
    server = OpenSshServer(Path(program), tmp_path_factory.mktemp("sshd"))
    server.start()
    yield server
    server.stop()
