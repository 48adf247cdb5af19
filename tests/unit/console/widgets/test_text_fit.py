from __future__ import annotations

import pytest

from lanner_console.widgets.text_fit import cells, fit, fold, shown


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\tb", "a       b"),
        ("over\rwritten", "over␍written"),
        ("ev\u202eil", "ev\\u202eil"),
        ("\x9b2J", "\\x9b2J"),
        ("naïve 日本", "naïve 日本"),
    ],
)
def test_control_characters_are_made_visible(text: str, result: str) -> None:
    assert shown(text) == result


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [("abc", 5, "abc  "), ("abcdef", 4, "abc…"), ("日本語", 4, "日 …"), ("abc", 0, "")],
)
def test_text_takes_exactly_its_cells(text: str, width: int, fitted: str) -> None:
    assert fit(text, width) == fitted
    assert cells(fit(text, width)) == width


def test_numbers_stand_at_the_right() -> None:
    assert fit("12", 4, align_right=True) == "  12"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [("", [""]), ("abc", ["abc"]), ("abcdef", ["abcd", "ef"]), ("日本語", ["日本", "語"])],
)
def test_long_text_is_folded_by_cells(text: str, pieces: list[str]) -> None:
    assert fold(text, 4) == pieces
