"""Watching an execution until it ends: what is told on the way and how the program ends then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec.structs import replace

from lanner_console.cli.errors import CliError
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.table import cell_text
from lanner_console.cli.times import duration_text
from lanner_console.cli.visible import visible
from lanner_console.models import (
    ExecutionDetail,
    ExecutionRow,
    ExecutionUpdate,
    State,
    TaskRunRow,
)

if TYPE_CHECKING:
    from lanner_console.client import ConsoleClient

CODE_OF_STATE: Mapping[State, ExitCode] = {
    State.FAILED: ExitCode.FAILED,
    State.KILLED: ExitCode.KILLED,
    State.CANCELLED: ExitCode.KILLED,
    State.PAUSED: ExitCode.PAUSED,
}


@dataclass(slots=True)
class LiveExecution:
    """An execution as its updates come in; each update costs what changed, not the whole.

    Attributes:
        detail: As of the last snapshot, with the newest summary and outputs.
        task_runs: The newest of each, by id.
    """

    detail: ExecutionDetail | None = None
    task_runs: dict[str, TaskRunRow] = field(default_factory=dict)

    def take(self, update: ExecutionUpdate) -> list[TaskRunRow]:
        """Take an update in, and return the task runs whose state is another one now."""
        if update.snapshot is not None:
            coming = list(update.snapshot.task_runs.values())
            self.detail = update.snapshot
        else:
            coming = list(update.changed_task_runs)
        changed = [run for run in coming if self._state_of(run.id) is not run.state]
        if update.snapshot is not None:
            self.task_runs = {}
        self.task_runs.update((run.id, run) for run in coming)
        for gone in update.removed_task_run_ids:
            self.task_runs.pop(gone, None)
        if self.detail is not None:
            outputs = self.detail.outputs if update.outputs is None else update.outputs
            self.detail = replace(self.detail, row=update.row, outputs=outputs)
        return changed

    def whole(self) -> ExecutionDetail:
        """All of it as it is now.

        Raises:
            CliError: The stream ended before it gave the execution.
        """
        if self.detail is None:
            raise CliError("the coordinator ended the watch before it told of the execution")
        return replace(self.detail, task_runs=self.task_runs)

    def _state_of(self, task_run_id: str) -> State | None:
        known = self.task_runs.get(task_run_id)
        return known.state if known else None


Listener = Callable[[LiveExecution, list[TaskRunRow]], None]


async def watch_to_end(
    client: ConsoleClient, execution_id: str, listener: Listener, *, stops_at_pause: bool
) -> ExecutionDetail:
    """Tell the listener of every update until the execution ends or, if wanted, is paused."""
    live = LiveExecution()
    async for update in client.watch_execution(execution_id):
        listener(live, live.take(update))
        if stops_at_pause and update.row.state is State.PAUSED:
            break
    return live.whole()


@asynccontextmanager
async def attached(invocation: Invocation, what: str, again: str) -> AsyncIterator[None]:
    """Limit a wait by --timeout; when it or Ctrl+C ends it, say that the thing goes on.

    Args:
        invocation: Of this run.
        what: For the sentence: `execution 5Zk1`.
        again: Command that attaches again.

    Raises:
        CliError: The time ran out, or a person pressed Ctrl+C.
    """
    limit = invocation.settings.timeout_seconds
    try:
        async with asyncio.timeout(limit):
            yield
    except TimeoutError as error:
        raise CliError(
            f"{what} has not ended after {limit:g} s; it goes on",
            fix=f"look again: {again}",
            exit_code=ExitCode.TIMED_OUT,
        ) from error
    # The top of this task: Ctrl+C ends the watching, never the execution.
    except asyncio.CancelledError as error:
        raise CliError(
            f"detached; {what} goes on",
            fix=f"attach again: {again}",
            exit_code=ExitCode.INTERRUPTED,
        ) from error


def tell_states(invocation: Invocation) -> Listener:
    """A listener that says each change of a task run's state on a line of its own."""

    def listen(_: LiveExecution, changed: list[TaskRunRow]) -> None:
        for run in changed:
            invocation.say(task_run_line(invocation, run))

    return listen


def task_run_line(invocation: Invocation, run: TaskRunRow) -> str:
    """`▶ RUNNING load`, with how long it took or why it waits."""
    parts = [cell_text(run.state, invocation.err_look), run.name]
    if run.state.is_terminal:
        parts.append(duration_text(run.duration(invocation.clock())))
    parts.append(run.error or run.pending_reason)
    return visible("  ".join(filter(None, parts)))


def end_line(invocation: Invocation, row: ExecutionRow) -> str:
    """How an execution stands, in one line."""
    parts = [
        cell_text(row.state, invocation.err_look),
        f"execution {row.id}",
        f"{row.namespace}/{row.flow_id}",
        duration_text(row.duration(invocation.clock())),
        ": ".join(filter(None, (row.failed_task_id, row.error))),
    ]
    return visible("  ".join(filter(None, parts)))


def exit_code_of(row: ExecutionRow, *, by_state: bool) -> ExitCode:
    """The exit code after a wait: by the state with --exit-status, else done."""
    return CODE_OF_STATE.get(row.state, ExitCode.DONE) if by_state else ExitCode.DONE
