"""Turns `CoordinatorMessage` into what the agent works with, and checks it on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, timedelta

from google.protobuf.duration_pb2 import Duration

from lanner_agent.errors import ProtocolViolation
from lanner_agent.ids import AttemptId
from lanner_agent.orders import (
    Ack,
    AgentLostPolicy,
    Answer,
    Assign,
    Cancel,
    CancelReason,
    Drain,
    HeartbeatReply,
    Order,
    Refusal,
    RemoveFolder,
    SharedFolder,
    Unknown,
    Welcome,
)
from lanner_agent.tasks.contract import LogLevel, TaskIdentity
from lanner_proto.v1 import agent_pb2, state_pb2

DEFAULT_HEARTBEAT_INTERVAL = timedelta(seconds=5)
DEFAULT_LEASE = timedelta(seconds=30)
DEFAULT_MAX_DISCONNECT = timedelta(minutes=5)
DEFAULT_GRACE = timedelta(seconds=10)

# These ids name folders and containers.
_PLAIN_ID = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}")

_LEVELS: Mapping[state_pb2.LogLevel.ValueType, LogLevel] = {
    state_pb2.LOG_LEVEL_DEBUG: LogLevel.DEBUG,
    state_pb2.LOG_LEVEL_INFO: LogLevel.INFO,
    state_pb2.LOG_LEVEL_WARN: LogLevel.WARN,
    state_pb2.LOG_LEVEL_ERROR: LogLevel.ERROR,
}
_POLICIES: Mapping[agent_pb2.AgentLostPolicy.ValueType, AgentLostPolicy] = {
    agent_pb2.AGENT_LOST_POLICY_FAIL: AgentLostPolicy.FAIL,
    agent_pb2.AGENT_LOST_POLICY_WAIT: AgentLostPolicy.WAIT,
}
_REASONS: Mapping[agent_pb2.Cancel.Reason.ValueType, CancelReason] = {
    agent_pb2.Cancel.REASON_TIMEOUT: CancelReason.TIMEOUT,
    agent_pb2.Cancel.REASON_SUPERSEDED: CancelReason.SUPERSEDED,
}


def decode(message: agent_pb2.CoordinatorMessage) -> tuple[int, Order | Answer]:
    """Read one message: its number, 0 where it has none, and what it says.

    Raises:
        ProtocolViolation: It breaks the rules of the contract.
    """
    content = _content(message)
    is_order = isinstance(content, Order)
    if is_order and message.sequence == 0 and not isinstance(content, Unknown):
        raise ProtocolViolation(f"{message.WhichOneof('message')} came without a number.")
    if not is_order and message.sequence != 0:
        raise ProtocolViolation(f"{message.WhichOneof('message')} came with a number.")
    return message.sequence, content


def _content(message: agent_pb2.CoordinatorMessage) -> Order | Answer:
    match message.WhichOneof("message"):
        case "assign":
            return _assign(message.assign)
        case "cancel":
            return _cancel(message.cancel)
        case "drain":
            return _drain(message.drain)
        case "remove_folder":
            return RemoveFolder(folder_id=_plain_id(message.remove_folder.folder_id, "folder"))
        case "heartbeat_reply":
            return HeartbeatReply(number=message.heartbeat_reply.number)
        case "ack":
            return Ack(sequence=message.ack.sequence)
        case "welcome":
            return _welcome(message.welcome)
        case "refusal":
            return Refusal(reason=message.refusal.reason, may_retry=message.refusal.may_retry)
        case _:
            return Unknown()


def _welcome(welcome: agent_pb2.Welcome) -> Welcome:
    return Welcome(
        software_version=welcome.software_version,
        last_received_sequence=welcome.last_received_sequence,
        heartbeat_interval=_duration(welcome.heartbeat_interval) or DEFAULT_HEARTBEAT_INTERVAL,
        lease=_duration(welcome.lease) or DEFAULT_LEASE,
        wants_catalog=welcome.wants_catalog,
        forget_attempt_ids=frozenset(AttemptId(each) for each in welcome.forget_attempt_ids),
        epoch=welcome.epoch,
        forget_folder_ids=frozenset(welcome.forget_folder_ids),
    )


def _assign(assign: agent_pb2.Assign) -> Assign:
    identity = TaskIdentity(
        attempt_id=_attempt_id(assign.attempt_id),
        execution_id=assign.execution_id,
        task_run_id=assign.task_run_id,
        namespace=assign.namespace,
        flow_id=assign.flow_id,
        flow_revision=assign.flow_revision,
        task_id=assign.task_id,
        attempt_number=assign.attempt_number,
    )
    return Assign(
        identity=identity,
        type_name=assign.type,
        properties=assign.properties,
        working_dir_token=assign.working_dir_token,
        output_dir_token=assign.output_dir_token,
        secrets=tuple(assign.secrets),
        timeout=_duration(assign.timeout) if assign.HasField("timeout") else None,
        credential=assign.credential,
        min_log_level=_LEVELS.get(assign.min_log_level, LogLevel.TRACE),
        max_disconnect=(
            _duration(assign.max_disconnect)
            if assign.HasField("max_disconnect")
            else DEFAULT_MAX_DISCONNECT
        ),
        on_agent_lost=_POLICIES.get(assign.on_agent_lost, AgentLostPolicy.RETRY),
        context=assign.context,
        shared_folder=_shared_folder(assign),
        outputs_key=assign.outputs_key,
        log_to_file=assign.log_to_file,
    )


def _shared_folder(assign: agent_pb2.Assign) -> SharedFolder | None:
    if not assign.HasField("shared_folder"):
        return None
    return SharedFolder(
        folder_id=_plain_id(assign.shared_folder.folder_id, "folder"),
        may_be_made=assign.shared_folder.may_be_made,
    )


def _cancel(cancel: agent_pb2.Cancel) -> Cancel:
    return Cancel(
        attempt_id=_attempt_id(cancel.attempt_id),
        reason=_REASONS.get(cancel.reason, CancelReason.KILLED),
        grace=_duration(cancel.grace) if cancel.HasField("grace") else DEFAULT_GRACE,
    )


def _drain(drain: agent_pb2.Drain) -> Drain:
    return Drain(
        deadline_at=drain.deadline.ToDatetime(UTC) if drain.HasField("deadline") else None,
        cancel_at_deadline=drain.cancel_at_deadline,
        undo=drain.undo,
    )


def _attempt_id(text: str) -> AttemptId:
    return AttemptId(_plain_id(text, "attempt"))


def _plain_id(text: str, what: str) -> str:
    if _PLAIN_ID.fullmatch(text) is None:
        raise ProtocolViolation(f"{text[:200]!r} is no {what} id.")
    return text


def _duration(duration: Duration) -> timedelta:
    return timedelta(seconds=duration.seconds, microseconds=duration.nanos / 1000)
