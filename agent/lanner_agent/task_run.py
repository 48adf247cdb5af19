"""One attempt's life on the agent: from its record on disk to its end, reported exactly once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import traceback
from collections.abc import Callable
from datetime import timedelta

import msgspec

from lanner_agent.artifacts import Artifacts
from lanner_agent.attempt import Attempt
from lanner_agent.attempt_context import AttemptContext, AttemptFacts, AttemptTools
from lanner_agent.attempt_logging import AttemptLogging
from lanner_agent.attempt_record import AttemptRecord, MetricRecord, RunningRecord
from lanner_agent.endings import of_error, of_result, report_of
from lanner_agent.errors import RunnerError
from lanner_agent.metrics import Metrics, masked_metric
from lanner_agent.reports import Metric, Started
from lanner_agent.services import Services
from lanner_agent.stops import ENDINGS, Ending, Stop, StopReason
from lanner_agent.tasks.contract import TaskFailed, TaskIdentity

log = logging.getLogger(__name__)

# A container engine that does not answer by then keeps the container until the agent's next start.
ADOPTION_SECONDS = 10.0


class TaskRun:
    """Runs one attempt. `run` is called once; `stop` may come at any time, from other tasks."""

    def __init__(self, attempt: Attempt, services: Services, on_end: Callable[[], None]) -> None:
        """Begin with nothing started.

        Args:
            attempt: What to run.
            services: What it shares with others.
            on_end: Called when its slot is free, right before its end is reported.
        """
        self._attempt = attempt
        self._record = attempt.record
        self._services = services
        self._on_end = on_end
        self._metrics = Metrics(_metric(each) for each in attempt.record.metrics)
        self._folder = services.folder.work_folder(
            attempt.record.attempt_id, attempt.record.folder_id
        )
        self._logging = AttemptLogging(attempt, services, self._folder)
        self._logs = self._logging.stream
        self._artifacts = Artifacts(
            services.open_artifacts(attempt.record.attempt_id, attempt.record.credential),
            self._folder.artifacts,
            attempt.record.max_disconnect,
        )
        self._context: AttemptContext | None = None
        self._stop: Stop | None = None
        self._working: asyncio.Task[object] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_started = attempt.record.is_running

    @property
    def record(self) -> AttemptRecord:
        """What is remembered of it."""
        return self._record

    @property
    def may_be_left(self) -> bool:
        """Its command goes on without the agent and can be found again."""
        return self._record.is_running and self._attempt.may_resume

    @property
    def is_stopping(self) -> bool:
        """It was told to end."""
        return self._stop is not None

    def stop(self, stop: Stop) -> None:
        """End it; only the first reason counts, except that the coordinator may forget it later."""
        if self._stop is not None:
            if stop.reason is StopReason.FORGOTTEN:
                self._stop = stop
            return
        self._stop = stop
        if self._context is not None:
            self._context.stop_order.grace = stop.grace
            self._context.stop_order.leave_running = stop.reason is StopReason.AGENT_LEAVES
        if self._working is not None:
            self._working.cancel()

    async def run(self) -> None:
        """Work, report the end, clean up."""
        try:
            async with asyncio.TaskGroup() as group:
                self._context = self._new_context(group)
                ending = await self._ending(self._context)
        finally:
            self._cancel_timer()
            self._logs.flush()
            self._on_end()
        if self._stop is not None and self._stop.reason is StopReason.AGENT_LEAVES:
            return
        if ending is not None:
            await self._report(ending)
        self._services.attempt_log.remove(self._record.attempt_id)
        await self._clean_up(self._context)

    def _new_context(self, group: asyncio.TaskGroup) -> AttemptContext:
        record, services = self._record, self._services
        tools = AttemptTools(
            clock=services.clock,
            runners=services.runners,
            folder=self._folder,
            logs=self._logs,
            masker=self._attempt.masker,
            metrics=self._metrics,
            artifacts=self._artifacts,
            kept_folders=services.kept_folders,
            web_policy=services.web_policy,
            group=group,
        )
        facts = AttemptFacts(
            identity=_identity(record),
            working_dir_token=record.working_dir_token,
            output_dir_token=record.output_dir_token,
            variables=self._attempt.variables,
        )
        return AttemptContext(facts, tools, self._say_started, self._remember)

    async def _ending(self, context: AttemptContext) -> Ending | None:
        """How it ended; absent where nobody is to be told."""
        self._working = asyncio.current_task()
        self._start_timer()
        try:
            if self._stop is None:
                ending = of_result(await self._attempt.work(context))
                self._say_started("this agent")
                return ending
        except asyncio.CancelledError:
            if self._stop is None or self._working is None:
                raise
            self._working.uncancel()
        except Exception as error:  # noqa: BLE001 (a task type is foreign code: any end is reported)
            if self._stop is None:
                return self._failure(error)
            log.warning("Attempt %s: stopping failed: %s", self._record.attempt_id, _name(error))
        finally:
            self._working = None
        assert self._stop is not None, "only a stop leads here"
        if self._stop.reason is not StopReason.AGENT_LEAVES:
            await self._adopt(context)
        return ENDINGS[self._stop.reason]

    async def _adopt(self, context: AttemptContext) -> None:
        if self._attempt.adopt is None or context.has_commands:
            return
        try:
            async with asyncio.timeout(ADOPTION_SECONDS):
                await self._attempt.adopt(context)
        except (TimeoutError, RunnerError) as error:
            log.warning("Attempt %s left something: %s", self._record.attempt_id, _name(error))

    def _failure(self, error: Exception) -> Ending:
        ending = of_error(error)
        if not isinstance(error, TaskFailed | RunnerError):
            text = self._attempt.masker.mask("".join(traceback.format_exception(error)))
            log.error("Attempt %s: its task type failed:\n%s", self._record.attempt_id, text)
        return ending

    def _start_timer(self) -> None:
        """Preparing may take as long as the timeout, and running then again."""
        running, seconds = self._record.running, self._record.timeout_seconds
        if running is not None and running.deadline_at is not None:
            left = running.deadline_at - self._services.clock.now()
            seconds = max(0.0, left.total_seconds())
        self._cancel_timer()
        if seconds is not None:
            stop = Stop(reason=StopReason.TIMEOUT)
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(seconds, self.stop, stop)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _say_started(self, description: str) -> None:
        if self._is_started:
            return
        self._is_started = True
        now = self._services.clock.now()
        self._services.spool.append(
            Started(
                attempt_id=self._record.attempt_id,
                at=now,
                runner=self._attempt.masker.mask(description),
            )
        )
        self._start_timer()

    def _remember(self, running: RunningRecord) -> asyncio.Future[None] | None:
        """Keep on disk, and the secrets in memory, what a restarted agent needs.

        Returns:
            Ends when it is written, so that a killed agent finds it; absent: nothing is kept.
        """
        if not self._attempt.may_resume:
            return None
        deadline_at = None
        if self._record.timeout_seconds is not None and not running.is_preparing:
            timeout = timedelta(seconds=self._record.timeout_seconds)
            deadline_at = self._services.clock.now() + timeout
        self._record = msgspec.structs.replace(
            self._services.attempt_log.records.get(self._record.attempt_id, self._record),
            running=msgspec.structs.replace(running, deadline_at=deadline_at),
            metrics=tuple(
                _metric_record(masked_metric(metric, self._attempt.masker))
                for metric in self._metrics.all()
            ),
        )
        attempt_id, secrets = self._record.attempt_id, self._attempt.secrets
        if secrets and running.is_preparing:
            memory = self._services.secret_memory
            self._services.disk.write(lambda: memory.keep(attempt_id, secrets))
        return self._services.attempt_log.save(self._record)

    async def _report(self, ending: Ending) -> None:
        is_stopped = self._stop is not None
        log_file = await self._logging.store(self._artifacts, is_stopped=is_stopped)
        finished = report_of(
            ending,
            attempt_id=self._record.attempt_id,
            at=self._services.clock.now(),
            metrics=self._metrics.all(),
            last_line=self._logging.last_line,
            masker=self._attempt.masker,
            outputs_key=self._record.outputs_key,
            secret_outputs=self._attempt.secret_outputs,
            log_file=log_file,
        )
        why = f": {finished.error}" if finished.error else ""
        log.info("Attempt %s ended %s%s", finished.attempt_id, finished.state, why)
        # The report is sent while it is being written: whichever is durable first keeps it. Only
        # then may the attempt be forgotten here.
        with contextlib.suppress(OSError):  # the disk has logged it; the report stays in memory
            await self._services.spool.append(finished)

    async def _clean_up(self, context: AttemptContext) -> None:
        try:
            await context.discard()
        except RunnerError as error:
            log.warning("Attempt %s left something behind: %s", self._record.attempt_id, error)
        if self._attempt.record.has_secrets:
            self._services.secret_memory.forget(self._record.attempt_id)
        self._services.trash.add(self._folder)


def _name(error: Exception) -> str:
    return type(error).__name__


def _identity(record: AttemptRecord) -> TaskIdentity:
    return TaskIdentity(
        attempt_id=record.attempt_id,
        execution_id=record.execution_id,
        task_run_id=record.task_run_id,
        namespace=record.namespace,
        flow_id=record.flow_id,
        flow_revision=record.flow_revision,
        task_id=record.task_id,
        attempt_number=record.attempt_number,
    )


def _metric(record: MetricRecord) -> Metric:
    return Metric(name=record.name, kind=record.kind, value=record.value, tags=record.tags)


def _metric_record(metric: Metric) -> MetricRecord:
    return MetricRecord(
        name=metric.name, kind=metric.kind, value=metric.value, tags=dict(metric.tags)
    )
