"""How a key is written on the screen: `^k`, `↵`, `/`."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_console.glyphs import ASCII, Glyphs

_UNICODE: Mapping[str, str] = {
    "enter": "↵",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "escape": "esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "asterisk": "*",
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "exclamation_mark": "!",
    "at": "@",
    "minus": "-",
    "plus": "+",
    "ampersand": "&",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
}
_ASCII = {"enter": "enter", "up": "up", "down": "down", "left": "left", "right": "right"}


def key_name(key: str, glyphs: Glyphs) -> str:
    """Write one key, as Textual names it, the way people do."""
    named = {**_UNICODE, **_ASCII} if glyphs is ASCII else _UNICODE
    *modifiers, plain = key.split("+") if key != "+" else [key]
    written = named.get(plain, plain)
    for modifier in reversed(modifiers):
        written = f"^{written}" if modifier == "ctrl" else f"{modifier}+{written}"
    is_function_key = plain[0] == "f" and plain[1:].isdecimal()
    return written.upper() if is_function_key else written
