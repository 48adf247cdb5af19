from __future__ import annotations

import io

import pytest

from lanner_coordinator.runtime.artifacts.handles import give_up, let_go


class LostFile(io.IOBase):
    """As a file of sshfs whose link is lost: closing it fails, each time it is tried."""

    def __init__(self) -> None:
        self.close_count = 0
        self._closed = False

    def close(self) -> None:
        """Fail."""
        if not self._closed:
            self.close_count += 1
            raise OSError("the link is lost")

    @property
    def closed(self) -> bool:
        """Cannot be set."""
        return self._closed


class BufferedFile:
    """As a file of s3fs: its end makes what was written visible."""

    def __init__(self) -> None:
        self.closed = False
        self.is_discarded = False
        self.is_visible = False

    def discard(self) -> None:
        """Forget what was sent."""
        self.is_discarded = True

    def close(self) -> None:
        """Show it."""
        self.is_visible = True


@pytest.mark.parametrize("is_written", [True, False])
def test_a_file_whose_link_is_lost_is_closed_once(is_written: bool) -> None:
    file = LostFile()

    if is_written:
        give_up(file, has_folders=True)
    else:
        let_go(file)
    # As Python does when it forgets the file.
    file.close()

    assert file.close_count == 1
    assert file.closed


def test_a_half_that_was_written_never_becomes_visible() -> None:
    file = BufferedFile()

    give_up(file, has_folders=False)

    assert file.is_discarded
    assert file.closed
    assert not file.is_visible
