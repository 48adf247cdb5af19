"""How much one rendering may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one call of `render`; all of them are hard."""

    template_characters: int = 1_000_000
    """Length of a text to render."""
    template_tokens: int = 10_000
    """Number of names, operators, texts ... in a text to render."""
    output_characters: int = 10_000_000
    """Length of the text that comes out, and of every text made on the way."""
    iterations: int = 100_000
    """Passes of all loops together."""
    range_items: int = 100_000
    """Items of one range."""
    nesting: int = 80
    """Depth of an expression, and of lists and maps in values."""
    tag_nesting: int = 40
    """Depth of `{% if %}`, `{% for %}` ... in one another."""
    calls: int = 50
    """Depth of macros and nested rendering."""
    seconds: float = 0.5
    """Processor time one rendering may take; waiting for an effect does not count."""
    regex_seconds: float = 0.2
    """Time one regular expression may take."""
    regex_characters: int = 2_000
    """Length of a regular expression."""
    render_attempts: int = 100
    """How often `render()` renders its own result again."""


DEFAULT_LIMITS = Limits()
"""The limits that apply where no others are given."""
