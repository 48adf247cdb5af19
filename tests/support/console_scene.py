"""The console in front of a coordinator as it is on an ordinary afternoon."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from lanner_console.glyphs import UNICODE, Glyphs
from lanner_console.link_monitor import LinkMonitor
from lanner_console.models import (
    AgentRow,
    AgentStatus,
    AttemptRow,
    ExecutionDetail,
    ExecutionRow,
    FlowDetail,
    FlowRow,
    InputField,
    LogLevel,
    LogLine,
    RevisionRow,
    ServerStatus,
    State,
    StateChange,
    TaskNode,
    TaskRunRow,
    TriggerKey,
    TriggerRow,
)
from lanner_console.op_log import OperationLog
from lanner_console.screens.console_app import ConsoleApp
from lanner_console.workplace import ConsoleOptions, Workplace
from tests.support.fake_console_client import FakeConsoleClient

NOW = datetime(2026, 11, 23, 12, 3, 7, tzinfo=UTC)
GIB = 1024**3
FAILED_ID = "06GWe0ZkQ81xVrT7uNbL2A"
RUNNING_ID = "06GWe1aB93kPmXs40cQyHd"

ETL_SOURCE = """\
id: load_orders
namespace: company.etl
description: Orders of the day into the warehouse

inputs:
  - id: day
    type: DATETIME
    required: true
  - id: region
    type: SELECT
    values: [eu, us, apac]
    defaults: eu

triggers:
  - id: hourly
    type: core.trigger.Schedule
    cron: "0 * * * *"

tasks:
  - id: extract
    type: jdbc.postgresql.Query
    sql: SELECT * FROM orders WHERE day = '{{ inputs.day }}'
    store: true

  - id: each_region  # both at once
    type: core.flow.Parallel
    tasks:
      - id: transform_eu
        type: scripts.python.Script
        script: transform("eu")

  - id: load
    type: jdbc.postgresql.Query
    timeout: PT30S
"""


class SpokenConsole(ConsoleApp):
    """The console, with a list of everything that it told the user."""

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self.told: list[str] = []

    def notify(self, message: str, **looks: Any) -> None:
        """Note what is told."""
        self.told.append(message)
        super().notify(message, **looks)


def console(
    client: FakeConsoleClient, *, glyphs: Glyphs = UNICODE, **choices: Any
) -> SpokenConsole:
    """Make the console over a fake client, at a fixed time."""
    numbers = itertools.count(1)
    options: dict[str, Any] = {
        "context_name": "prod",
        "theme": "lanner-dark",
        "refresh_seconds": 0.01,
        "clock_seconds": 3600.0,
    }
    return SpokenConsole(
        Workplace(
            client=client,
            clock=lambda: NOW,
            new_id=lambda: f"request-{next(numbers)}",
            link=LinkMonitor(lambda: NOW),
            acts=OperationLog(),
            glyphs=glyphs,
            timezone=UTC,
            options=ConsoleOptions(**(options | choices)),
        )
    )


@asynccontextmanager
async def opened(
    client: FakeConsoleClient, *, size: tuple[int, int] = (100, 30), **choices: Any
) -> AsyncIterator[tuple[SpokenConsole, Pilot[int]]]:
    """Open the console and wait until it has settled."""
    app = console(client, **choices)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield app, pilot


async def settle(pilot: Pilot[Any]) -> None:
    """Let what is on its way arrive; streams and timers go on."""
    for _ in range(6):
        await pilot.pause()


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


def afternoon() -> FakeConsoleClient:
    """Give a coordinator with a few dozen executions, some of which need a person."""
    client = FakeConsoleClient(
        flows={("company.etl", "load_orders"): etl_flow()},
        flow_rows=flow_rows(),
        revisions=[
            RevisionRow(revision=12, applied_at=NOW - timedelta(hours=26), applied_by="moist"),
            RevisionRow(revision=11, applied_at=NOW - timedelta(days=3), applied_by="vetinari"),
        ],
        triggers=trigger_rows(),
        agents=agent_rows(),
        logs={FAILED_ID: log_lines(FAILED_ID)},
        status=ServerStatus(
            software_version="0.1.0",
            protocol_version=1,
            is_ready=True,
            running_count=3,
            queued_count=1,
            connected_agent_count=2,
            agent_count=3,
        ),
    )
    failed = failed_execution()
    running = running_execution()
    rows = [failed.row, running.row, *other_rows()]
    details = {row.id: ExecutionDetail(row=row) for row in rows}
    client.executions = details | {failed.row.id: failed, running.row.id: running}
    return client


def other_rows() -> list[ExecutionRow]:
    """Give the rest of the list."""
    timeout = {"failed_task_id": "load", "error": "connection to db-2 timed out"}
    rows = [
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
        execution_row("06GWdyQ7pa", State.FAILED, age_seconds=3667, attempt_number=2, **timeout),
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
                **(timeout if number % 13 == 5 else {}),
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
        TaskRunRow(
            id="run-load",
            task_id="load",
            type="jdbc.postgresql.Query",
            state=State.FAILED,
            state_changes=tuple(loaded),
            attempts=attempts,
        ),
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


def etl_flow(inputs: tuple[InputField, ...] | None = None) -> FlowDetail:
    """Give the flow that most executions are of."""
    usual = (
        InputField(
            id="day",
            type="DATETIME",
            is_required=True,
            description="Orders of this day are loaded",
        ),
        InputField(id="region", type="SELECT", values=("eu", "us", "apac"), default_value="eu"),
        InputField(id="limit", type="INT"),
        InputField(id="is_full", type="BOOLEAN", default_value="false"),
        InputField(id="payload", type="JSON", default_value='{"limit": 100}'),
    )
    return FlowDetail(
        namespace="company.etl",
        flow_id="load_orders",
        revision=12,
        description="Orders of the day into the warehouse",
        labels={"team": "data"},
        source=ETL_SOURCE,
        inputs=usual if inputs is None else inputs,
        trigger_ids=("hourly",),
        applied_at=NOW - timedelta(hours=26),
        tasks=tuple(
            TaskNode(id=task_id, type="scripts.python.Script")
            for task_id in ("extract", "each_region", "transform_eu", "load")
        ),
    )


def flow_rows() -> list[FlowRow]:
    """Give the list of flows."""

    def row(namespace: str, flow_id: str, state: State | None, age: float, **more: Any) -> FlowRow:
        return FlowRow(
            namespace=namespace,
            flow_id=flow_id,
            revision=more.pop("revision", 3),
            last_state=state,
            last_started_at=NOW - timedelta(seconds=age) if state else None,
            **more,
        )

    hourly: Mapping[str, Any] = {
        "trigger_ids": ("hourly",),
        "next_at": NOW.replace(minute=0, second=0) + timedelta(hours=1),
    }
    return [
        row("company.billing", "invoices", State.RETRYING, 75, **hourly),
        row("company.etl", "customers", State.RUNNING, 41, trigger_ids=("hook",)),
        row(
            "company.etl",
            "load_orders",
            State.FAILED,
            305,
            revision=12,
            description="Orders of the day into the warehouse",
            **hourly,
        ),
        row("company.ml", "train_ranker", State.RUNNING, 1403, revision=41),
        row("company.ops", "backup", State.WARNING, 5100, **hourly),
        row("company.ops", "cleanup", None, 0, is_disabled=True),
        row("company.web", "crawl", State.QUEUED, 4, revision=4, trigger_ids=("hook", "nightly")),
    ]


def trigger_rows() -> list[TriggerRow]:
    """Give the list of triggers."""

    def row(namespace: str, flow_id: str, trigger_id: str, **more: Any) -> TriggerRow:
        key = TriggerKey(namespace=namespace, flow_id=flow_id, trigger_id=trigger_id)
        usual: dict[str, Any] = {
            "type": "core.trigger.Schedule",
            "is_enabled": True,
            "condition": "0 * * * *",
            "timezone": "UTC",
            "next_at": NOW.replace(minute=0, second=0) + timedelta(hours=1),
            "last_at": NOW.replace(minute=0, second=0),
        }
        return TriggerRow(key=key, **(usual | more))

    return [
        row("company.billing", "invoices", "hourly"),
        row("company.etl", "load_orders", "hourly"),
        row("company.ops", "backup", "hourly", is_enabled=False, next_at=None),
        row(
            "company.web",
            "crawl",
            "nightly",
            condition="30 2 * * *",
            timezone="Europe/Berlin",
            next_at=NOW + timedelta(hours=13.5),
        ),
    ]


def agent_rows() -> list[AgentRow]:
    """Give the list of agents."""

    def row(id: str, status: AgentStatus, busy: int, cpu: float, age: float) -> AgentRow:
        return AgentRow(
            id=id,
            status=status,
            hostname=f"{id}.example",
            software_version="0.1.0",
            slots=8,
            busy_slots=busy,
            labels={"zone": "a", "gpu": "no"},
            last_seen_at=NOW - timedelta(seconds=age),
            cpu_load=cpu,
            memory_used_bytes=int(11.2 * GIB),
            memory_total_bytes=16 * GIB,
            has_container_engine=True,
        )

    return [
        row("etl-1", AgentStatus.READY, 6, 0.71, 1),
        row("etl-2", AgentStatus.DRAINING, 2, 0.14, 2),
        row("etl-3", AgentStatus.DISCONNECTED, 0, 0.0, 4000),
    ]


def frames_folder(test_file: str) -> Path:
    """Give where the snapshots of a test file lie."""
    return Path(test_file).parent / "frames"
