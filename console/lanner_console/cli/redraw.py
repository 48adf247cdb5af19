"""A block of lines that is drawn again in place; its last frame stays on the screen."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TextIO

from lanner_console.cli.invocation import Invocation
from lanner_console.cli.live import LiveExecution, end_line
from lanner_console.cli.table import table_lines
from lanner_console.cli.terminal import screen_size
from lanner_console.cli.views import task_run_columns
from lanner_console.cli.visible import cut
from lanner_console.models import TaskRunRow


class RedrawnBlock:
    """Draws on a terminal without the alternate screen."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._drawn_lines = 0

    def draw(self, lines: Sequence[str]) -> None:
        """Replace what was drawn before; only the last lines that fit the screen are shown.

        A line must not be wider than the screen: where it wraps, the next frame is misplaced.
        """
        height = screen_size(os.environ).lines - 1
        shown = lines[-height:]
        up = f"\x1b[{self._drawn_lines}A" if self._drawn_lines else ""
        body = "".join(f"\x1b[2K{line}\n" for line in shown)
        # The rest of the last frame is cleared below the new one.
        self._stream.write(f"{up}{body}\x1b[0J")
        self._stream.flush()
        self._drawn_lines = len(shown)


class ExecutionScreen:
    """A listener that shows a watched execution as a table of its task runs."""

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation
        self._block = RedrawnBlock(invocation.terminal.out)

    def __call__(self, live: LiveExecution, _: list[TaskRunRow]) -> None:
        """Draw the execution as it is now."""
        if live.detail is None:
            return
        runs = list(live.task_runs.values())
        columns = task_run_columns(self._invocation)
        table = table_lines(columns, runs, self._invocation.look) if runs else []
        first = cut(end_line(self._invocation, live.detail.row), self._invocation.terminal.width)
        self._block.draw([first, *table])
