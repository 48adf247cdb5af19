from __future__ import annotations

import pytest

from lanner_console.cli.visible import cut, visible, visible_line, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("bell\x07", "bell␇"),
        ("a\rb\nc", "a␍b␊c"),
        ("\x7f\x9b", "␡\\x9b"),
        ("evil\u202etxt", "evil\\u202etxt"),
        ("half\ud800", "half\\ud800"),
        ("größer 語 ✔", "größer 語 ✔"),
    ],
)
def test_control_characters_are_shown_and_never_sent(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_ascii_text_holds_nothing_else() -> None:
    assert visible("✔\x1b", ascii_only=True) == "\\u2714\\x1b"


def test_a_log_line_keeps_its_tabs_as_spaces_and_loses_its_end() -> None:
    assert visible_line("a\tb\r\n") == "a       b"


def test_wide_and_combining_characters_count_in_cells() -> None:
    assert (width("abc"), width("語語"), width("e\u0301")) == (3, 4, 1)


@pytest.mark.parametrize(
    ("text", "cells", "left"),
    [("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("語語語", 4, "語…"), ("abc", 0, "")],
)
def test_text_is_cut_to_cells(text: str, cells: int, left: str) -> None:
    assert cut(text, cells) == left
    assert width(cut(text, cells)) <= cells
