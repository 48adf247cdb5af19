"""The task runs of an execution as rows: the tree that the task list and the Gantt chart share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from lanner_console.models import AttemptRow, ExecutionDetail, State, TaskRunRow

EXECUTION_KEY = ""
"""Key of the first row, the execution itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of time of one kind.

    Attributes:
        kind: `waited`, `ran`, `failed` or `pause`, as the signs are named.
        start: When it began.
        end: Absent: it goes on.
    """

    kind: str
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """One row.

    Attributes:
        key: Of the task run, of the attempt, or `EXECUTION_KEY`.
        depth: Levels below the execution.
        name: For people.
        state: Now.
        started_at: Absent: not yet.
        ended_at: Absent: not yet.
        note: Why it waits or why it failed; may be empty.
        folded_count: Rows below it that are left out.
        phases: What it did when, in order of time.
        task_run_id: Its task run; empty: the execution itself.
        attempt_number: Of an attempt's row; 0: all attempts.
    """

    key: str
    depth: int
    name: str
    state: State
    started_at: datetime | None = None
    ended_at: datetime | None = None
    note: str = ""
    folded_count: int = 0
    phases: tuple[Phase, ...] = ()
    task_run_id: str = ""
    attempt_number: int = 0


def task_rows(detail: ExecutionDetail, folded: Collection[str] = ()) -> list[TaskRow]:
    """Give the execution, its task runs below their parents, and attempts where there are several.

    Children of task runs in `folded` are left out and counted.
    """
    children: dict[str, list[TaskRunRow]] = defaultdict(list)
    for run in detail.task_runs.values():
        parent_id = run.parent_id if run.parent_id in detail.task_runs else EXECUTION_KEY
        children[parent_id].append(run)
    return [_execution_row(detail), *_below(EXECUTION_KEY, 0, children, folded)]


def _below(
    parent_id: str, depth: int, children: dict[str, list[TaskRunRow]], folded: Collection[str]
) -> Iterator[TaskRow]:
    for run in children[parent_id]:
        attempts = run.attempts if len(run.attempts) > 1 else ()
        below = len(children.get(run.id, ())) + len(attempts)
        is_folded = run.id in folded and below > 0
        yield _run_row(run, depth, below if is_folded else 0)
        if not is_folded:
            yield from (_attempt_row(run, attempt, depth + 1) for attempt in attempts)
            yield from _below(run.id, depth + 1, children, folded)


def _execution_row(detail: ExecutionDetail) -> TaskRow:
    row = detail.row
    parent = f"started by execution {detail.started_by_execution_id}"
    if not detail.started_by_execution_id:
        parent = ""
    return TaskRow(
        key=EXECUTION_KEY,
        depth=0,
        name=row.flow_id,
        state=row.state,
        started_at=row.started_at,
        ended_at=row.ended_at,
        note=f"{row.failed_task_id}: {row.error}" if row.failed_task_id else row.error or parent,
        phases=_wait(row.created_at, row.started_at or row.ended_at),
    )


def _run_row(run: TaskRunRow, depth: int, folded_count: int) -> TaskRow:
    name = run.task_id if run.value is None else f"{run.task_id} {run.value}"
    children = run.attempts[-1].children_text if run.attempts else ""
    return TaskRow(
        key=run.id,
        depth=depth,
        name=name,
        state=run.state,
        started_at=run.started_at,
        ended_at=run.ended_at,
        note=run.pending_reason or run.error or children,
        folded_count=folded_count,
        phases=tuple(_run_phases(run)),
        task_run_id=run.id,
    )


def _attempt_row(run: TaskRunRow, attempt: AttemptRow, depth: int) -> TaskRow:
    return TaskRow(
        key=f"{run.id}#{attempt.number}",
        depth=depth,
        name=f"#{attempt.number} {attempt.agent_id}".rstrip(),
        state=attempt.state,
        started_at=attempt.started_at,
        ended_at=attempt.ended_at,
        note=attempt.error or attempt.children_text,
        phases=tuple(_attempt_phases(attempt)),
        task_run_id=run.id,
        attempt_number=attempt.number,
    )


def _run_phases(run: TaskRunRow) -> Iterator[Phase]:
    if not run.attempts:
        yield from _wait(run.created_at, run.started_at or run.ended_at)
        if run.started_at:
            kind = "failed" if run.state is State.FAILED else "ran"
            yield Phase(kind=kind, start=run.started_at, end=run.ended_at)
        return
    yield from _wait(run.created_at, _begun_at(run.attempts[0]))
    last_end: datetime | None = None
    for attempt in run.attempts:
        begun_at = _begun_at(attempt)
        if last_end and begun_at and begun_at > last_end:
            yield Phase(kind="pause", start=last_end, end=begun_at)
        yield from _attempt_phases(attempt)
        last_end = attempt.ended_at
    if run.state is State.RETRYING and last_end:
        yield Phase(kind="pause", start=last_end, end=None)


def _begun_at(attempt: AttemptRow) -> datetime | None:
    """When its waiting was over; one that ran inside the coordinator was never submitted."""
    return attempt.submitted_at or attempt.started_at or attempt.ended_at


def _attempt_phases(attempt: AttemptRow) -> Iterator[Phase]:
    yield from _wait(attempt.submitted_at, attempt.started_at or attempt.ended_at)
    if attempt.started_at:
        kind = "failed" if attempt.state is State.FAILED else "ran"
        yield Phase(kind=kind, start=attempt.started_at, end=attempt.ended_at)


def _wait(since: datetime | None, until: datetime | None) -> tuple[Phase, ...]:
    if since is None or (until is not None and until <= since):
        return ()
    return (Phase(kind="waited", start=since, end=until),)
