"""Records for tests of stores: ids and dates that grow with a number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from lanner_coordinator.engine.state import State
from lanner_coordinator.store.records import (
    ArchivedExecution,
    ExecutionSummary,
    FlowRecord,
    JournalRecord,
    LogRecord,
    TaskRunRecord,
)

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """A date this many minutes after the start of all samples."""
    return START + timedelta(minutes=minutes)


def an_id(number: int) -> str:
    """An id of 22 characters that sorts as its number."""
    return f"{number:022d}"


def a_summary(
    number: int,
    *,
    namespace: str = "company.team",
    flow_id: str = "etl",
    flow_revision: int = 1,
    state: State = State.SUCCESS,
    started_at: datetime | None = START,
    ended_at: datetime | None = None,
    attempt_number: int = 1,
    labels: Mapping[str, str] | None = None,
    trigger: str = "manual",
    failed_task_id: str = "",
    error: str = "",
) -> ExecutionSummary:
    """The summary of an ended execution, created `number` minutes after the start."""
    return ExecutionSummary(
        id=an_id(number),
        namespace=namespace,
        flow_id=flow_id,
        flow_revision=flow_revision,
        state=state,
        created_at=at(number),
        started_at=at(number) if started_at is START else started_at,
        ended_at=ended_at or at(number + 0.5),
        attempt_number=attempt_number,
        labels=labels or {},
        trigger=trigger,
        failed_task_id=failed_task_id,
        error=error,
        task_run_count=2,
        ended_task_run_count=2,
    )


def archived(summary: ExecutionSummary, journal_sequence: int = 4) -> ArchivedExecution:
    """An ended execution with a snapshot that names it."""
    return ArchivedExecution(
        summary=summary,
        snapshot=f'{{"id": "{summary.id}", "attempt": {summary.attempt_number}}}'.encode(),
        journal_sequence=journal_sequence,
    )


def an_archive(number: int, journal_sequence: int = 4) -> ArchivedExecution:
    """An ended execution."""
    return archived(a_summary(number), journal_sequence)


def a_task_run(execution: int, number: int, error: str = "") -> TaskRunRecord:
    """An ended task run."""
    return TaskRunRecord(
        execution_id=an_id(execution),
        id=an_id(execution * 1_000 + number),
        task_id=f"task_{number}",
        type="io.kestra.plugin.core.log.Log",
        parent_id="",
        value=None if number % 2 else f"value {number}",
        state=State.FAILED if error else State.SUCCESS,
        attempt_count=1,
        agent_id="",
        created_at=at(execution),
        started_at=at(execution) if number else None,
        ended_at=at(execution + 0.25),
        error=error,
    )


def events(execution: int, *sequences: int) -> list[JournalRecord]:
    """Events of a live execution."""
    return [
        JournalRecord(
            execution_id=an_id(execution),
            sequence=sequence,
            record=f'{{"kind": "Event", "note": "é\\u0000 {sequence}"}}'.encode(),
        )
        for sequence in sequences
    ]


def a_line(
    position: int,
    *,
    execution: int = 1,
    task: str = "load",
    attempt: int = 1,
    line: int = 0,
    level: str = "INFO",
    text: str = "hello",
) -> LogRecord:
    """A log line; its number in the attempt is its position where none is given."""
    return LogRecord(
        position=position,
        execution_id=an_id(execution),
        task_run_id=f"run-{task}-{attempt}",
        task_id=task,
        attempt_id=f"attempt-{task}-{attempt}",
        attempt_number=attempt,
        line=line or position,
        at=at(position),
        level=level,
        text=text,
    )


def a_flow(
    flow_id: str, revision: int, *, namespace: str = "company", is_deleted: bool = False
) -> FlowRecord:
    """A revision of a flow."""
    return FlowRecord(
        namespace=namespace,
        flow_id=flow_id,
        revision=revision,
        source=f"id: {flow_id}\nnamespace: {namespace}\n# revision {revision}\n",
        applied_at=at(revision),
        applied_by="vetinari",
        is_deleted=is_deleted,
    )
