"""The console in front of a coordinator as it is on an ordinary afternoon."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from lanner_console.client import ConsoleClient
from lanner_console.glyphs import UNICODE, Glyphs
from lanner_console.link_monitor import LinkMonitor
from lanner_console.models import (
    AgentRow,
    AgentStatus,
    ExecutionDetail,
    FlowDetail,
    FlowRow,
    InputField,
    RevisionRow,
    ServerStatus,
    State,
    TaskNode,
    TriggerKey,
    TriggerRow,
)
from lanner_console.op_log import OperationLog
from lanner_console.screens.console_app import ConsoleApp
from lanner_console.workplace import ConsoleOptions, Workplace
from tests.support.console_executions import (
    FAILED_ID,
    NOW,
    failed_execution,
    log_lines,
    other_rows,
    running_execution,
)
from tests.support.fake_console_client import FakeConsoleClient

GIB = 1024**3

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


def console(client: ConsoleClient, *, glyphs: Glyphs = UNICODE, **choices: Any) -> SpokenConsole:
    """Make the console over a client, mostly a fake one, at a fixed time."""
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
    client: ConsoleClient, *, size: tuple[int, int] = (100, 30), **choices: Any
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
