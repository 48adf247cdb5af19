"""Addresses for servers that a test starts."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def free_port(address: str = "127.0.0.1") -> int:
    """A TCP port of `address` that was free just now."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def tmp_socket_dir() -> Iterator[Path]:
    """A folder for Unix sockets: its path is short, as their paths end at 104 bytes on macOS."""
    folder = Path(tempfile.mkdtemp(prefix="lnr-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)
