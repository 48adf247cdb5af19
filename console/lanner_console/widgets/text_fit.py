"""Text that fits its place: cut or padded to cells, with everything invisible made visible."""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size

from lanner_console.cli.visible import visible_line

ELLIPSIS = "…"

_COLOUR_CODE = re.compile(r"\x1b\[[0-9;:]*m")


def shown(text: str) -> str:
    """Give the text without power over the terminal, on one line, and without colour codes."""
    return text if text.isprintable() else visible_line(_COLOUR_CODE.sub("", text))


def cells(text: str) -> int:
    """Count the terminal cells that the text takes."""
    return len(text) if text.isascii() else cell_len(text)


def ascii_cells(text: str) -> str:
    """Replace what is not ASCII by signs of the same width: `~` where text was cut, else `?`."""
    if text.isascii():
        return text
    signs = (char if char.isascii() else _ascii_sign(char) for char in text)
    return "".join(signs)


def _ascii_sign(char: str) -> str:
    return "~" if char == ELLIPSIS else "?" * cell_len(char)


def fit(text: str, width: int, *, align_right: bool = False) -> str:
    """Cut the text with an ellipsis or pad it, to exactly `width` cells."""
    if width <= 0:
        return ""
    length = cells(text)
    if length > width:
        return set_cell_size(text, width - 1) + ELLIPSIS
    padding = " " * (width - length)
    return padding + text if align_right else text + padding


def fold(text: str, width: int) -> list[str]:
    """Break the text into pieces of at most `width` cells; the empty text is one empty piece."""
    if cells(text) <= width:
        return [text]
    if text.isascii():
        return [text[start : start + width] for start in range(0, len(text), width)]
    pieces, piece, length = [], "", 0
    for character in text:
        size = cell_len(character)
        if length + size > width and piece:
            pieces.append(piece)
            piece, length = "", 0
        piece, length = piece + character, length + size
    return [*pieces, piece]
