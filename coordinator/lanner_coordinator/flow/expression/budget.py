"""What is left of the limits of one rendering."""

from __future__ import annotations

from time import thread_time

from lanner_coordinator.flow.expression.errors import ExpressionLimitError
from lanner_coordinator.flow.expression.limits import Limits

_STEPS = 1_000_000
_STEPS_BETWEEN_LOOKS = 2_048
_CHARACTERS_PER_STEP = 1_024


class Budget:
    """Counts the work of one rendering and refuses to go beyond the limits.

    Attributes:
        limits: The limits it was made from.
    """

    __slots__ = ("_deadline", "_iterations", "_next_look", "_steps", "limits")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._steps = _STEPS
        self._iterations = limits.iterations
        self._next_look = _STEPS - _STEPS_BETWEEN_LOOKS
        self._deadline = 0.0

    def spend(self, steps: int = 1) -> None:
        """Use up some steps: one is a value looked at or made."""
        self._steps -= steps
        if self._steps < self._next_look:
            if self._steps < 0:
                raise ExpressionLimitError(f"Rendering needs more than {_STEPS} steps")
            self._next_look = self._steps - _STEPS_BETWEEN_LOOKS
            self.look_at_clock()

    def look_at_clock(self) -> None:
        """Refuse to go on when the time is over; the first look starts the clock."""
        now = thread_time()
        if not self._deadline:
            # Most renderings are over before they look, and do not pay for the clock.
            self._deadline = now + self.limits.seconds
        if now > self._deadline or self.limits.seconds <= 0:
            raise ExpressionLimitError(
                f"Rendering timed out: it takes more than {self.limits.seconds:g} seconds of work"
            )

    def iterate(self) -> None:
        """Use up one pass of a loop."""
        self._iterations -= 1
        if self._iterations < 0:
            raise ExpressionLimitError(
                f"The loops make more than {self.limits.iterations} passes together"
            )
        self.spend()

    def check_text(self, characters: int) -> None:
        """Refuse a text that would be too long."""
        if characters > self.limits.output_characters:
            raise ExpressionLimitError(
                "The rendered output exceeds the maximum allowed size of "
                f"{self.limits.output_characters} characters"
            )

    def spend_text(self, characters: int) -> None:
        """Use up steps for a text that was made, and refuse it if it is too long."""
        self.check_text(characters)
        self.spend(1 + characters // _CHARACTERS_PER_STEP)

    def check_items(self, items: int) -> None:
        """Refuse a list or map that would be too long, before it is made."""
        if items > self.limits.range_items * 10:
            raise ExpressionLimitError(
                f"A list cannot have more than {self.limits.range_items * 10} items"
            )
        self.spend(1 + items // 64)

    def check_depth(self, depth: int) -> None:
        """Refuse a value that is nested too deeply."""
        if depth > self.limits.nesting:
            raise ExpressionLimitError(
                f"The value is nested deeper than {self.limits.nesting} levels"
            )
