"""Open files of a storage elsewhere, and how they are closed for good."""

from __future__ import annotations

import contextlib
from typing import Any

_MARKS = ("closed", "_closed")


def let_go(file: Any) -> None:
    """Close a file that was read."""
    with contextlib.suppress(Exception):  # the link may be lost, and with it all there is to close
        file.close()
    _mark(file)


def give_up(file: Any, *, has_folders: bool) -> None:
    """Close an unfinished file that was written, so that its end never makes a half visible.

    Args:
        file: What was opened.
        has_folders: It is put in place by a rename, so that closing it shows nothing.
    """
    with contextlib.suppress(Exception):
        file.discard()
    if has_folders:
        let_go(file)
    else:
        _mark(file)


def _mark(file: Any) -> None:
    """Say that it is closed.

    One that is not would be closed when it is forgotten, in whatever thread, and at the end of the
    process that would wait for ever.
    """
    for name in _MARKS:
        with contextlib.suppress(Exception):
            setattr(file, name, True)
