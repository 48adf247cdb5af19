"""A Docker engine that a test has for itself, so that it may stop and kill it.

Needs root on Linux; its images come from the engine that all tests share.
"""

from __future__ import annotations

import gc
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import docker
import pytest

from tests.support.docker_engine import BUSYBOX_IMAGE, DockerEngine
from tests.support.eventually import eventually_blocking

START_SECONDS = 30
END_SECONDS = 30


@dataclass(kw_only=True)
class OwnDocker:
    """One engine; its containers and files are in a folder of the test.

    Attributes:
        folder: Everything of it.
        options: More arguments of `dockerd`.
    """

    folder: Path
    options: list[str] = field(default_factory=list)
    _program: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        """Its address, as Docker's clients have it."""
        return f"unix://{self.folder / 'd.sock'}"

    @property
    def is_started(self) -> bool:
        """It was started and not ended."""
        return self._program is not None

    def start(self) -> None:
        """Start it, and return when it answers."""
        # One that was killed leaves them behind, and the next one would wait for those processes.
        for name in ("pid", "exec/containerd/containerd.pid"):
            (self.folder / name).unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            self._program = self._spawn(log)
        try:
            eventually_blocking(self._answers, START_SECONDS)
        except AssertionError as never:
            raise RuntimeError((self.folder / "log").read_text()[-2000:]) from never

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, and return when it is gone; harmless when it is."""
        if self._program is not None:
            self._program.send_signal(how)
            self._program.wait(timeout=END_SECONDS)
            self._program = None

    def load(self, image: bytes) -> None:
        """Give it an image as `docker save` writes it."""
        with closing(docker.DockerClient(base_url=self.host, timeout=60)) as client:
            client.images.load(image)

    def remove_containers(self) -> None:
        """Remove all that it has."""
        with closing(docker.DockerClient(base_url=self.host, timeout=60)) as client:
            for container in client.containers.list(all=True):
                container.remove(force=True)

    def _answers(self) -> bool:
        """Whether it does; the SDK leaks its sockets where nobody listens."""
        with socket.socket(socket.AF_UNIX) as door, suppress(OSError):
            door.settimeout(START_SECONDS)
            door.connect(str(self.folder / "d.sock"))
            door.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            return b" 200 " in door.recv(64)
        return False

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                # In a network of its own: it would remove the bridge of the host's engine.
                *("unshare", "--net", "dockerd"),
                *("--host", self.host),
                *("--data-root", str(self.folder / "data")),
                *("--exec-root", str(self.folder / "exec")),
                *("--pidfile", str(self.folder / "pid")),
                *("--bridge", "none"),
                *("--storage-driver", "vfs"),
                "--iptables=false",
                "--ip6tables=false",
                *self.options,
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


@pytest.fixture
def own_docker(docker_engine: DockerEngine, tmp_socket_dir: Path) -> Iterator[OwnDocker]:
    """An engine that is not started; what it ran is gone in the end."""
    engine = OwnDocker(folder=tmp_socket_dir)
    image = b"".join(docker_engine.client.api.get_image(BUSYBOX_IMAGE))
    (tmp_socket_dir / "image.tar").write_bytes(image)
    yield engine
    if not engine.is_started:
        engine.start()
    engine.remove_containers()
    engine.end()
    # It mounts its data on itself, and each one that was killed leaves that behind.
    unmount = ("umount", str(engine.folder / "data"))
    while subprocess.run(unmount, check=False, capture_output=True).returncode == 0:
        pass
    gc.collect()  # sockets that the SDK leaked, while the test may still ignore the warning
