"""The few colours of the console, by meaning; the style sheet says what each looks like."""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """What a piece of text means; never the only bearer of that meaning."""

    PLAIN = "plain"
    """Ordinary text."""
    DIM = "dim"
    """Less important: separators, absent values, old data."""
    STRONG = "strong"
    """Names and headings."""
    GOOD = "good"
    """Ended well."""
    BAD = "bad"
    """Failed."""
    WARN = "warn"
    """Worth a look."""
    LIVE = "live"
    """Moves now."""
    HOLD = "hold"
    """Waits for something."""
    KEY = "key"
    """A key that can be pressed, or a name in source text."""
    HIT = "hit"
    """Found by a search."""


class Fill(StrEnum):
    """What lies behind a whole line."""

    NONE = "none"
    """Nothing."""
    HEADER = "header"
    """Titles of columns."""
    CURSOR = "cursor"
    """The line that keys act on, in the focused widget."""
    CURSOR_BLURRED = "cursor-blurred"
    """The same, where the focus is elsewhere."""
    MARKED = "marked"
    """Marked for an act on many."""
    ALARM = "alarm"
    """The link is lost."""
