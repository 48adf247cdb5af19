"""Executions of an ordinary afternoon, some of which need a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from lanner_console.models import (
    AttemptRow,
    ExecutionDetail,
    ExecutionRow,
    LogLevel,
    LogLine,
    State,
    StateChange,
    TaskRunRow,
)

NOW = datetime(2026, 11, 23, 12, 3, 7, tzinfo=UTC)
FAILED_ID = "06GWe0ZkQ81xVrT7uNbL2A"
RUNNING_ID = "06GWe1aB93kPmXs40cQyHd"
TIMEOUT = {"failed_task_id": "load", "error": "connection to db-2 timed out"}


def execution_row(id: str, state: State = State.SUCCESS, **changes: Any) -> ExecutionRow:
    """Make a row; with `age_seconds` it began that long before NOW and took `took_seconds`."""
    age = changes.pop("age_seconds", 600.0)
    took = changes.pop("took_seconds", 67.0)
    began = NOW - timedelta(seconds=age)
    facts: dict[str, Any] = {
        "namespace": "company.etl",
        "flow_id": "load_orders",
        "flow_revision": 12,
        "created_at": began,
        "started_at": None if state in (State.CREATED, State.QUEUED) else began,
        "ended_at": began + timedelta(seconds=took) if state.is_terminal else None,
        "trigger": "schedule",
    }
    return ExecutionRow(id=id, state=state, **(facts | changes))


def other_rows() -> list[ExecutionRow]:
    """Give the rest of the list."""
    return [*_troubled_rows(), *_ordinary_rows()]


def _troubled_rows() -> list[ExecutionRow]:
    return [
        execution_row(
            "06GWe2kTt5", State.QUEUED, age_seconds=4, namespace="company.web", flow_id="crawl"
        ),
        execution_row(
            "06GWe17aLw",
            State.RETRYING,
            age_seconds=75,
            namespace="company.billing",
            flow_id="invoices",
            attempt_number=1,
            task_run_count=4,
            ended_task_run_count=2,
        ),
        execution_row(
            "06GWdzx0mB",
            State.RUNNING,
            age_seconds=1403,
            namespace="company.ml",
            flow_id="train_ranker",
            trigger="manual",
            task_run_count=6,
            ended_task_run_count=4,
        ),
        execution_row("06GWdyQ7pa", State.FAILED, age_seconds=3667, attempt_number=2, **TIMEOUT),
        execution_row(
            "06GWdy7aaX",
            State.KILLED,
            age_seconds=4000,
            took_seconds=600,
            namespace="company.web",
            flow_id="crawl",
            trigger="manual",
        ),
        execution_row(
            "06GWdx3cvN",
            State.WARNING,
            age_seconds=5100,
            took_seconds=312,
            namespace="company.ops",
            flow_id="backup",
            failed_task_id="verify",
            error="3 of 412 files differ",
        ),
    ]


def _ordinary_rows() -> list[ExecutionRow]:
    rows = []
    flows = (
        ("company.web", "crawl"),
        ("company.etl", "load_orders"),
        ("company.ops", "backup"),
        ("company.billing", "invoices"),
        ("company.etl", "customers"),
    )
    for number in range(40):
        namespace, flow_id = flows[number % len(flows)]
        rows.append(
            execution_row(
                f"06GWd{9 - number // 5}{'qTz4Kx'[number % 6]}{number:03d}",
                State.FAILED if number % 13 == 5 else State.SUCCESS,
                age_seconds=5400 + 871 * number,
                took_seconds=12.4 + 7.9 * (number % 11),
                namespace=namespace,
                flow_id=flow_id,
                flow_revision=3 + number % 4,
                trigger=("schedule", "schedule", "webhook")[number % 3],
                **(TIMEOUT if number % 13 == 5 else {}),
            )
        )
    return rows


def task_run(
    task_id: str, state: State, at: float, until: float | None, **facts: Any
) -> TaskRunRow:
    """Make a task run of one attempt, `at` seconds after its execution began at 11:58:02."""
    begun = NOW - timedelta(seconds=305)
    changes = [
        StateChange(state=State.CREATED, at=begun + timedelta(seconds=max(0, at - 1))),
        StateChange(state=State.RUNNING, at=begun + timedelta(seconds=at)),
    ]
    ended = None if until is None else begun + timedelta(seconds=until)
    changes += [] if ended is None else [StateChange(state=state, at=ended)]
    attempt = AttemptRow(
        id=f"{task_id}-1",
        number=1,
        state=state,
        agent_id="etl-1",
        submitted_at=changes[0].at,
        started_at=changes[1].at,
        ended_at=ended,
        runner="docker 4f1c09ab",
    )
    usual: dict[str, Any] = {"type": "scripts.python.Script", "attempts": (attempt,)}
    return TaskRunRow(
        id=f"run-{task_id}",
        task_id=task_id,
        state=state,
        state_changes=tuple(changes),
        **(usual | facts),
    )


def failed_execution() -> ExecutionDetail:
    """Give an execution that failed at its third attempt to load."""
    row = execution_row(
        FAILED_ID,
        State.FAILED,
        age_seconds=305,
        failed_task_id="load",
        error="connection to db-2 timed out",
        labels={"env": "prod"},
        task_run_count=6,
        ended_task_run_count=6,
    )
    assert row.started_at is not None
    begun = row.started_at
    runs = [
        task_run(
            "extract",
            State.SUCCESS,
            1,
            13,
            outputs={"uri": "kestra:///company/etl/load_orders/orders.csv", "size": 18232},
        ),
        task_run("each_region", State.SUCCESS, 13, 43, attempts=(), type="core.flow.Parallel"),
        task_run("transform_eu", State.SUCCESS, 14, 41, parent_id="run-each_region"),
        task_run(
            "transform_us",
            State.SUCCESS,
            14,
            43,
            parent_id="run-each_region",
            outputs={"rows": 4127, "quality": {"nulls": 0, "duplicates": 3}},
        ),
        _load_run(begun),
        TaskRunRow(
            id="run-notify",
            task_id="notify",
            type="core.log.Log",
            state=State.SKIPPED,
            state_changes=(StateChange(state=State.SKIPPED, at=begun + timedelta(seconds=67)),),
        ),
    ]
    return ExecutionDetail(
        row=row,
        inputs={"day": "2026-11-23T00:00:00Z", "region": "eu"},
        trigger_variables={"date": "2026-11-23T11:58:00Z"},
        task_runs={run.id: run for run in runs},
    )


def _load_run(begun: datetime) -> TaskRunRow:
    attempts = tuple(
        AttemptRow(
            id=f"load-{number}",
            number=number,
            state=State.FAILED,
            agent_id="etl-2",
            submitted_at=begun + timedelta(seconds=start),
            started_at=begun + timedelta(seconds=start + 0.8),
            ended_at=begun + timedelta(seconds=start + 5.2),
            error="connection to db-2 timed out",
            runner="docker 77b2e1f0",
        )
        for number, start in ((1, 43.2), (2, 51.4), (3, 61.6))
    )
    loaded = [
        StateChange(state=State.CREATED, at=begun + timedelta(seconds=43)),
        StateChange(state=State.RUNNING, at=begun + timedelta(seconds=44)),
        StateChange(state=State.FAILED, at=begun + timedelta(seconds=66.8)),
    ]
    return TaskRunRow(
        id="run-load",
        task_id="load",
        type="jdbc.postgresql.Query",
        state=State.FAILED,
        state_changes=tuple(loaded),
        attempts=attempts,
    )


def running_execution() -> ExecutionDetail:
    """Give an execution in the middle of its work."""
    row = execution_row(
        RUNNING_ID,
        State.RUNNING,
        age_seconds=41,
        flow_id="customers",
        trigger="webhook",
        task_run_count=3,
        ended_task_run_count=1,
    )
    runs = [
        task_run("fetch", State.SUCCESS, 264, 280),
        task_run("merge", State.RUNNING, 281, None),
        TaskRunRow(
            id="run-publish",
            task_id="publish",
            type="docker.Run",
            state=State.CREATED,
            state_changes=(StateChange(state=State.CREATED, at=NOW - timedelta(seconds=20)),),
            pending_reason="no agent offers docker.Run with gpu=yes",
        ),
    ]
    return ExecutionDetail(row=row, task_runs={run.id: run for run in runs})


def log_lines(execution_id: str, count: int = 240) -> list[LogLine]:
    """Give the log of the failed execution."""
    texts = (
        (LogLevel.INFO, "extract", 1, "connecting to db-1:5432"),
        (LogLevel.INFO, "extract", 1, "4 127 rows in 11.4 s"),
        (LogLevel.INFO, "transform_us", 1, "batch {n}: 512 rows"),
        (LogLevel.DEBUG, "transform_eu", 1, "cache hit for currency table"),
        (LogLevel.INFO, "load", 1, "connecting to db-2:5432"),
        (LogLevel.WARN, "load", 1, "no answer after 3 s, waiting on"),
        (LogLevel.ERROR, "load", 1, "psycopg.OperationalError: connection to db-2 timed out"),
    )
    lines = []
    for number in range(count):
        level, task_id, attempt, text = texts[number % len(texts)]
        lines.append(
            LogLine(
                position=number + 1,
                at=NOW - timedelta(seconds=305 - number / 4, milliseconds=137),
                level=level,
                execution_id=execution_id,
                task_id=task_id,
                task_run_id=f"run-{task_id}",
                attempt_number=attempt,
                text=text.format(n=number),
            )
        )
    return lines
