"""Turns what the agent says into bytes of `AgentMessage`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import assert_never

from google.protobuf.timestamp_pb2 import Timestamp

from lanner_agent.reports import (
    Accepted,
    EndState,
    Finished,
    Heartbeat,
    Hello,
    Logs,
    Metric,
    RefusalReason,
    Refused,
    Report,
    Started,
)
from lanner_agent.tasks.contract import FailureCause, LogLevel, MetricKind
from lanner_proto.v1 import agent_pb2, state_pb2

PROTOCOL_VERSION = 1
MIN_PROTOCOL_VERSION = 1

_HAS_LENGTH = 2
"""Wire type of fields that have a length."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)

_REFUSALS: Mapping[RefusalReason, agent_pb2.Refused.Reason.ValueType] = {
    RefusalReason.BUSY: agent_pb2.Refused.REASON_BUSY,
    RefusalReason.DRAINING: agent_pb2.Refused.REASON_DRAINING,
    RefusalReason.DISK: agent_pb2.Refused.REASON_DISK,
    RefusalReason.UNKNOWN_TYPE: agent_pb2.Refused.REASON_UNKNOWN_TYPE,
    RefusalReason.NO_CONTAINER_ENGINE: agent_pb2.Refused.REASON_NO_CONTAINER_ENGINE,
}
_LEVELS: Mapping[LogLevel, state_pb2.LogLevel.ValueType] = {
    LogLevel.TRACE: state_pb2.LOG_LEVEL_TRACE,
    LogLevel.DEBUG: state_pb2.LOG_LEVEL_DEBUG,
    LogLevel.INFO: state_pb2.LOG_LEVEL_INFO,
    LogLevel.WARN: state_pb2.LOG_LEVEL_WARN,
    LogLevel.ERROR: state_pb2.LOG_LEVEL_ERROR,
}
_STATES: Mapping[EndState, state_pb2.State.ValueType] = {
    EndState.SUCCESS: state_pb2.STATE_SUCCESS,
    EndState.WARNING: state_pb2.STATE_WARNING,
    EndState.FAILED: state_pb2.STATE_FAILED,
    EndState.KILLED: state_pb2.STATE_KILLED,
}
_CAUSES: Mapping[FailureCause | None, agent_pb2.Finished.Cause.ValueType] = {
    None: agent_pb2.Finished.CAUSE_UNSPECIFIED,
    FailureCause.EXIT_CODE: agent_pb2.Finished.CAUSE_EXIT_CODE,
    FailureCause.TIMEOUT: agent_pb2.Finished.CAUSE_TIMEOUT,
    FailureCause.OUT_OF_MEMORY: agent_pb2.Finished.CAUSE_OUT_OF_MEMORY,
    FailureCause.IMAGE: agent_pb2.Finished.CAUSE_IMAGE,
    FailureCause.CONTAINER_ENGINE: agent_pb2.Finished.CAUSE_CONTAINER_ENGINE,
    FailureCause.PROPERTIES: agent_pb2.Finished.CAUSE_PROPERTIES,
    FailureCause.LOST: agent_pb2.Finished.CAUSE_LOST,
    FailureCause.ARTIFACT: agent_pb2.Finished.CAUSE_ARTIFACT,
    FailureCause.TASK: agent_pb2.Finished.CAUSE_TASK,
    FailureCause.KILLED: agent_pb2.Finished.CAUSE_KILLED,
}
_KINDS: Mapping[MetricKind, state_pb2.Metric.Kind.ValueType] = {
    MetricKind.COUNTER: state_pb2.Metric.KIND_COUNTER,
    MetricKind.TIMER: state_pb2.Metric.KIND_TIMER,
    MetricKind.GAUGE: state_pb2.Metric.KIND_GAUGE,
}


def encode_report(report: Report) -> bytes:
    """Serialize a report without its number, which `numbered` adds when it is sent."""
    match report:
        case Accepted():
            accepted = agent_pb2.Accepted(attempt_id=report.attempt_id)
            message = agent_pb2.AgentMessage(accepted=accepted)
        case Refused():
            message = agent_pb2.AgentMessage(refused=_refused(report))
        case Started():
            message = agent_pb2.AgentMessage(started=_started(report))
        case Logs():
            message = agent_pb2.AgentMessage(logs=_logs(report))
        case Finished():
            message = agent_pb2.AgentMessage(finished=_finished(report))
        case _:
            assert_never(report)
    return message.SerializeToString()


def numbered(sequence: int, report: bytes) -> bytes:
    """Add its number to a serialized report: joined bytes are merged messages in protobuf."""
    return agent_pb2.AgentMessage(sequence=sequence).SerializeToString() + report


def batched(messages: Sequence[bytes]) -> bytes:
    """Put serialized messages into one, as they are: nothing is read or written again."""
    content = b"".join(_field(agent_pb2.AgentBatch.MESSAGES_FIELD_NUMBER, one) for one in messages)
    return _field(agent_pb2.AgentMessage.BATCH_FIELD_NUMBER, content)


def _field(number: int, content: bytes) -> bytes:
    """A field of protobuf that has a length: its key, the length, the content."""
    return bytes((number << 3 | _HAS_LENGTH,)) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    """A number in groups of seven bits, the lowest first, as protobuf writes it."""
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)


def encode_hello(hello: Hello) -> bytes:
    """Serialize the first message of a stream."""
    return agent_pb2.AgentMessage(
        hello=agent_pb2.Hello(
            protocol_version=PROTOCOL_VERSION,
            min_protocol_version=MIN_PROTOCOL_VERSION,
            software_version=hello.software_version,
            agent_id=hello.agent_id,
            boot_id=hello.boot_id,
            hostname=hello.hostname,
            slots=hello.slots,
            labels=hello.labels,
            catalog_sha256=hello.catalog_sha256,
            held_attempt_ids=hello.held_attempt_ids,
            last_received_sequence=hello.last_received_sequence,
            epoch=hello.epoch,
            sent_at=_timestamp(hello.sent_at),
            held_folder_ids=hello.held_folder_ids,
        )
    ).SerializeToString()


def encode_heartbeat(heartbeat: Heartbeat) -> bytes:
    """Serialize a heartbeat."""
    return agent_pb2.AgentMessage(
        heartbeat=agent_pb2.Heartbeat(
            number=heartbeat.number,
            sent_at=_timestamp(heartbeat.sent_at),
            busy_slots=heartbeat.busy_slots,
            is_draining=heartbeat.is_draining,
            cpu_load=heartbeat.cpu_load,
            memory_used_bytes=heartbeat.memory_used_bytes,
            memory_total_bytes=heartbeat.memory_total_bytes,
            disk_free_bytes=heartbeat.disk_free_bytes,
            has_container_engine=heartbeat.has_container_engine,
            labels=heartbeat.labels,
        )
    ).SerializeToString()


def encode_ack(sequence: int) -> bytes:
    """Serialize an acknowledgement of everything up to `sequence`."""
    return agent_pb2.AgentMessage(ack=agent_pb2.Ack(sequence=sequence)).SerializeToString()


def _refused(report: Refused) -> agent_pb2.Refused:
    return agent_pb2.Refused(
        attempt_id=report.attempt_id, reason=_REFUSALS[report.reason], message=report.message
    )


def _started(report: Started) -> agent_pb2.Started:
    return agent_pb2.Started(
        attempt_id=report.attempt_id, at=_timestamp(report.at), runner=report.runner
    )


def _logs(report: Logs) -> agent_pb2.Logs:
    return agent_pb2.Logs(
        attempt_id=report.attempt_id,
        first_line=report.first_line,
        dropped_count=report.dropped_count,
        lines=[
            agent_pb2.LogLine(at=_timestamp(line.at), level=_LEVELS[line.level], text=line.text)
            for line in report.lines
        ],
    )


def _finished(report: Finished) -> agent_pb2.Finished:
    return agent_pb2.Finished(
        attempt_id=report.attempt_id,
        state=_STATES[report.state],
        outputs=report.outputs,
        error=report.error,
        cause=_CAUSES[report.cause],
        at=_timestamp(report.at),
        metrics=[_metric(metric) for metric in report.metrics],
        last_line=report.last_line,
        sealed_outputs=report.sealed_outputs,
        log_file=report.log_file,
    )


def _metric(metric: Metric) -> state_pb2.Metric:
    return state_pb2.Metric(
        name=metric.name, kind=_KINDS[metric.kind], value=metric.value, tags=metric.tags
    )


def _timestamp(instant: datetime) -> Timestamp:
    # Field by field: `FromDatetime` takes several times as long, and every log line has one.
    seconds, rest = divmod(instant - _EPOCH, _SECOND)
    return Timestamp(seconds=seconds, nanos=rest.microseconds * 1000)
