"""What agents report: of looks to the triggers, of all else to the executions."""

from __future__ import annotations

import asyncio
import logging

from lanner_coordinator.engine import events
from lanner_coordinator.runtime.agents.messages import Lines
from lanner_coordinator.runtime.agents.reports import AttemptEvent, OwnEvent, Reports
from lanner_coordinator.runtime.polling.ids import is_poll
from lanner_coordinator.runtime.polling.polls import Polls
from lanner_coordinator.runtime.schedule.records import TriggerRecords

logger = logging.getLogger(__name__)

_LEVELS = {"ERROR": logging.ERROR, "WARN": logging.WARNING, "INFO": logging.INFO}
"""Levels of the coordinator's own log; all others are debugging."""


class SplitReports:
    """Sorts reports by whom they concern."""

    def __init__(self, executions: Reports, polls: Polls, records: TriggerRecords) -> None:
        self._executions = executions
        self._polls = polls
        self._records = records

    def report(self, event: AttemptEvent, *, is_lazy: bool = False) -> asyncio.Future[None]:
        """Take a report; see the seam."""
        if is_poll(event.attempt_id):
            return self._polls.report(event)
        return self._executions.report(event, is_lazy=is_lazy)

    def write(self, lines: Lines) -> asyncio.Future[None]:
        """Take log lines; triggers write to the coordinator's own log."""
        if not is_poll(lines.attempt_id):
            return self._executions.write(lines)
        key = self._records.polls.get(lines.attempt_id)
        for line in lines.lines if key is not None else ():
            level = _LEVELS.get(line.level, logging.DEBUG)
            logger.log(level, "trigger %s: %s", "/".join(key or ()), " ".join(line.text.split()))
        written = asyncio.get_running_loop().create_future()
        written.set_result(None)
        return written

    def post(self, event: OwnEvent) -> None:
        """Take a report of the coordinator's own; see the seam."""
        if not isinstance(event, events.FolderLost) and is_poll(event.attempt_id):
            self._polls.post(event)
        else:
            self._executions.post(event)

    def match_later(self) -> None:
        """Let the executor look for matches."""
        self._executions.match_later()
