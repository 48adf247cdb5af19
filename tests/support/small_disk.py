"""A small file system of its own, which a test can really fill."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system at a folder, which is made, as large as `mount` is told: `12m`."""
    folder.mkdir()
    options = ["-o", f"size={size}"]
    subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Write until nothing more fits; the file, which a further call makes larger."""
    path = disk / "of-somebody-else"
    with path.open("ab", buffering=0) as file:
        for size in (1024 * 1024, 4 * 1024, 1):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass
        with pytest.raises(OSError, match="No space left") as full:
            file.write(b"x")
    assert full.value.errno == errno.ENOSPC
    return path
