"""What a fake coordinator was told by an agent, and questions about it."""

from __future__ import annotations

from lanner_proto.v1 import agent_pb2
from tests.support.eventually import eventually


class ReportBook:
    """All reports in the order they came, each number once."""

    def __init__(self) -> None:
        self.reports: list[agent_pb2.AgentMessage] = []

    def reports_of(self, attempt_id: str) -> list[agent_pb2.AgentMessage]:
        """Everything that was reported of an attempt, in order and once."""
        return [
            report
            for report in self.reports
            if getattr(report, report.WhichOneof("message") or "").attempt_id == attempt_id
        ]

    def kinds_of(self, attempt_id: str) -> list[str]:
        """What kinds of reports came of an attempt."""
        return [report.WhichOneof("message") or "" for report in self.reports_of(attempt_id)]

    def logs_of(self, attempt_id: str) -> list[agent_pb2.Logs]:
        """All log batches of an attempt."""
        reports = self.reports_of(attempt_id)
        return [report.logs for report in reports if report.HasField("logs")]

    def lines_of(self, attempt_id: str) -> dict[int, str]:
        """Log lines of an attempt by number; the same number twice must have the same text."""
        lines: dict[int, str] = {}
        for logs in self.logs_of(attempt_id):
            for number, line in enumerate(logs.lines, logs.first_line):
                assert lines.setdefault(number, line.text) == line.text, "one number, two lines"
        return lines

    def ends_of(self, attempt_id: str) -> list[agent_pb2.Finished]:
        """Every reported end of an attempt."""
        reports = self.reports_of(attempt_id)
        return [report.finished for report in reports if report.HasField("finished")]

    async def finished(self, attempt_id: str, within_seconds: float = 10) -> agent_pb2.Finished:
        """Wait for the end of an attempt."""
        ends = await eventually(lambda: self.ends_of(attempt_id), within_seconds)
        return ends[0]

    async def reported(self, attempt_id: str, kind: str, within_seconds: float = 10) -> None:
        """Wait for a report of a kind."""
        await eventually(lambda: kind in self.kinds_of(attempt_id), within_seconds)
