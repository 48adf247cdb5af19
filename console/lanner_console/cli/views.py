"""Columns of the lists and lines of the details, by noun."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from lanner_console.cli.documents import plain
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.table import Column, Look, cell_text, table_lines
from lanner_console.cli.yaml_text import yaml_text
from lanner_console.models import (
    AgentRow,
    BatchItemRow,
    BatchView,
    ExecutionDetail,
    ExecutionRow,
    FileRow,
    FlowDetail,
    FlowRow,
    InputField,
    KeyValueRow,
    SecretRow,
    TaskNode,
    TaskRunRow,
    TemplateRow,
    TriggerRow,
)


def execution_columns(invocation: Invocation) -> list[Column[ExecutionRow]]:
    """Columns of the list of executions."""
    now = invocation.clock()
    return [
        Column(name="id", value=lambda row: row.id, is_key=True),
        Column(name="state", value=lambda row: row.state, is_key=True),
        Column(name="namespace", value=lambda row: row.namespace, is_flexible=True),
        Column(name="flow", value=lambda row: row.flow_id, is_flexible=True),
        Column(name="rev", value=lambda row: row.flow_revision),
        Column(name="started", value=lambda row: row.started_at or row.created_at),
        Column(name="duration", value=lambda row: row.duration(now)),
        Column(name="try", value=lambda row: row.attempt_number),
        Column(name="error", value=_task_and_error, is_flexible=True),
        Column(name="trigger", value=lambda row: row.trigger, is_wide=True),
        Column(name="ended", value=lambda row: row.ended_at, is_wide=True),
        Column(name="labels", value=lambda row: row.labels, is_wide=True, is_flexible=True),
    ]


def task_run_columns(invocation: Invocation) -> list[Column[TaskRunRow]]:
    """Columns of the task runs of an execution."""
    now = invocation.clock()
    return [
        Column(name="task", value=lambda run: run.name, is_key=True),
        Column(name="state", value=lambda run: run.state, is_key=True),
        Column(name="duration", value=lambda run: run.duration(now)),
        Column(name="try", value=lambda run: len(run.attempts) or None),
        Column(
            name="agent",
            value=lambda run: run.attempts[-1].agent_id if run.attempts else "",
            is_key=True,
        ),
        Column(name="error", value=lambda run: run.error or run.pending_reason, is_flexible=True),
    ]


FLOW_COLUMNS: Sequence[Column[FlowRow]] = (
    Column(name="namespace", value=lambda row: row.namespace, is_flexible=True),
    Column(name="flow", value=lambda row: row.flow_id, is_flexible=True),
    Column(name="rev", value=lambda row: row.revision),
    Column(name="last", value=lambda row: row.last_state),
    Column(name="last run", value=lambda row: row.last_started_at),
    Column(name="next", value=lambda row: row.next_at),
    Column(name="enabled", value=lambda row: not row.is_disabled),
    Column(name="triggers", value=lambda row: ",".join(row.trigger_ids), is_flexible=True),
    Column(name="applied", value=lambda row: row.applied_at, is_wide=True),
    Column(name="labels", value=lambda row: row.labels, is_wide=True, is_flexible=True),
    Column(name="description", value=lambda row: row.description, is_wide=True, is_flexible=True),
)
TRIGGER_COLUMNS: Sequence[Column[TriggerRow]] = (
    Column(name="namespace", value=lambda row: row.key.namespace, is_flexible=True),
    Column(name="flow", value=lambda row: row.key.flow_id, is_flexible=True),
    Column(name="trigger", value=lambda row: row.key.trigger_id, is_key=True),
    Column(name="type", value=lambda row: _trigger_type(row)),
    Column(name="enabled", value=lambda row: row.is_enabled),
    Column(name="note", value=lambda row: row.poll_error or row.activity, is_flexible=True),
    Column(name="condition", value=lambda row: row.condition, is_flexible=True),
    Column(name="next", value=lambda row: row.next_at),
    Column(name="last", value=lambda row: row.last_at),
    Column(name="backfill", value=lambda row: _backfill(row)),
    Column(name="looked", value=lambda row: row.polled_at, is_wide=True),
    Column(name="timezone", value=lambda row: row.timezone, is_wide=True),
    Column(name="execution", value=lambda row: row.running_execution_id, is_wide=True),
)
KEY_VALUE_COLUMNS: Sequence[Column[KeyValueRow]] = (
    Column(name="key", value=lambda row: row.key, is_key=True),
    Column(name="type", value=lambda row: row.type),
    Column(name="value", value=lambda row: value_text(row.value), is_flexible=True),
    Column(name="updated", value=lambda row: row.updated_at),
    Column(name="expires", value=lambda row: row.expires_at),
    Column(name="version", value=lambda row: row.version, is_wide=True),
    Column(name="description", value=lambda row: row.description, is_wide=True, is_flexible=True),
)
TEMPLATE_COLUMNS: Sequence[Column[TemplateRow]] = (
    Column(name="namespace", value=lambda row: row.namespace, is_flexible=True),
    Column(name="template", value=lambda row: row.id, is_key=True),
    Column(name="version", value=lambda row: row.version),
    Column(name="updated", value=lambda row: row.updated_at),
    Column(name="by", value=lambda row: row.updated_by),
    Column(name="description", value=lambda row: row.description, is_flexible=True),
)
FILE_COLUMNS: Sequence[Column[FileRow]] = (
    Column(name="name", value=lambda row: row.name, is_key=True, is_flexible=True),
    Column(name="from", value=lambda row: row.task_id or f"input {row.input_id}"),
    Column(name="bytes", value=lambda row: row.size_bytes),
    Column(name="stored", value=lambda row: row.modified_at),
    Column(name="uri", value=lambda row: row.uri, is_wide=True, is_flexible=True),
)
SECRET_COLUMNS: Sequence[Column[SecretRow]] = (
    Column(name="key", value=lambda row: row.key, is_key=True),
    Column(name="namespace", value=lambda row: row.namespace, is_flexible=True),
    Column(name="version", value=lambda row: row.version),
    Column(name="updated", value=lambda row: row.updated_at),
    Column(name="by", value=lambda row: row.updated_by),
    Column(name="description", value=lambda row: row.description, is_flexible=True),
)
AGENT_COLUMNS: Sequence[Column[AgentRow]] = (
    Column(name="agent", value=lambda row: row.id, is_key=True),
    Column(name="status", value=lambda row: row.status, is_key=True),
    Column(name="slots", value=lambda row: f"{row.busy_slots}/{row.slots}"),
    Column(name="cpu", value=lambda row: f"{row.cpu_load:.0%}"),
    Column(name="memory", value=lambda row: _memory(row)),
    Column(name="containers", value=lambda row: row.has_container_engine),
    Column(name="seen", value=lambda row: row.last_seen_at),
    Column(name="version", value=lambda row: row.software_version),
    Column(name="labels", value=lambda row: row.labels, is_flexible=True),
    Column(name="host", value=lambda row: row.hostname, is_wide=True),
    Column(name="disk free", value=lambda row: bytes_text(row.disk_free_bytes), is_wide=True),
)
INPUT_COLUMNS: Sequence[Column[InputField]] = (
    Column(name="input", value=lambda one: one.id, is_key=True),
    Column(name="type", value=lambda one: one.type),
    Column(name="required", value=lambda one: one.is_required),
    Column(name="default", value=lambda one: one.default_value),
    Column(name="about", value=lambda one: one.description, is_flexible=True),
)
TASK_COLUMNS: Sequence[Column[TaskNode]] = (
    Column(name="task", value=lambda node: node.id, is_key=True),
    Column(name="type", value=lambda node: node.type),
    Column(name="in", value=lambda node: node.parent_id),
    Column(name="line", value=lambda node: node.line or None),
)
BATCH_COLUMNS: Sequence[Column[BatchView]] = (
    Column(name="id", value=lambda row: row.id, is_key=True),
    Column(name="act", value=lambda row: row.act),
    Column(name="status", value=lambda row: row.status, is_key=True),
    Column(name="done", value=lambda row: f"{row.done_count}/{row.total_count}"),
    Column(name="ok", value=lambda row: row.succeeded_count),
    Column(name="running", value=lambda row: row.running_count),
    Column(name="failed", value=lambda row: row.failed_count),
    Column(name="refused", value=lambda row: row.refused_count),
    Column(name="created", value=lambda row: row.created_at),
    Column(name="reason", value=lambda row: row.reason, is_flexible=True),
    Column(name="ended", value=lambda row: row.ended_at, is_wide=True),
)
ITEM_COLUMNS: Sequence[Column[BatchItemRow]] = (
    Column(name="execution", value=lambda row: row.execution_id, is_key=True),
    Column(name="outcome", value=lambda row: row.outcome, is_key=True),
    Column(name="message", value=lambda row: row.message, is_flexible=True),
)


def execution_lines(invocation: Invocation, detail: ExecutionDetail) -> Iterator[str]:
    """All of an execution, for people."""
    row, look = detail.row, invocation.look
    facts: list[tuple[str, object]] = [
        ("execution", row.id),
        ("flow", f"{row.namespace}/{row.flow_id} revision {row.flow_revision}"),
        ("state", row.state),
        ("trigger", row.trigger),
        ("parent", detail.started_by_execution_id),
        ("created", row.created_at),
        ("started", row.started_at),
        ("ended", row.ended_at),
        ("duration", row.duration(look.now)),
        ("try", row.attempt_number),
        ("labels", row.labels),
        ("error", _task_and_error(row)),
    ]
    for label, value in facts:
        if value not in (None, "", {}):
            yield f"{label:<10}{cell_text(value, look)}"
    for label, values in (("inputs", detail.inputs), ("outputs", detail.outputs)):
        if values:
            yield ""
            yield f"{label}:"
            for line in yaml_text(plain(values)).splitlines():
                yield f"  {cell_text(line, look)}"
    if detail.task_runs:
        yield ""
        yield from table_lines(task_run_columns(invocation), list(detail.task_runs.values()), look)
    yield from _children_lines(detail, look)


def _children_lines(detail: ExecutionDetail, look: Look) -> Iterator[str]:
    """The executions that tasks started, where there are any."""
    started = [
        (f"{run.task_id} #{attempt.number}", attempt)
        for run in detail.task_runs.values()
        for attempt in run.attempts
        if attempt.child_ids
    ]
    if started:
        yield ""
        yield "children:"
    for name, attempt in started:
        more = attempt.child_count - len(attempt.child_ids)
        rest = f" and {more} more" if more > 0 else ""
        yield f"  {cell_text(name, look)}  {cell_text(', '.join(attempt.child_ids), look)}{rest}"


def flow_lines(invocation: Invocation, detail: FlowDetail) -> Iterator[str]:
    """All of a flow but its source, for people."""
    look = invocation.look
    facts: list[tuple[str, object]] = [
        ("flow", f"{detail.namespace}/{detail.flow_id}"),
        ("revision", detail.revision),
        ("applied", detail.applied_at),
        ("enabled", not detail.is_disabled),
        ("labels", detail.labels),
        ("triggers", ", ".join(detail.trigger_ids)),
        ("about", detail.description),
    ]
    for label, value in facts:
        if value not in (None, "", {}):
            yield f"{label:<10}{cell_text(value, look)}"
    if detail.inputs:
        yield ""
        yield from table_lines(INPUT_COLUMNS, detail.inputs, look)
    if detail.tasks:
        yield ""
        yield from table_lines(TASK_COLUMNS, detail.tasks, look)


def bytes_text(count: int) -> str:
    """A size in GiB or MiB."""
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.1f} MiB"


def _task_and_error(row: ExecutionRow) -> str:
    return ": ".join(filter(None, (row.failed_task_id, row.error)))


def _trigger_type(row: TriggerRow) -> str:
    """The short name of its type, with the package where it tells nothing."""
    *_, package, name = ("", *row.type.split("."))
    return f"{package}.{name}" if name == "Trigger" else name


def _backfill(row: TriggerRow) -> str:
    return f"{row.backfill.done_count}/{row.backfill.total_count}" if row.backfill else ""


def _memory(row: AgentRow) -> str:
    if not row.memory_total_bytes:
        return ""
    return f"{row.memory_used_bytes / 2**30:.1f}/{row.memory_total_bytes / 2**30:.1f} GiB"


def value_text(value: object) -> str:
    """A value of a flow in one line: texts as they are, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
