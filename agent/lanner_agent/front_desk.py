"""Carries out what the coordinator says: new attempts, cancels, draining, what to forget."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

from lanner_agent.admission import Doorstep
from lanner_agent.attempts import Attempts
from lanner_agent.clock import Clock
from lanner_agent.command_runners import CommandRunners
from lanner_agent.figures import HostWatch
from lanner_agent.inbox import Inbox
from lanner_agent.lease import Lease
from lanner_agent.orders import Assign, Cancel, Drain, RemoveFolder, Welcome
from lanner_agent.reports import Heartbeat, Hello
from lanner_agent.shared_folders import SharedFolders
from lanner_agent.stops import Stop, StopReason

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCard:
    """What does not change while the agent runs.

    Attributes:
        agent_id: Its stable name.
        boot_id: New at each start of the process.
        software_version: For people.
        slots: How many attempts may run at once.
        labels: What a task may ask for.
        min_disk_free_bytes: With less no attempt is taken.
        catalog_sha256: Of the task types.
    """

    agent_id: str
    boot_id: str
    software_version: str
    slots: int
    labels: Mapping[str, str] = field(default_factory=dict)
    min_disk_free_bytes: int
    catalog_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskParts:
    """What the desk works with.

    Attributes:
        attempts: The agent's attempts.
        shared_folders: Those that attempts share.
        inbox: Numbers of what was received.
        lease: The agent's lease.
        host: Figures of the host.
        runners: The agent's runners.
        clock: Tells the time of day.
    """

    attempts: Attempts
    shared_folders: SharedFolders
    inbox: Inbox
    lease: Lease
    host: HostWatch
    runners: CommandRunners
    clock: Clock


class FrontDesk:
    """The agent as the coordinator's messages meet it."""

    def __init__(self, card: AgentCard, parts: DeskParts) -> None:
        self._card = card
        self._attempts = parts.attempts
        self._shared_folders = parts.shared_folders
        self._inbox = parts.inbox
        self._lease = parts.lease
        self._host = parts.host
        self._runners = parts.runners
        self._clock = parts.clock
        self._deadline: asyncio.TimerHandle | None = None

    def hello(self) -> Hello:
        """Who dials, as of now."""
        return Hello(
            software_version=self._card.software_version,
            agent_id=self._card.agent_id,
            boot_id=self._card.boot_id,
            hostname=socket.gethostname(),
            slots=self._card.slots,
            labels=self._card.labels,
            catalog_sha256=self._card.catalog_sha256,
            held_attempt_ids=sorted(self._attempts.held_ids()),
            last_received_sequence=self._inbox.last_received,
            epoch=self._lease.epoch,
            sent_at=self._clock.now(),
            held_folder_ids=sorted(self._shared_folders.held_ids()),
        )

    def heartbeat(self, number: int) -> Heartbeat:
        """How the agent is, as of now."""
        figures = self._host.figures
        return Heartbeat(
            number=number,
            sent_at=self._clock.now(),
            busy_slots=self._attempts.busy_slots,
            is_draining=self._attempts.is_draining,
            cpu_load=figures.cpu_load,
            memory_used_bytes=figures.memory_used_bytes,
            memory_total_bytes=figures.memory_total_bytes,
            disk_free_bytes=figures.disk_free_bytes,
            has_container_engine=self._runners.has_container_engine,
            labels=self._card.labels,
        )

    def welcomed(self, welcome: Welcome, seconds_ago: float) -> None:
        """The coordinator took the agent: renew the lease, forget what is not current."""
        log.info("Connected to the coordinator, version %s.", welcome.software_version)
        self._attempts.forget(welcome.forget_attempt_ids)
        self._shared_folders.remove(welcome.forget_folder_ids)
        if welcome.epoch < self._lease.epoch:
            log.warning(
                "The coordinator's store went back from epoch %d to %d: later attempts end.",
                self._lease.epoch,
                welcome.epoch,
            )
            self._attempts.forget_later_epochs(welcome.epoch)
        self._lease.granted(welcome.lease, welcome.epoch, seconds_ago)

    def heartbeat_answered(self, seconds_ago: float) -> None:
        """Renew the lease."""
        self._lease.renewed(seconds_ago, is_held=self._attempts.busy_slots > 0)

    def take(self, order: Assign | Cancel | Drain | RemoveFolder) -> asyncio.Future[None] | None:
        """Carry out an order."""
        match order:
            case Assign():
                return self._attempts.take(order, self._doorstep())
            case Cancel():
                return self._attempts.cancel(order)
            case Drain():
                self._drain(order)
            case RemoveFolder():
                self._shared_folders.remove([order.folder_id])
        return None

    def _doorstep(self) -> Doorstep:
        return Doorstep(
            free_slots=self._card.slots - self._attempts.busy_slots,
            is_draining=self._attempts.is_draining,
            disk_free_bytes=self._host.figures.disk_free_bytes,
            min_disk_free_bytes=self._card.min_disk_free_bytes,
            has_container_engine=self._runners.has_container_engine,
        )

    def _drain(self, drain: Drain) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._attempts.is_drained = not drain.undo
        if drain.undo:
            log.info("Back to work.")
            return
        log.info("Draining: no new attempts are taken until the drain is undone.")
        if drain.deadline_at is not None and drain.cancel_at_deadline:
            seconds = (drain.deadline_at - self._clock.now()).total_seconds()
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(max(0.0, seconds), self._end_all)

    def _end_all(self) -> None:
        log.info("The deadline of draining passed: running attempts are cancelled.")
        self._attempts.stop_all(Stop(reason=StopReason.KILLED), leave_commands=False)
