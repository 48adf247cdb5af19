"""Copied texts arrive by the first way that works."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lanner_console.clipboard import OSC52_MAX_BYTES, Clipboard, ClipboardWay


def clipboard(
    folder: Path, written: list[str], way: ClipboardWay = ClipboardWay.AUTO, **environment: str
) -> Clipboard:
    return Clipboard(way=way, environment=environment, folder=folder, write_osc52=written.append)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.fixture
def tmux_buffer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a tmux on the path that keeps what it is given, and give the file it keeps it in."""
    programs, buffer = tmp_path / "bin", tmp_path / "buffer"
    programs.mkdir()
    program = programs / "tmux"
    program.write_text(f'#!/bin/sh\n[ "$*" = "load-buffer -w -" ] && cat > {buffer}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return buffer


async def test_inside_tmux_the_text_goes_through_tmux(tmp_path: Path, tmux_buffer: Path) -> None:
    written: list[str] = []

    where = await clipboard(tmp_path, written, TMUX="/tmp/tmux-0/default,1,0").copy("etl ✔")

    assert where == "to tmux and the terminal's clipboard"
    assert text_of(tmux_buffer) == "etl ✔"
    assert written == []


async def test_where_there_is_no_tmux_the_terminal_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    written: list[str] = []

    where = await clipboard(tmp_path, written, TMUX="/tmp/tmux-0/default,1,0").copy("text")

    assert where == "to the terminal's clipboard"
    assert written == ["text"]


async def test_what_a_terminal_would_not_take_goes_to_a_file(tmp_path: Path) -> None:
    written: list[str] = []
    text = "x" * (OSC52_MAX_BYTES + 1)

    where = await clipboard(tmp_path / "state", written).copy(text)

    path = tmp_path / "state" / "clipboard.txt"
    assert where == f"to {path}"
    assert path.read_text() == text
    assert path.stat().st_mode & 0o077 == 0
    assert written == []


async def test_the_way_can_be_chosen(tmp_path: Path) -> None:
    written: list[str] = []

    await clipboard(tmp_path, written, ClipboardWay.FILE).copy("text")

    assert written == []
    assert (tmp_path / "clipboard.txt").read_text() == "text"
