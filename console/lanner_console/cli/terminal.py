"""The streams of this run: what they are, how wide, and which colours they take."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from lanner_console.cli.settings import ColorChoice, Settings
from lanner_console.models import LogLevel, State
from lanner_console.tones import Tone

DEFAULT_WIDTH = 80
DEFAULT_HEIGHT = 24
RESET = "\x1b[0m"
CODE_OF_TONE: Mapping[Tone, str] = {
    Tone.DIM: "2",
    Tone.STRONG: "1",
    Tone.GOOD: "32",
    Tone.BAD: "31",
    Tone.WARN: "33",
    Tone.LIVE: "36",
    Tone.HOLD: "35",
    Tone.KEY: "34",
}
TONE_OF_STATE: Mapping[State, Tone] = {
    State.SUCCESS: Tone.GOOD,
    State.FAILED: Tone.BAD,
    State.WARNING: Tone.WARN,
    State.RUNNING: Tone.LIVE,
    State.RESTARTED: Tone.LIVE,
    State.PAUSED: Tone.HOLD,
    State.QUEUED: Tone.HOLD,
    State.RETRYING: Tone.HOLD,
    State.KILLED: Tone.WARN,
    State.KILLING: Tone.WARN,
    State.CANCELLED: Tone.WARN,
    State.SKIPPED: Tone.DIM,
}
TONE_OF_LEVEL: Mapping[LogLevel, Tone] = {
    LogLevel.TRACE: Tone.DIM,
    LogLevel.DEBUG: Tone.DIM,
    LogLevel.WARN: Tone.WARN,
    LogLevel.ERROR: Tone.BAD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """Where this run reads and writes.

    Attributes:
        out: Data.
        err: Narration, progress, questions.
        is_out_tty: Whether a person sees `out`.
        is_err_tty: Whether a person sees `err`.
        is_in_tty: Whether a person can answer.
        has_out_color: Whether `out` is coloured.
        has_err_color: Whether `err` is coloured.
        width: Cells of a line.
    """

    out: TextIO
    err: TextIO
    is_out_tty: bool
    is_err_tty: bool
    is_in_tty: bool
    has_out_color: bool
    has_err_color: bool
    width: int

    def out_paint(self, text: str, tone: Tone) -> str:
        """The text in the colour of its meaning, for `out`."""
        return _painted(text, tone) if self.has_out_color else text

    def err_paint(self, text: str, tone: Tone) -> str:
        """The text in the colour of its meaning, for `err`."""
        return _painted(text, tone) if self.has_err_color else text


def this_terminal(settings: Settings, environment: Mapping[str, str]) -> Terminal:
    """The terminal of this process."""
    is_out_tty, is_err_tty = sys.stdout.isatty(), sys.stderr.isatty()
    return Terminal(
        out=sys.stdout,
        err=sys.stderr,
        is_out_tty=is_out_tty,
        is_err_tty=is_err_tty,
        is_in_tty=sys.stdin.isatty() and environment.get("LANNER_NO_INPUT", "") in ("", "0"),
        has_out_color=wants_color(settings.color, environment, is_tty=is_out_tty),
        has_err_color=wants_color(settings.color, environment, is_tty=is_err_tty),
        width=screen_size(environment).columns,
    )


def screen_size(environment: Mapping[str, str]) -> os.terminal_size:
    """Columns and lines of the screen: what COLUMNS says, the terminal, or 80 by 24."""
    try:
        size = os.get_terminal_size(sys.stdout.fileno())
    except (OSError, ValueError):
        size = os.terminal_size((DEFAULT_WIDTH, DEFAULT_HEIGHT))
    columns = environment.get("COLUMNS", "")
    wide = int(columns) if columns.isdigit() else size.columns
    return os.terminal_size((wide or DEFAULT_WIDTH, size.lines or DEFAULT_HEIGHT))


def wants_color(choice: ColorChoice, environment: Mapping[str, str], *, is_tty: bool) -> bool:
    """Whether a stream is coloured: the option, then the usual variables, then what it is."""
    if choice is not ColorChoice.AUTO:
        return choice is ColorChoice.ALWAYS
    if environment.get("NO_COLOR"):
        return False
    forced = (environment.get("CLICOLOR_FORCE", "0"), environment.get("FORCE_COLOR", "0"))
    if any(value not in ("", "0") for value in forced):
        return True
    return is_tty and environment.get("TERM") != "dumb"


def _painted(text: str, tone: Tone) -> str:
    code = CODE_OF_TONE.get(tone)
    return f"\x1b[{code}m{text}{RESET}" if code and text else text
