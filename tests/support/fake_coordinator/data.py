"""Messages for tests, with everything that a test does not care for filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from lanner_proto.v1 import (
    execution_pb2,
    flow_pb2,
    log_pb2,
    server_pb2,
    state_pb2,
    trigger_pb2,
)
from lanner_proto.values import to_struct, to_timestamp
from tests.support.fake_coordinator.state import START

ENDED_STATES = frozenset(
    {
        state_pb2.STATE_SUCCESS,
        state_pb2.STATE_WARNING,
        state_pb2.STATE_FAILED,
        state_pb2.STATE_KILLED,
        state_pb2.STATE_CANCELLED,
        state_pb2.STATE_SKIPPED,
        state_pb2.STATE_RETRIED,
    }
)


def make_task_run(
    task_id: str,
    state: state_pb2.State.ValueType = state_pb2.STATE_SUCCESS,
    *,
    id: str = "",
    parent_id: str = "",
    seconds: float = 1,
    start_seconds: float = 0,
    error: str = "",
    agent_id: str = "local",
) -> execution_pb2.TaskRun:
    """A task run with one attempt that began `start_seconds` after START and took `seconds`."""
    begun = START + timedelta(seconds=start_seconds)
    ended = begun + timedelta(seconds=seconds)
    task_run = execution_pb2.TaskRun(
        id=id or f"run-{task_id}",
        task_id=task_id,
        type="core.log.Log",
        parent_id=parent_id,
        state=state,
        state_changes=[
            state_pb2.StateChange(state=state_pb2.STATE_CREATED, at=to_timestamp(begun)),
            state_pb2.StateChange(state=state_pb2.STATE_RUNNING, at=to_timestamp(begun)),
        ],
    )
    attempt = task_run.attempts.add(
        id=f"{task_run.id}-1",
        number=1,
        state=state,
        agent_id=agent_id,
        submitted_at=to_timestamp(begun),
        started_at=to_timestamp(begun),
        error=error,
    )
    if state in ENDED_STATES:
        task_run.state_changes.add(state=state, at=to_timestamp(ended))
        attempt.ended_at.CopyFrom(to_timestamp(ended))
    return task_run


def make_execution(
    execution_id: str,
    state: state_pb2.State.ValueType = state_pb2.STATE_SUCCESS,
    *,
    namespace: str = "company.etl",
    flow_id: str = "load_orders",
    age_seconds: float = 0,
    task_runs: Sequence[execution_pb2.TaskRun] = (),
    labels: Mapping[str, str] | None = None,
    inputs: Mapping[str, object] | None = None,
    outputs: Mapping[str, object] | None = None,
    error: str = "",
) -> execution_pb2.Execution:
    """An execution that was created `age_seconds` before START."""
    created = START - timedelta(seconds=age_seconds)
    failed = [run.task_id for run in task_runs if run.state == state_pb2.STATE_FAILED]
    has_started = state not in (state_pb2.STATE_CREATED, state_pb2.STATE_QUEUED)
    return execution_pb2.Execution(
        summary=execution_pb2.ExecutionSummary(
            id=execution_id,
            namespace=namespace,
            flow_id=flow_id,
            flow_revision=1,
            state=state,
            created_at=to_timestamp(created),
            started_at=to_timestamp(created) if has_started else None,
            ended_at=to_timestamp(created + timedelta(seconds=67))
            if state in ENDED_STATES
            else None,
            attempt_number=1,
            labels=labels,
            trigger="manual",
            failed_task_id=failed[0] if failed else "",
            error=error,
            task_run_count=len(task_runs),
            ended_task_run_count=sum(run.state in ENDED_STATES for run in task_runs),
        ),
        inputs=to_struct(inputs or {}),
        outputs=to_struct(outputs or {}),
        state_changes=[
            state_pb2.StateChange(state=state_pb2.STATE_CREATED, at=to_timestamp(created)),
            state_pb2.StateChange(state=state, at=to_timestamp(created)),
        ],
        task_runs=task_runs,
    )


def make_log(
    execution_id: str,
    position: int,
    text: str,
    *,
    level: state_pb2.LogLevel.ValueType = state_pb2.LOG_LEVEL_INFO,
    task_id: str = "load",
) -> log_pb2.LogEntry:
    """A log line, `position` seconds after START."""
    return log_pb2.LogEntry(
        position=position,
        at=to_timestamp(START + timedelta(seconds=position)),
        level=level,
        execution_id=execution_id,
        task_id=task_id,
        task_run_id=f"run-{task_id}" if task_id else "",
        attempt_number=1 if task_id else 0,
        text=text,
    )


def make_flow(
    namespace: str = "company.etl",
    flow_id: str = "load_orders",
    *,
    source: str = "",
    inputs: Sequence[flow_pb2.Input] = (),
    task_ids: Sequence[str] = ("load",),
    trigger_ids: Sequence[str] = (),
    is_disabled: bool = False,
) -> flow_pb2.Flow:
    """A flow at revision 1, one Log task for each id."""
    lines = [f"  - id: {task_id}\n    type: core.log.Log\n    message: hi" for task_id in task_ids]
    written = f"id: {flow_id}\nnamespace: {namespace}\ntasks:\n" + "\n".join(lines) + "\n"
    return flow_pb2.Flow(
        namespace=namespace,
        flow_id=flow_id,
        revision=1,
        is_disabled=is_disabled,
        source=source or written,
        inputs=inputs,
        trigger_ids=trigger_ids,
        applied_at=to_timestamp(START),
        tasks=[
            flow_pb2.TaskNode(id=task_id, type="core.log.Log", branch="tasks", line=4 + 3 * number)
            for number, task_id in enumerate(task_ids)
        ],
    )


def make_trigger(
    namespace: str = "company.etl",
    flow_id: str = "load_orders",
    trigger_id: str = "schedule",
    *,
    is_enabled: bool = True,
) -> trigger_pb2.Trigger:
    """A schedule at six each morning."""
    return trigger_pb2.Trigger(
        key=trigger_pb2.TriggerKey(namespace=namespace, flow_id=flow_id, trigger_id=trigger_id),
        type="core.trigger.Schedule",
        is_enabled=is_enabled,
        condition="0 6 * * *",
        timezone="UTC",
        next_at=to_timestamp(START + timedelta(hours=18)),
    )


def make_agent(
    agent_id: str = "local",
    status: server_pb2.Agent.Status.ValueType = server_pb2.Agent.STATUS_READY,
    *,
    slots: int = 8,
    busy_slots: int = 2,
) -> server_pb2.Agent:
    """An agent with a container engine."""
    return server_pb2.Agent(
        id=agent_id,
        status=status,
        hostname="host-1",
        software_version="0.1.0",
        slots=slots,
        busy_slots=busy_slots,
        labels={"zone": "a"},
        last_seen_at=to_timestamp(START),
        cpu_load=0.25,
        memory_used_bytes=4 * 2**30,
        memory_total_bytes=16 * 2**30,
        disk_free_bytes=100 * 2**30,
        has_container_engine=True,
        task_types=["io.kestra.plugin.scripts.shell.Commands"],
    )
