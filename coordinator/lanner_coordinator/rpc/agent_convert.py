"""The agent protocol between the wire and plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from lanner_coordinator.engine.events import MetricValue
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import AgentLostPolicy, TaskKind
from lanner_coordinator.runtime.agents import messages
from lanner_coordinator.version import VERSION
from lanner_proto.v1 import agent_pb2, state_pb2

_LOST_POLICIES = {
    AgentLostPolicy.RETRY: agent_pb2.AGENT_LOST_POLICY_RETRY,
    AgentLostPolicy.FAIL: agent_pb2.AGENT_LOST_POLICY_FAIL,
    AgentLostPolicy.WAIT: agent_pb2.AGENT_LOST_POLICY_WAIT,
}
_CANCEL_REASONS = {
    messages.CancelReason.KILLED: agent_pb2.Cancel.REASON_KILLED,
    messages.CancelReason.TIMEOUT: agent_pb2.Cancel.REASON_TIMEOUT,
    messages.CancelReason.SUPERSEDED: agent_pb2.Cancel.REASON_SUPERSEDED,
}
_REFUSAL_REASONS = {
    agent_pb2.Refused.REASON_UNSPECIFIED: messages.RefusalReason.BUSY,
    agent_pb2.Refused.REASON_BUSY: messages.RefusalReason.BUSY,
    agent_pb2.Refused.REASON_DRAINING: messages.RefusalReason.DRAINING,
    agent_pb2.Refused.REASON_DISK: messages.RefusalReason.DISK,
    agent_pb2.Refused.REASON_UNKNOWN_TYPE: messages.RefusalReason.UNKNOWN_TYPE,
    agent_pb2.Refused.REASON_NO_CONTAINER_ENGINE: messages.RefusalReason.NO_CONTAINER_ENGINE,
}
_FINISHED_STATES = {
    state_pb2.STATE_SUCCESS: State.SUCCESS,
    state_pb2.STATE_WARNING: State.WARNING,
    state_pb2.STATE_FAILED: State.FAILED,
    state_pb2.STATE_KILLED: State.KILLED,
}
_LEVEL_PREFIX = "LOG_LEVEL_"
_CAUSE_PREFIX = "CAUSE_"
_KIND_PREFIX = "KIND_"


class BrokenMessage(ValueError):
    """A message that breaks the protocol's rules; says which and how."""


def hello(message: agent_pb2.Hello) -> messages.Hello:
    """A Hello of the wire."""
    return messages.Hello(
        protocol_version=message.protocol_version,
        min_protocol_version=message.min_protocol_version,
        software_version=message.software_version,
        agent_id=message.agent_id,
        boot_id=message.boot_id,
        hostname=message.hostname,
        slots=message.slots,
        labels=dict(message.labels),
        catalog_sha256=message.catalog_sha256,
        held_attempt_ids=frozenset(message.held_attempt_ids),
        last_received_sequence=message.last_received_sequence,
        epoch=message.epoch,
        held_folder_ids=frozenset(message.held_folder_ids),
    )


def messages_of(message: agent_pb2.AgentMessage) -> Iterable[agent_pb2.AgentMessage]:
    """The messages of a batch, or the one that came alone."""
    return message.batch.messages if message.HasField("batch") else (message,)


def incoming(message: agent_pb2.AgentMessage) -> messages.Incoming:
    """A message of the wire after Hello.

    Raises:
        BrokenMessage: It is empty, a second Hello, or its JSON or state makes no sense.
    """
    match message.WhichOneof("message"):
        case "catalog":
            return messages.Offer(types=[_task_type(kind) for kind in message.catalog.task_types])
        case "accepted":
            return messages.Accepted(attempt_id=message.accepted.attempt_id)
        case "refused":
            return messages.Refused(
                attempt_id=message.refused.attempt_id,
                reason=_REFUSAL_REASONS.get(message.refused.reason, messages.RefusalReason.BUSY),
                message=message.refused.message,
            )
        case "started":
            return messages.Started(
                attempt_id=message.started.attempt_id,
                runner=message.started.runner,
                at=_date(message.started),
            )
        case "logs":
            return _lines(message.logs)
        case "finished":
            return _finished(message.finished)
        case "heartbeat":
            return _heartbeat(message.heartbeat)
        case "ack":
            return messages.Acknowledged(sequence=message.ack.sequence)
        case other:
            raise BrokenMessage(f"a message of kind {other or 'nothing'} has no place here")


def outgoing(numbered: messages.Numbered) -> agent_pb2.CoordinatorMessage:
    """A message for the wire."""
    sequence = numbered.sequence
    match numbered.message:
        case messages.Welcome() as message:
            return agent_pb2.CoordinatorMessage(welcome=_welcome(message))
        case messages.Refusal() as message:
            return agent_pb2.CoordinatorMessage(refusal=refusal(message))
        case messages.Assignment() as message:
            return agent_pb2.CoordinatorMessage(sequence=sequence, assign=_assign(message))
        case messages.CancelAttempt() as message:
            cancel = agent_pb2.Cancel(
                attempt_id=message.attempt_id,
                reason=_CANCEL_REASONS[message.reason],
                grace=_duration(message.grace),
            )
            return agent_pb2.CoordinatorMessage(sequence=sequence, cancel=cancel)
        case messages.Drain() as message:
            return agent_pb2.CoordinatorMessage(sequence=sequence, drain=_drain(message))
        case messages.RemoveFolder() as message:
            removal = agent_pb2.RemoveFolder(folder_id=message.folder_id)
            return agent_pb2.CoordinatorMessage(sequence=sequence, remove_folder=removal)
        case messages.HeartbeatReply() as message:
            reply = agent_pb2.HeartbeatReply(
                number=message.number, received_at=_timestamp(message.received_at)
            )
            return agent_pb2.CoordinatorMessage(heartbeat_reply=reply)
        case messages.Acknowledged() as message:
            return agent_pb2.CoordinatorMessage(ack=agent_pb2.Ack(sequence=message.sequence))


def refusal(message: messages.Refusal) -> agent_pb2.Refusal:
    """A Refusal for the wire."""
    return agent_pb2.Refusal(reason=message.reason, may_retry=message.may_retry)


def _task_type(message: agent_pb2.TaskType) -> TypeDescription:
    return TypeDescription(
        name=message.name,
        kind=TaskKind.AGENT,
        aliases=list(message.aliases),
        description=message.description,
        properties_schema=_json_object(message.properties_schema.encode(), "properties_schema"),
        outputs_schema=_json_object(message.outputs_schema.encode(), "outputs_schema"),
    )


def _lines(message: agent_pb2.Logs) -> messages.Lines:
    return messages.Lines(
        attempt_id=message.attempt_id,
        first_line=message.first_line,
        lines=[
            messages.LogLine(
                at=line.at.ToDatetime(UTC), level=_level_name(line.level), text=line.text
            )
            for line in message.lines
        ],
        dropped_count=message.dropped_count,
    )


def _finished(message: agent_pb2.Finished) -> messages.Finished:
    state = _FINISHED_STATES.get(message.state)
    if state is None:
        name = state_pb2.State.Name(message.state)
        raise BrokenMessage(f"attempt {message.attempt_id} cannot end in the state {name}")
    cause = agent_pb2.Finished.Cause.Name(message.cause).removeprefix(_CAUSE_PREFIX)
    return messages.Finished(
        attempt_id=message.attempt_id,
        state=state,
        outputs=_json_object(message.outputs or b"{}", f"outputs of {message.attempt_id}"),
        error=message.error,
        cause="" if cause == "UNSPECIFIED" else cause.replace("_", " ").lower(),
        metrics=[_metric(metric) for metric in message.metrics],
        is_lost=message.cause == agent_pb2.Finished.CAUSE_LOST,
        at=_date(message),
        sealed_outputs=message.sealed_outputs,
        log_file=message.log_file,
    )


def _metric(message: state_pb2.Metric) -> MetricValue:
    kind = state_pb2.Metric.Kind.Name(message.kind).removeprefix(_KIND_PREFIX).lower()
    return MetricValue(name=message.name, kind=kind, value=message.value, tags=dict(message.tags))


def _heartbeat(message: agent_pb2.Heartbeat) -> messages.Heartbeat:
    return messages.Heartbeat(
        number=message.number,
        sent_at=message.sent_at.ToDatetime(UTC) if message.HasField("sent_at") else None,
        busy_slots=message.busy_slots,
        is_draining=message.is_draining,
        cpu_load=message.cpu_load,
        memory_used_bytes=message.memory_used_bytes,
        memory_total_bytes=message.memory_total_bytes,
        disk_free_bytes=message.disk_free_bytes,
        has_container_engine=message.has_container_engine,
        labels=dict(message.labels),
    )


def _welcome(message: messages.Welcome) -> agent_pb2.Welcome:
    return agent_pb2.Welcome(
        protocol_version=messages.PROTOCOL_VERSION,
        software_version=VERSION,
        last_received_sequence=message.last_received_sequence,
        heartbeat_interval=_duration(message.heartbeat_interval),
        lease=_duration(message.lease),
        wants_catalog=message.wants_catalog,
        forget_attempt_ids=message.forget_attempt_ids,
        epoch=message.epoch,
        forget_folder_ids=message.forget_folder_ids,
    )


def _assign(message: messages.Assignment) -> agent_pb2.Assign:
    return agent_pb2.Assign(
        attempt_id=message.attempt_id,
        execution_id=message.execution_id,
        task_run_id=message.task_run_id,
        namespace=message.namespace,
        flow_id=message.flow_id,
        flow_revision=message.flow_revision,
        task_id=message.task_id,
        type=message.type,
        attempt_number=message.attempt_number,
        properties=message.properties,
        working_dir_token=message.working_dir_token,
        output_dir_token=message.output_dir_token,
        secrets=message.secrets,
        timeout=None if message.timeout is None else _duration(message.timeout),
        credential=message.credential,
        min_log_level=_level(message.min_log_level),
        max_disconnect=_duration(message.max_disconnect),
        on_agent_lost=_LOST_POLICIES[message.on_agent_lost],
        context=message.context,
        shared_folder=_shared_folder(message.shared_folder),
        outputs_key=message.outputs_key,
        log_to_file=message.log_to_file,
    )


def _shared_folder(folder: messages.SharedFolder | None) -> agent_pb2.SharedFolder | None:
    if folder is None:
        return None
    return agent_pb2.SharedFolder(folder_id=folder.folder_id, may_be_made=folder.may_be_made)


def _drain(message: messages.Drain) -> agent_pb2.Drain:
    return agent_pb2.Drain(
        deadline=None if message.deadline is None else _timestamp(message.deadline),
        cancel_at_deadline=message.cancel_at_deadline,
        undo=message.undo,
    )


def _date(message: agent_pb2.Started | agent_pb2.Finished) -> datetime | None:
    return message.at.ToDatetime(UTC) if message.HasField("at") else None


def _json_object(text: bytes, what: str) -> Mapping[str, object]:
    try:
        return msgspec.json.decode(text, type=dict[str, object])
    except msgspec.MsgspecError as error:
        raise BrokenMessage(f"{what}: no JSON object ({error})") from error


def _level_name(level: state_pb2.LogLevel.ValueType) -> str:
    name = state_pb2.LogLevel.Name(level).removeprefix(_LEVEL_PREFIX)
    return "INFO" if name == "UNSPECIFIED" else name


def _level(name: str) -> state_pb2.LogLevel.ValueType:
    return state_pb2.LogLevel.Value(_LEVEL_PREFIX + name)


def _duration(value: timedelta) -> Duration:
    duration = Duration()
    duration.FromTimedelta(value)
    return duration


def _timestamp(value: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(value)
    return timestamp
