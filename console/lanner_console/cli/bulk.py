"""One act on many executions: preview, confirmation, and the batch on the coordinator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lanner_console.cli.errors import CliError
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.live import attached
from lanner_console.cli.redraw import RedrawnBlock
from lanner_console.cli.table import Column, table_lines
from lanner_console.cli.views import BATCH_COLUMNS
from lanner_console.cli.visible import cut, visible
from lanner_console.models import (
    NO_DETAILS,
    ActDetails,
    BatchAct,
    BatchGroup,
    BatchPreview,
    BatchSelection,
    BatchStatus,
    BatchView,
)
from lanner_console.tones import Tone

if TYPE_CHECKING:
    from lanner_console.client import ConsoleClient

BAR_CELLS = 30
# Without a terminal, progress is one line for each tenth that is done.
STEPS = 10
PREVIEW_COLUMNS: Sequence[Column[BatchGroup]] = (
    Column(name="count", value=lambda group: group.count),
    Column(name="state", value=lambda group: group.state),
    Column(name="answer", value=lambda group: group.reason or "will be done"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkOptions:
    """How a batch is made.

    Attributes:
        max_parallel: Executions kept running at once; 0: the coordinator's choice.
        reason: Kept with the batch.
        is_dry_run: Only the preview.
        is_confirmed: No question.
        is_awaited: Until the batch has ended.
        details: What else the act needs to know.
    """

    max_parallel: int = 0
    reason: str = ""
    is_dry_run: bool = False
    is_confirmed: bool = False
    is_awaited: bool = False
    details: ActDetails = NO_DETAILS


async def run_bulk(
    invocation: Invocation, act: BatchAct, selection: BatchSelection, options: BulkOptions
) -> ExitCode:
    """Preview, ask, make the batch, and wait for it when that is wanted.

    Raises:
        CliError: There is nothing to do, or a person said no.
    """
    async with invocation.client() as client:
        preview = await client.preview_batch(act, selection)
        if options.is_dry_run:
            print_preview(invocation, act, preview)
            return ExitCode.DONE
        _tell_preview(invocation, act, preview)
        if not preview.eligible_count:
            raise CliError("nothing was done: no execution allows it", exit_code=ExitCode.CONFLICT)
        if not options.is_confirmed:
            count = str(preview.eligible_count)
            invocation.ask(f"type {count} to start:", count)
        batch = await client.create_batch(
            act,
            selection,
            max_parallel=options.max_parallel,
            reason=options.reason,
            details=options.details,
        )
        if options.is_awaited:
            batch = await await_batch(invocation, client, batch.id)
    print_batch(invocation, batch)
    if not options.is_awaited:
        invocation.say(f"see how it goes on: lanner batch describe {batch.id} --wait")
    return batch_exit_code(batch)


async def await_batch(invocation: Invocation, client: ConsoleClient, batch_id: str) -> BatchView:
    """Show the progress of a batch until it has ended."""
    again = f"lanner batch describe {batch_id} --wait"
    progress = _Progress(invocation)
    newest: BatchView | None = None
    async with attached(invocation, f"batch {batch_id}", again):
        async for newest in client.watch_batch(batch_id):
            progress.show(newest)
    return newest or await client.get_batch(batch_id)


def batch_exit_code(batch: BatchView) -> ExitCode:
    """PARTLY for a batch that has ended and left something undone."""
    if batch.status.has_ended and (batch.failed_count or batch.refused_count):
        return ExitCode.PARTLY
    return ExitCode.DONE


def print_batch(invocation: Invocation, batch: BatchView) -> None:
    """Print one batch as data."""
    invocation.print_list("Batch", BATCH_COLUMNS, [batch], total_count=1, name=lambda row: row.id)


def print_preview(invocation: Invocation, act: BatchAct, preview: BatchPreview) -> None:
    """Print what a batch would do, as data."""
    name = f"{act.verb} {preview.eligible_count}"
    lines = table_lines(PREVIEW_COLUMNS, preview.groups, invocation.look)
    invocation.print_one("BatchPreview", preview, name=name, lines=lines)


def _tell_preview(invocation: Invocation, act: BatchAct, preview: BatchPreview) -> None:
    total = preview.eligible_count + preview.refused_count
    invocation.say(f"{act.verb} {preview.eligible_count} of {total} executions", Tone.STRONG)
    for line in table_lines(PREVIEW_COLUMNS, preview.groups, invocation.err_look, has_header=False):
        invocation.say(f"  {line}")


class _Progress:
    """Tells how far a batch is: a bar on a terminal, else a line for each tenth."""

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation
        self._block = RedrawnBlock(invocation.terminal.err)
        self._told_step = -1

    def show(self, batch: BatchView) -> None:
        """Tell it when it is news."""
        invocation = self._invocation
        if invocation.settings.is_quiet:
            return
        if invocation.terminal.is_err_tty:
            line = f"{self._bar(batch)}  {visible(_counts(batch))}"
            self._block.draw([cut(line, invocation.terminal.width)])
            return
        step = batch.done_count * STEPS // max(batch.total_count, 1)
        if step != self._told_step or batch.status is not BatchStatus.RUNNING:
            self._told_step = step
            invocation.say(_counts(batch))

    def _bar(self, batch: BatchView) -> str:
        full, rest = ("#", ".") if self._invocation.settings.is_ascii else ("▓", "░")
        done = BAR_CELLS * batch.done_count // max(batch.total_count, 1)
        return full * done + rest * (BAR_CELLS - done)


def _counts(batch: BatchView) -> str:
    return (
        f"batch {batch.id} {batch.status}: {batch.done_count}/{batch.total_count}, "
        f"{batch.succeeded_count} ok, {batch.running_count} running, "
        f"{batch.failed_count} failed, {batch.refused_count} refused"
    )
