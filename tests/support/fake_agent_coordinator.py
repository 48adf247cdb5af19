"""A coordinator for tests of the agent: keeps the protocol's rules, and breaks them when asked to.

    async with FakeCoordinator(folder / "coordinator.sock") as coordinator:
        attempt_id = coordinator.assign("test.Echo", {"text": "hello"})
        finished = await coordinator.finished(attempt_id)

What it knows durably (attempts, reports, files) outlives `restart`; what a coordinator keeps in
memory (numbers, sessions) does not.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

import grpc
from google.protobuf.duration_pb2 import Duration
from grpc import aio

from lanner_proto.v1 import agent_pb2, agent_pb2_grpc
from tests.support.agent_artifacts import ArtifactShelf
from tests.support.agent_reports import ReportBook
from tests.support.eventually import eventually

Context = aio.ServicerContext[agent_pb2.AgentMessage, agent_pb2.CoordinatorMessage]


@dataclass(slots=True, kw_only=True)
class _Lineage:
    """What is kept in memory for one boot of an agent."""

    received: int = 0
    sent: int = 0
    unacknowledged: dict[int, agent_pb2.CoordinatorMessage] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Link:
    """One open stream."""

    context: Context
    lineage: _Lineage
    outgoing: asyncio.Queue[agent_pb2.CoordinatorMessage | None]


class FakeCoordinator(ReportBook, ArtifactShelf, agent_pb2_grpc.AgentServiceServicer):
    """One coordinator with any number of agents; `async with` serves at a Unix socket."""

    def __init__(
        self,
        socket: Path,
        *,
        lease_seconds: float = 30.0,
        heartbeat_seconds: float = 0.2,
    ) -> None:
        ReportBook.__init__(self)
        ArtifactShelf.__init__(self)
        self.target = f"unix:{socket}"
        self.lease_seconds = lease_seconds
        self.heartbeat_seconds = heartbeat_seconds
        self.epoch = 1
        self.hellos: list[agent_pb2.Hello] = []
        self.heartbeats: list[agent_pb2.Heartbeat] = []
        self.catalogs: dict[str, agent_pb2.Catalog] = {}
        self.sequences: list[int] = []
        self.acknowledged_orders = 0
        self.refused_count = 0
        self.current: set[str] = set()
        self.folders: set[str] = set()
        self._ids = count(1)
        self._lineages: dict[tuple[str, str], _Lineage] = {}
        self._waiting: list[agent_pb2.CoordinatorMessage] = []
        self._link: _Link | None = None
        self._server: aio.Server | None = None
        self._end_code = grpc.StatusCode.UNAVAILABLE

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Serve."""
        self._server = aio.server(options=[("grpc.so_reuseport", 0)])
        agent_pb2_grpc.add_AgentServiceServicer_to_server(self, self._server)
        self._server.add_insecure_port(self.target)
        await self._server.start()

    async def stop(self) -> None:
        """Break everything off, as a crash does: nothing is said to the agents."""
        if self._server is not None:
            await self._server.stop(None)
            self._server = None
            self._link = None

    async def restart(self) -> None:
        """Crash and come back without what was in memory."""
        await self.stop()
        self._take_back(set())
        self._lineages.clear()
        await self.start()

    def drop_stream(self) -> None:
        """Cut the agent's stream."""
        if self._link is not None:
            self._link.outgoing.put_nowait(None)

    @property
    def is_linked(self) -> bool:
        """An agent has an open stream."""
        return self._link is not None

    async def linked(self) -> None:
        """Wait for an agent."""
        await eventually(lambda: self.is_linked, 10)

    async def idle(self) -> None:
        """Wait for a heartbeat, sent from now on, of an agent that runs nothing."""
        known = len(self.heartbeats) + 1
        await eventually(lambda: any(each.busy_slots == 0 for each in self.heartbeats[known:]))

    def assign(
        self,
        type_name: str,
        properties: Mapping[str, object] | bytes = b"{}",
        *,
        attempt_id: str | None = None,
        secrets: tuple[str, ...] = (),
        timeout: timedelta | None = None,
        max_disconnect: timedelta = timedelta(minutes=5),
        on_agent_lost: agent_pb2.AgentLostPolicy.ValueType = agent_pb2.AGENT_LOST_POLICY_RETRY,
        shared_folder: agent_pb2.SharedFolder | None = None,
        outputs_key: bytes = b"",
        log_to_file: bool = False,
    ) -> str:
        """Give an attempt to the agent, or to the next one that comes; its id."""
        attempt_id = attempt_id or f"attempt-{next(self._ids)}"
        encoded = properties if isinstance(properties, bytes) else json.dumps(properties).encode()
        assign = agent_pb2.Assign(
            attempt_id=attempt_id,
            execution_id=f"execution-of-{attempt_id}",
            task_run_id=f"task-run-of-{attempt_id}",
            namespace="tests",
            flow_id="flow",
            flow_revision=1,
            task_id="task",
            type=type_name,
            attempt_number=1,
            properties=encoded,
            working_dir_token="@working-dir@",
            output_dir_token="@output-dir@",
            secrets=secrets,
            timeout=_duration(timeout),
            credential=f"credential-of-{attempt_id}",
            max_disconnect=_duration(max_disconnect),
            on_agent_lost=on_agent_lost,
            context=b'{"flow": {"id": "flow"}}',
            shared_folder=shared_folder,
            outputs_key=outputs_key,
            log_to_file=log_to_file,
        )
        self.current.add(attempt_id)
        self.order(agent_pb2.CoordinatorMessage(assign=assign))
        return attempt_id

    def cancel(
        self,
        attempt_id: str,
        reason: agent_pb2.Cancel.Reason.ValueType = agent_pb2.Cancel.REASON_KILLED,
        grace: timedelta = timedelta(seconds=1),
    ) -> None:
        """Ask for an attempt's end."""
        cancel = agent_pb2.Cancel(attempt_id=attempt_id, reason=reason, grace=_duration(grace))
        self.order(agent_pb2.CoordinatorMessage(cancel=cancel))

    def remove_folder(self, folder_id: str) -> None:
        """Say that nothing works in a shared folder any more."""
        removal = agent_pb2.RemoveFolder(folder_id=folder_id)
        self.order(agent_pb2.CoordinatorMessage(remove_folder=removal))

    def drain(self, drain: agent_pb2.Drain | None = None) -> None:
        """Ask the agent to take no more work."""
        self.order(agent_pb2.CoordinatorMessage(drain=drain or agent_pb2.Drain()))

    def order(self, message: agent_pb2.CoordinatorMessage) -> None:
        """Number a message and send it, now or when an agent comes."""
        if self._link is None:
            self._waiting.append(message)
        else:
            self._number(self._link, message)

    def send_raw(self, message: agent_pb2.CoordinatorMessage) -> None:
        """Send a message as it is, whatever the rules say."""
        assert self._link is not None, "an agent is linked"
        self._link.outgoing.put_nowait(message)

    async def Session(  # type: ignore[override]  # the stub knows the iterator styles only
        self, request_iterator: object, context: Context
    ) -> None:
        """Serve one agent's stream."""
        first = await context.read()
        assert isinstance(first, agent_pb2.AgentMessage)
        assert first.HasField("hello"), "a stream begins with Hello"
        if self.faults.refusal is not None:
            self.refused_count += 1
            await context.write(agent_pb2.CoordinatorMessage(refusal=self.faults.refusal))
            return
        hello = first.hello
        self.hellos.append(hello)
        if self._link is not None:
            self._link.outgoing.put_nowait(None)
        link = self._link = self._welcome(hello, context)
        try:
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(self._read(link))
                await self._write(link)
                reading.cancel()
        finally:
            if self._link is link:
                self._link = None
        await context.abort(self._end_code, "cut by the test")

    def _welcome(self, hello: agent_pb2.Hello, context: Context) -> _Link:
        boot = (hello.agent_id, hello.boot_id)
        if boot not in self._lineages:
            self._take_back(set(hello.held_attempt_ids))
        lineage = self._lineages.setdefault(boot, _Lineage())
        if self.faults.goes_on_counting:
            lineage.sent = max(lineage.sent, hello.last_received_sequence)
        link = _Link(context=context, lineage=lineage, outgoing=asyncio.Queue())
        welcome = agent_pb2.Welcome(
            protocol_version=1,
            software_version="test",
            last_received_sequence=lineage.received,
            heartbeat_interval=_duration(timedelta(seconds=self.heartbeat_seconds)),
            lease=_duration(timedelta(seconds=self.lease_seconds)),
            wants_catalog=hello.catalog_sha256 not in self.catalogs,
            forget_attempt_ids=sorted(set(hello.held_attempt_ids) - self.current),
            epoch=self.epoch,
            forget_folder_ids=sorted(set(hello.held_folder_ids) - self.folders),
        )
        link.outgoing.put_nowait(agent_pb2.CoordinatorMessage(welcome=welcome))
        for message in lineage.unacknowledged.values():
            link.outgoing.put_nowait(message)
        waiting, self._waiting = self._waiting, []
        for message in waiting:
            self._number(link, message)
        return link

    def _take_back(self, held_attempt_ids: set[str]) -> None:
        """Keep for the next lineage what earlier ones, all over now, did not acknowledge."""
        for lineage in self._lineages.values():
            for message in lineage.unacknowledged.values():
                attempt_id = message.assign.attempt_id
                is_over = message.HasField("assign") and attempt_id not in self.current
                if not is_over and attempt_id not in held_attempt_ids:
                    self._waiting.append(message)
            lineage.unacknowledged.clear()

    def _number(self, link: _Link, message: agent_pb2.CoordinatorMessage) -> None:
        link.lineage.sent += 1
        message.sequence = link.lineage.sent
        link.lineage.unacknowledged[message.sequence] = message
        for _ in range(2 if self.faults.sends_twice else 1):
            link.outgoing.put_nowait(message)

    async def _write(self, link: _Link) -> None:
        while message := await link.outgoing.get():
            await link.context.write(message)

    async def _read(self, link: _Link) -> None:
        while True:
            message: object = await link.context.read()
            if not isinstance(message, agent_pb2.AgentMessage):
                link.outgoing.put_nowait(None)
                return
            many = message.batch.messages if message.HasField("batch") else [message]
            for one in many:
                await self._take(link, one)

    async def _take(self, link: _Link, message: agent_pb2.AgentMessage) -> None:
        match message.WhichOneof("message"):
            case "heartbeat":
                self._heartbeat(link, message.heartbeat)
            case "catalog":
                catalog = message.catalog
                content = catalog.SerializeToString(deterministic=True)
                self.catalogs[hashlib.sha256(content).hexdigest()] = catalog
            case "ack":
                self._acknowledged(link, message.ack.sequence)
            case _:
                await self._report(link, message)

    def _heartbeat(self, link: _Link, heartbeat: agent_pb2.Heartbeat) -> None:
        self.heartbeats.append(heartbeat)
        if not self.faults.mute:
            reply = agent_pb2.HeartbeatReply(number=heartbeat.number)
            link.outgoing.put_nowait(agent_pb2.CoordinatorMessage(heartbeat_reply=reply))

    def _acknowledged(self, link: _Link, sequence: int) -> None:
        for number in [each for each in link.lineage.unacknowledged if each <= sequence]:
            del link.lineage.unacknowledged[number]
            self.acknowledged_orders += 1

    async def _report(self, link: _Link, message: agent_pb2.AgentMessage) -> None:
        if self.faults.cut_after_reports is not None:
            self.faults.cut_after_reports -= 1
            if self.faults.cut_after_reports <= 0:
                self.faults.cut_after_reports = None
                link.outgoing.put_nowait(None)
                return
        self.sequences.append(message.sequence)
        if message.sequence > link.lineage.received:
            assert link.lineage.received == message.sequence - 1, "a number is missing"
            link.lineage.received = message.sequence
            self._keep(message)
        if not self.faults.holds_acks:
            await asyncio.sleep(self.faults.ack_delay_seconds)
            ack = agent_pb2.Ack(sequence=link.lineage.received)
            link.outgoing.put_nowait(agent_pb2.CoordinatorMessage(ack=ack))

    def _keep(self, message: agent_pb2.AgentMessage) -> None:
        self.reports.append(message)
        if message.WhichOneof("message") == self.faults.taken_over_at:
            self._end_code = grpc.StatusCode.ALREADY_EXISTS
            self.drop_stream()
        if message.HasField("finished"):
            self.current.discard(message.finished.attempt_id)
        elif message.HasField("refused"):
            self.current.discard(message.refused.attempt_id)


def _duration(length: timedelta | None) -> Duration | None:
    if length is None:
        return None
    duration = Duration()
    duration.FromTimedelta(length)
    return duration
