"""What a Textual app shows, as text: for snapshots that a person can read and a diff can tell.

The text is taken from the app's own screenshot. Snapshots lie beside the tests; a run with
`LANNER_UPDATE_FRAMES=1` in the environment writes them anew, to be looked at and committed.
"""

from __future__ import annotations

import html
import os
import re
from pathlib import Path
from typing import Any

from textual.app import App

CELL_WIDTH = 12.2
UPDATE_VARIABLE = "LANNER_UPDATE_FRAMES"

_TEXT = re.compile(
    r'<text class="[^"]*-r\d+" x="(?P<x>[\d.]+)"[^>]*clip-path="url\(#[^)]*-line-(?P<line>\d+)\)">'
    r"(?P<text>.*?)</text>",
    re.DOTALL,
)


def frame(app: App[Any]) -> str:
    """Give the lines of the screen, without the spaces at their ends."""
    return frame_of(app.export_screenshot(), app.size.height)


def frame_of(svg: str, height: int) -> str:
    """Give the lines that a screenshot shows."""
    lines: dict[int, str] = {}
    for piece in _TEXT.finditer(svg):
        number, column = int(piece["line"]), round(float(piece["x"]) / CELL_WIDTH)
        text = html.unescape(piece["text"]).replace("\xa0", " ").rstrip("\n")
        lines[number] = lines.get(number, "").ljust(column) + text
    return "\n".join(lines.get(number, "").rstrip() for number in range(height)) + "\n"


def check_frame(app: App[Any], path: Path) -> None:
    """Compare what the app shows with the snapshot at `path`.

    Raises:
        AssertionError: They differ, or there is no snapshot.
    """
    shown = frame(app)
    if os.environ.get(UPDATE_VARIABLE):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    expected = path.read_text(encoding="utf-8") if path.exists() else ""
    assert shown.splitlines() == expected.splitlines(), (
        f"{path.name} differs; {UPDATE_VARIABLE}=1 writes it anew"
    )
