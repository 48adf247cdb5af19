"""What the fake coordinator knows, what it was asked, and what it was told to do wrong."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import grpc
import grpc.aio
from google.protobuf.message import Message

from lanner_proto.v1 import (
    artifact_pb2,
    batch_pb2,
    execution_pb2,
    flow_pb2,
    key_value_pb2,
    log_pb2,
    namespace_pb2,
    secret_pb2,
    server_pb2,
    state_pb2,
    template_pb2,
    trigger_pb2,
)
from lanner_proto.values import to_timestamp

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fault:
    """A call that goes wrong: at its start or, for a stream, after some messages."""

    status: grpc.StatusCode
    message: str
    after_messages: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How executions of a flow end, at once: their state, one task run and its log lines."""

    state: state_pb2.State.ValueType = state_pb2.STATE_SUCCESS
    log_texts: tuple[str, ...] = ()
    outputs: Mapping[str, object] = field(default_factory=dict)
    error: str = ""


@dataclass(slots=True)
class FakeState:
    """Everything behind the calls; tests read and change it, then call `notify`.

    Flows are kept by (namespace, id) with all revisions, oldest first; triggers by
    (namespace, flow, id). `outcomes` holds flows whose executions end at once; the others stay
    CREATED until a test changes them.
    """

    flows: dict[tuple[str, str], list[flow_pb2.Flow]] = field(default_factory=dict)
    checks: dict[str, flow_pb2.FlowCheck] = field(default_factory=dict)
    executions: dict[str, execution_pb2.Execution] = field(default_factory=dict)
    logs: dict[str, list[log_pb2.LogEntry]] = field(default_factory=dict)
    triggers: dict[tuple[str, str, str], trigger_pb2.Trigger] = field(default_factory=dict)
    key_values: dict[tuple[str, str], key_value_pb2.KeyValue] = field(default_factory=dict)
    templates: dict[tuple[str, str], template_pb2.Template] = field(default_factory=dict)
    secrets: dict[tuple[str, str], secret_pb2.Secret] = field(default_factory=dict)
    namespaces: dict[str, namespace_pb2.Namespace] = field(default_factory=dict)
    namespace_files: dict[tuple[str, str], list[bytes]] = field(default_factory=dict)
    batches: dict[str, batch_pb2.Batch] = field(default_factory=dict)
    batch_items: dict[str, list[batch_pb2.BatchItem]] = field(default_factory=dict)
    agents: dict[str, server_pb2.Agent] = field(default_factory=dict)
    artifacts: dict[str, bytes] = field(default_factory=dict)
    artifact_headers: dict[str, artifact_pb2.ArtifactHeader] = field(default_factory=dict)
    damages_downloads: bool = False
    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    pauses: dict[str, list[execution_pb2.Pause]] = field(default_factory=dict)
    request_ids: dict[str, str] = field(default_factory=dict)
    status: server_pb2.GetStatusResponse = field(
        default_factory=lambda: server_pb2.GetStatusResponse(
            software_version="0.1.0",
            protocol_version=1,
            is_ready=True,
            started_at=to_timestamp(START),
            now=to_timestamp(START),
        )
    )
    calls: list[tuple[str, Message]] = field(default_factory=list)
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    hanging: set[str] = field(default_factory=set)
    open_streams: int = 0
    drops: int = 0
    _change: asyncio.Event = field(default_factory=asyncio.Event)

    def notify(self) -> None:
        """Wake every open stream: something changed."""
        self._change.set()
        self._change = asyncio.Event()

    def drop_streams(self) -> None:
        """End every open stream with UNAVAILABLE."""
        self.drops += 1
        self.notify()

    async def changed(self) -> None:
        """Wait for the next `notify`; without limit, as the caller's stream has none."""
        await self._change.wait()

    async def enter(
        self,
        call: str,
        request: Message,
        context: grpc.aio.ServicerContext[Message, Message],
    ) -> None:
        """Note the call, then fail or hang when that was scripted."""
        self.calls.append((call, request))
        if call in self.hanging:
            await asyncio.Event().wait()
        if self.faults.get(call) and not self.faults[call][0].after_messages:
            fault = self.faults[call].popleft()
            await context.abort(fault.status, fault.message)

    async def sent(
        self, call: str, count: int, context: grpc.aio.ServicerContext[Message, Message]
    ) -> None:
        """Fail a stream that has sent `count` messages, when that was scripted."""
        scripted = self.faults.get(call)
        if scripted and 0 < scripted[0].after_messages <= count:
            fault = scripted.popleft()
            await context.abort(fault.status, fault.message)
