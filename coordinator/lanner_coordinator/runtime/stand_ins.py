"""The seam for those who answer attempts in place of whoever would do their work."""

from __future__ import annotations

from typing import Protocol

from lanner_coordinator.engine.execution import TaskRun
from lanner_coordinator.runtime.group import LiveEntry
from lanner_coordinator.runtime.inline_result import InlineResult


class StandIns(Protocol):
    """Answers attempts, as tests of flows do with their fixtures."""

    def answer(self, entry: LiveEntry, run: TaskRun, attempt_id: str) -> InlineResult | None:
        """What comes of an attempt that was about to begin; absent: its work is to be done.

        It is asked once for each attempt, before anything of the task is rendered. It must not
        wait.
        """


class NoStandIns:
    """Leaves all work to those whose it is."""

    def answer(self, entry: LiveEntry, run: TaskRun, attempt_id: str) -> InlineResult | None:
        """Nothing."""
        return None
