"""All attempts of this agent: takes them in, hands stops to them, knows which ones are held."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

import msgspec

from lanner_agent.admission import Doorstep, refusal
from lanner_agent.attempt import Attempt
from lanner_agent.attempt_record import AttemptRecord, CancelRecord
from lanner_agent.ids import AttemptId
from lanner_agent.lease import Lease
from lanner_agent.orders import AgentLostPolicy, Assign, Cancel, CancelReason
from lanner_agent.reports import Accepted, RefusalReason, Refused
from lanner_agent.services import Services
from lanner_agent.spool_record import Progress
from lanner_agent.stops import Stop, StopReason
from lanner_agent.task_run import TaskRun
from lanner_agent.tasks.contract import TaskType
from lanner_agent.work import assigned_attempt, decode_object, found_attempt, record_of

log = logging.getLogger(__name__)

# An order to run an attempt that has ended here, or was refused, is a late repetition.
REMEMBERED_ENDS = 10_000

_STOP_REASONS: Mapping[CancelReason, StopReason] = {
    CancelReason.KILLED: StopReason.KILLED,
    CancelReason.TIMEOUT: StopReason.DEADLINE,
    CancelReason.SUPERSEDED: StopReason.FORGOTTEN,
}


class Attempts:
    """The attempts that this agent holds.

    `run` must be running before any other call that takes or ends attempts.

    Attributes:
        next_fence_at: When, on the event loop's clock, fences are looked at next; absent: when
            `changed` says so.
        changed: An attempt has come whose fence is due before that.
    """

    def __init__(
        self,
        services: Services,
        task_types: Mapping[str, TaskType],
        lease: Lease,
    ) -> None:
        """Begin with none.

        Args:
            services: What they share.
            task_types: Task types by name and alias.
            lease: When to stop attempts without a link.
        """
        self._services = services
        self._task_types = task_types
        self._lease = lease
        self._runs: dict[AttemptId, TaskRun] = {}
        self._busy: set[AttemptId] = set()
        self._ended: dict[AttemptId, None] = {}
        self._group: asyncio.TaskGroup | None = None
        self.next_fence_at: float | None = None
        self.is_drained = False
        self.is_stopping = False
        self.changed = asyncio.Event()
        self.none_run = asyncio.Event()
        self.none_run.set()

    async def run(self) -> None:
        """Own the attempts' tasks; returns, when cancelled, after they have ended."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            await asyncio.Event().wait()  # no limit: until cancelled

    @property
    def is_draining(self) -> bool:
        """No new attempts are taken: an operator said so, or the agent is about to end."""
        return self.is_drained or self.is_stopping

    @property
    def busy_slots(self) -> int:
        """Slots in use."""
        return len(self._busy)

    def held_ids(self) -> frozenset[AttemptId]:
        """Attempts that run here, and those whose end is not acknowledged."""
        return frozenset(self._runs) | self._services.spool.finished_attempt_ids()

    def remembered_ids(self) -> frozenset[AttemptId]:
        """Attempts that are on disk."""
        return frozenset(self._services.attempt_log.records)

    def restore(self, progress: Mapping[AttemptId, Progress]) -> None:
        """Go on with what earlier boots left on disk.

        Args:
            progress: How far the logs in the spool are.
        """
        ended = self._services.spool.finished_attempt_ids()
        for attempt_id, record in list(self._services.attempt_log.records.items()):
            if attempt_id in ended:
                self._services.attempt_log.remove(attempt_id)
                continue
            kept = Progress(last_line=record.last_line, command_lines=record.command_lines)
            in_spool = progress.get(attempt_id, kept)
            shipped = max(kept, in_spool, key=lambda each: each.last_line)
            task_type = self._task_types.get(record.type_name)
            found = found_attempt(record, shipped, task_type, self._services)
            if record.folder_id:
                self._services.shared_folders.enter(record.folder_id, attempt_id, may_be_made=True)
            task_run = self._start(found, None)
            if record.cancel is not None:
                task_run.stop(_stop_of(record.cancel))

    def take(self, assign: Assign, doorstep: Doorstep) -> asyncio.Future[None] | None:
        """Take an attempt in, or refuse it.

        Returns:
            Ends when the attempt is durable here; absent: there is nothing to wait for.
        """
        attempt_id = assign.attempt_id
        if attempt_id in self._runs or attempt_id in self._ended:
            log.info("Attempt %s was assigned again and is known.", attempt_id)
            return None
        task_type = self._task_types.get(assign.type_name)
        folder = assign.shared_folder
        refused = refusal(
            doorstep,
            assign.type_name,
            is_known=task_type is not None,
            properties=decode_object(assign.properties) or {},
            has_folder=folder is not None and not folder.may_be_made and not self.is_stopping,
        )
        if refused is not None or task_type is None:
            reason, message = refused or (RefusalReason.UNKNOWN_TYPE, "")
            return self._refuse(attempt_id, reason, message)
        try:
            has_folder = folder is None or self._services.shared_folders.enter(
                folder.folder_id, attempt_id, may_be_made=folder.may_be_made
            )
        except OSError as error:
            message = f"The agent cannot make the shared folder: {error.strerror}."
            return self._refuse(attempt_id, RefusalReason.DISK, message)
        record = record_of(assign, self._lease.epoch)
        saved = self._services.attempt_log.save(record, is_durable=True)
        self._start(assigned_attempt(assign, record, task_type, has_folder=has_folder), saved)
        return saved

    def _refuse(
        self, attempt_id: AttemptId, reason: RefusalReason, message: str
    ) -> asyncio.Future[None]:
        log.warning("Attempt %s is refused: %s", attempt_id, message)
        # Not remembered: it may be assigned again under the same id when there is room for it.
        return self._services.spool.append(
            Refused(attempt_id=attempt_id, reason=reason, message=message)
        )

    def _start(self, attempt: Attempt, saved: asyncio.Future[None] | None) -> TaskRun:
        assert self._group is not None, "attempts start while `run` is running"
        attempt_id = attempt.record.attempt_id
        task_run = TaskRun(attempt, self._services, lambda: self._busy.discard(attempt_id))
        self._runs[attempt_id] = task_run
        self._busy.add(attempt_id)
        self.none_run.clear()
        self._mind_fence(attempt.record)
        self._group.create_task(self._live(attempt_id, task_run, saved))
        return task_run

    async def _live(
        self, attempt_id: AttemptId, task_run: TaskRun, saved: asyncio.Future[None] | None
    ) -> None:
        is_taken = False
        try:
            is_taken = saved is None or await self._is_accepted(attempt_id, saved)
            if is_taken:
                await task_run.run()
        except Exception:
            # One attempt must not end the others; after a restart it is reported lost.
            log.exception("Attempt %s: the agent itself failed.", attempt_id)
        finally:
            self._busy.discard(attempt_id)
            del self._runs[attempt_id]
            self._services.shared_folders.leave(task_run.record.folder_id, attempt_id)
            if is_taken:
                self._remember_end(attempt_id)
            if not self._runs:
                self.none_run.set()

    async def _is_accepted(self, attempt_id: AttemptId, saved: asyncio.Future[None]) -> bool:
        """Wait until the attempt is durable here, and say so; or that it cannot be."""
        try:
            await saved
        except OSError as error:
            message = f"The agent cannot write its data folder: {error.strerror}."
            self._services.attempt_log.remove(attempt_id)
            self._refuse(attempt_id, RefusalReason.DISK, message)
            return False
        self._services.spool.append(Accepted(attempt_id=attempt_id))
        return True

    def _remember_end(self, attempt_id: AttemptId) -> None:
        self._ended[attempt_id] = None
        if len(self._ended) > REMEMBERED_ENDS:
            del self._ended[next(iter(self._ended))]

    def cancel(self, cancel: Cancel) -> asyncio.Future[None] | None:
        """End an attempt; one that is unknown has ended already.

        Returns:
            Ends when the request is on disk; absent: there is nothing to wait for.
        """
        if cancel.reason is CancelReason.SUPERSEDED:
            self.forget([cancel.attempt_id])
            return None
        task_run = self._runs.get(cancel.attempt_id)
        record = self._services.attempt_log.records.get(cancel.attempt_id)
        if task_run is None or record is None:
            return None
        order = CancelRecord(reason=cancel.reason, grace_seconds=cancel.grace.total_seconds())
        task_run.stop(_stop_of(order))
        cancelled = msgspec.structs.replace(record, cancel=order)
        return self._services.attempt_log.save(cancelled, is_durable=True)

    def forget(self, attempt_ids: Iterable[AttemptId]) -> None:
        """End attempts that are no longer current, and report nothing of them."""
        forgotten = frozenset(attempt_ids)
        for attempt_id in sorted(forgotten & self._runs.keys()):
            log.info("Attempt %s is no longer current and is stopped.", attempt_id)
            self._runs[attempt_id].stop(Stop(reason=StopReason.FORGOTTEN))
        self._services.spool.forget(forgotten)

    def forget_later_epochs(self, epoch: int) -> None:
        """End attempts that the coordinator cannot know: its store was restored from a backup."""
        self.forget(
            attempt_id
            for attempt_id, task_run in self._runs.items()
            if task_run.record.epoch > epoch
        )

    def stop_all(self, stop: Stop, *, leave_commands: bool) -> None:
        """End all attempts.

        Args:
            stop: How those are ended that end with the agent.
            leave_commands: Commands that can be found again are left running instead.
        """
        leave = Stop(reason=StopReason.AGENT_LEAVES)
        for task_run in list(self._runs.values()):
            task_run.stop(leave if leave_commands and task_run.may_be_left else stop)

    def fences(self) -> Iterator[tuple[float, TaskRun]]:
        """When, on the event loop's clock, which attempts must be stopped without a link."""
        for task_run in self._runs.values():
            if task_run.record.on_agent_lost is AgentLostPolicy.RETRY:
                yield self._lease.fence_at(task_run.record.max_disconnect), task_run

    def _mind_fence(self, record: AttemptRecord) -> None:
        """Have fences looked at again if this attempt's is the first to be due.

        They are anyway at the date that is waited for, with all attempts of that time.
        """
        if record.on_agent_lost is AgentLostPolicy.RETRY and (
            self.next_fence_at is None
            or self._lease.fence_at(record.max_disconnect) < self.next_fence_at
        ):
            self.changed.set()


def _stop_of(cancel: CancelRecord) -> Stop:
    grace = timedelta(seconds=cancel.grace_seconds)
    return Stop(reason=_STOP_REASONS[cancel.reason], grace=grace)
