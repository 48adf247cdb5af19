"""Log lines as text."""

from __future__ import annotations

from lanner_console.cli.invocation import Invocation
from lanner_console.cli.terminal import TONE_OF_LEVEL
from lanner_console.cli.times import TimeFormat, instant_text, iso_text
from lanner_console.cli.visible import visible, visible_line
from lanner_console.models import LogLine
from lanner_console.tones import Tone

LEVEL_WIDTH = 5


class LogWriter:
    """Writes lines in the form that the settings ask for.

    Args:
        invocation: Of this run.
        with_task: Whether each line names its task.
    """

    def __init__(self, invocation: Invocation, *, with_task: bool = True) -> None:
        self._settings = invocation.settings
        self._look = invocation.look
        self._is_tty = invocation.terminal.is_out_tty
        self._with_task = with_task

    def text(self, line: LogLine) -> str:
        """One line: time, level, task, text; control characters are visible."""
        tone = TONE_OF_LEVEL.get(line.level, Tone.PLAIN)
        level = self._look.paint(line.level.ljust(LEVEL_WIDTH), tone)
        parts = [self._look.paint(self._time(line), Tone.DIM), level]
        if self._with_task and line.task_id:
            parts.append(self._look.paint(visible(line.task_id), Tone.KEY))
        if line.is_late:
            parts.append("(late)")
        parts.append(visible_line(line.text, ascii_only=self._settings.is_ascii))
        return " ".join(parts)

    def _time(self, line: LogLine) -> str:
        if line.at is None:
            return "-"
        form = self._settings.time or (TimeFormat.LOCAL if self._is_tty else TimeFormat.ISO)
        if form is TimeFormat.ISO:
            return iso_text(line.at)
        if self._settings.time is None:
            return f"{line.at.astimezone():%H:%M:%S}.{line.at.microsecond // 1000:03d}"
        return instant_text(line.at, form, self._look.now)
