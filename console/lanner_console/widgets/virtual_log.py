"""A log of any length: a million lines cost thirteen megabytes, and a key press the same as ten do.

Where its lines come from is not its matter: `append` takes them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType

from lanner_console.keymap import LOG
from lanner_console.widgets.log_lines import ERROR_LEVEL, WARN_LEVEL, Stamps
from lanner_console.widgets.log_scan import LineCriterion
from lanner_console.widgets.log_view import LogView

SHIFT_CELLS = 16
MINUTE_SECONDS = 60
LEVEL_STEPS = (0, 1, 2, WARN_LEVEL, ERROR_LEVEL)


class VirtualLog(LogView):
    """A log with its keys."""

    BINDINGS: ClassVar[list[BindingType]] = [*LOG]

    @property
    def criterion(self) -> LineCriterion:
        """What the filter lets through now."""
        return self.shown.criterion if self.shown else LineCriterion()

    # ── scrolling ──────────────────────────────────────────────────────────────────────────────

    def action_line_down(self) -> None:
        """Scroll a line down."""
        self._scroll_by(1)

    def action_line_up(self) -> None:
        """Scroll a line up; that ends following."""
        self._scroll_by(-1)

    def action_log_page_down(self) -> None:
        """Scroll a page down."""
        self._scroll_by(self.line_count - 1)

    def action_log_page_up(self) -> None:
        """Scroll a page up; that ends following."""
        self._scroll_by(1 - self.line_count)

    def action_head(self) -> None:
        """Go to the first line."""
        self.current = None
        self.scroll_to(y=0, animate=False, force=True)

    def action_tail(self) -> None:
        """Go to the last line and follow."""
        self.current = None
        self.is_following = True
        self._grow()

    def action_follow(self) -> None:
        """Follow the end, or stop doing so."""
        if self.is_following:
            self.is_following = False
            self.post_message(self.Changed(self))
        else:
            self.action_tail()

    def action_shift_right(self) -> None:
        """Show what lies beyond the right edge."""
        self._shift(SHIFT_CELLS)

    def action_shift_left(self) -> None:
        """Go back to the left."""
        self._shift(-SHIFT_CELLS)

    def _shift(self, cells: int) -> None:
        self.set_look(replace(self.look, shift=max(0, self.look.shift + cells)))

    def _scroll_by(self, rows: int) -> None:
        self.scroll_to(y=self.top + rows, animate=False, force=True)

    # ── look ───────────────────────────────────────────────────────────────────────────────────

    def action_wrap(self) -> None:
        """Wrap long lines, or let them run beyond the edge."""
        self.set_look(replace(self.look, is_wrapped=not self.look.is_wrapped, shift=0))

    def action_stamps(self) -> None:
        """Show times in the next way."""
        ways = tuple(Stamps)
        following = ways[(ways.index(self.look.stamps) + 1) % len(ways)]
        self.set_look(replace(self.look, stamps=following))

    def action_min_level(self) -> None:
        """Let only the next higher level through; after ERROR all again."""
        step = LEVEL_STEPS.index(self.criterion.min_level) + 1
        level = LEVEL_STEPS[step % len(LEVEL_STEPS)]
        self.filter(replace(self.criterion, min_level=level))

    # ── jumps ──────────────────────────────────────────────────────────────────────────────────

    def action_next_hit(self) -> None:
        """Go to the next line that the search found."""
        if self.hits and self.hits.numbers:
            place = bisect_right(self.hits.numbers, self.here)
            self.go_to(self.hits.numbers[place % self.hit_count])

    def action_previous_hit(self) -> None:
        """Go to the previous line that the search found."""
        if self.hits and self.hits.numbers:
            self.go_to(self.hits.numbers[bisect_left(self.hits.numbers, self.here) - 1])

    def action_next_error(self) -> None:
        """Go to the next ERROR."""
        self._go_to_error(self.spool.levels.find(ERROR_LEVEL, self.here + 1))

    def action_previous_error(self) -> None:
        """Go to the previous ERROR."""
        self._go_to_error(self.spool.levels.rfind(ERROR_LEVEL, 0, max(0, self.here)))

    def _go_to_error(self, number: int) -> None:
        if number >= 0:
            self.go_to(number)
        else:
            self.app.bell()

    def action_last_minutes(self, minutes: int) -> None:
        """Go to the first line of the last minutes of the log."""
        if len(self.spool):
            end = self.spool.at_seconds(len(self.spool) - 1)
            self.go_to(self.spool.first_since(end - minutes * MINUTE_SECONDS), mark=False)

    def action_minute(self, step: int) -> None:
        """Go a minute back or ahead."""
        if len(self.spool):
            at = self.spool.at_seconds(self._number(self.top)) + step * MINUTE_SECONDS
            self.current = None
            number = self.spool.first_since(at)
            row = number if self.shown is None else self.shown.at_or_after(number)
            self.scroll_to(y=row, animate=False, force=True)
