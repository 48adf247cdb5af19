"""Copying where it arrives: tmux, the terminal's own way, or a file that is named.

Under tmux an OSC 52 sequence is dropped in silence unless tmux is set up for it, so tmux is asked
itself. Terminals take only so much by OSC 52; what is longer goes to a file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

OSC52_MAX_BYTES = 74_994
TMUX_SECONDS = 2.0


class ClipboardWay(StrEnum):
    """How a text is copied."""

    AUTO = "auto"
    TMUX = "tmux"
    OSC52 = "osc52"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clipboard:
    """Copies texts by the first way that works.

    Attributes:
        way: The one to take; AUTO: tmux inside tmux, then OSC 52, then a file.
        environment: Tells whether this runs inside tmux.
        folder: Where the file goes.
        write_osc52: Hands a text to the terminal.
    """

    way: ClipboardWay
    environment: Mapping[str, str]
    folder: Path
    write_osc52: Callable[[str], None]

    async def copy(self, text: str) -> str:
        """Copy a text and say where it went, as the end of a sentence."""
        if self.way is ClipboardWay.TMUX or (self._is_auto and "TMUX" in self.environment):
            if await _load_tmux_buffer(text):
                return "to tmux and the terminal's clipboard"
            if not self._is_auto:
                return f"to {await self._save(text)} (tmux did not take it)"
        is_small = len(text.encode()) <= OSC52_MAX_BYTES
        if self.way is ClipboardWay.OSC52 or (self._is_auto and is_small):
            self.write_osc52(text)
            return "to the terminal's clipboard"
        return f"to {await self._save(text)}"

    @property
    def _is_auto(self) -> bool:
        return self.way is ClipboardWay.AUTO

    async def _save(self, text: str) -> Path:
        path = self.folder / "clipboard.txt"
        await asyncio.to_thread(_write, path, text)
        return path


async def _load_tmux_buffer(text: str) -> bool:
    """Give tmux a text for its buffer and, by `-w`, for the terminal around it."""
    try:
        async with asyncio.timeout(TMUX_SECONDS):
            tmux = await asyncio.create_subprocess_exec(
                "tmux",
                "load-buffer",
                "-w",
                "-",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            await tmux.communicate(text.encode())
    except (OSError, TimeoutError):
        return False
    return tmux.returncode == 0


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
