"""The folder that the children of a task run share, on one agent."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from lanner_coordinator.engine.attempt import Attempt


class FolderWork(StrEnum):
    """What is done in a folder beside the work of the children."""

    FILL = "FILL"
    """Before the first child: files are put there."""
    COLLECT = "COLLECT"
    """After the last child: files are kept."""


class Folder(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """A folder, from the choice of its agent to its removal.

    Attributes:
        number: Of this folder among all that the task run has had, from 1.
        agent_id: The agent that has it, and gets all attempts that work in it; empty: none yet.
        is_made: An attempt has begun to work in it.
        is_lost: Its agent has it no longer; all that was done in it begins anew.
        lost_count: How often that happened.
        purpose: Of its newest work; absent: there was none.
        work: The attempt of that work, which belongs to the task run itself.
        work_count: Attempts of such works so far, of all folders.
    """

    number: int = 0
    agent_id: str = ""
    is_made: bool = False
    is_lost: bool = False
    lost_count: int = 0
    purpose: FolderWork | None = None
    work: Attempt | None = None
    work_count: int = 0

    @property
    def is_worked_on(self) -> bool:
        """Whether a work on it has not ended."""
        return self.work is not None and not self.work.state.is_terminal

    def lose(self) -> None:
        """Its agent is lost, and it with it."""
        if not self.is_lost:
            self.is_lost = True
            self.lost_count += 1

    def renew(self) -> None:
        """Let the next one be another folder."""
        self.number += 1
        self.agent_id = ""
        self.is_made = self.is_lost = False
        self.purpose = self.work = None
