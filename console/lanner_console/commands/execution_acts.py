"""`lanner execution retry` and `kill`, and how any act is done to one execution or to many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lanner_console.cli.arguments import FlowName, execution_ids
from lanner_console.cli.bulk import BulkOptions, run_bulk
from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.filters import list_filter
from lanner_console.cli.inputs import resolved_fields
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.live import (
    attached,
    end_line,
    exit_code_of,
    tell_states,
    watch_to_end,
)
from lanner_console.cli.options import Seconds, Verb
from lanner_console.cli.terminal import TONE_OF_STATE
from lanner_console.cli.views import execution_columns
from lanner_console.models import (
    NO_DETAILS,
    ActDetails,
    BatchAct,
    BatchSelection,
    Decision,
    ExecutionRow,
    PauseRow,
)
from lanner_console.tones import Tone

if TYPE_CHECKING:
    from lanner_console.client import ConsoleClient

AT_ONCE = (BatchAct.CHANGE_STATE, BatchAct.SET_LABELS, BatchAct.DELETE)
"""Acts after which there is nothing to wait for."""

Work = TypeVar("Work", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOptions:
    """Which executions, and how.

    Attributes:
        act: What is done.
        words: Ids as they were written.
        filter_text: Instead of ids; empty: none.
        bulk: How a batch is made.
        by_state: The exit code tells the state of a single execution that was awaited.
        grace_seconds: Kill of a single one: between the polite and the hard signal.
        spares_children: Likewise: the executions that it started go on.
        inputs: Resumption of a single one: what its pause asks for, before files are read.
        task: Likewise: the paused task, by its id or that of its run; empty: the first one.
        decision: Likewise: of an Approval; absent: it is only resumed.
        comment: Why it was decided so.
    """

    act: BatchAct
    words: tuple[str, ...]
    filter_text: str
    bulk: BulkOptions
    by_state: bool = False
    grace_seconds: float | None = None
    spares_children: bool = False
    inputs: Mapping[str, object] = field(default_factory=dict)
    task: str = ""
    decision: Decision | None = None
    comment: str = ""


def act_options(work: Work) -> Callable[..., Any]:
    """The options that all acts have in common."""
    decorators = [
        click.argument("ids", nargs=-1, metavar="[ID...|-]"),
        click.option("--filter", "filter_text", default="", metavar="FILTER", help="All of these."),
        click.option("--reason", default="", metavar="TEXT", help="Kept in the history."),
        click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing."),
        click.option("-y", "--yes", is_flag=True, help="Do not ask."),
        click.option(
            "--max-parallel",
            type=click.IntRange(min=1),
            metavar="N",
            help="Of a batch: at most so many at once (default 10).",
        ),
        click.option("--wait", is_flag=True, help="Until all have ended."),
    ]
    decorated: Callable[..., Any] = work
    for decorator in reversed(decorators):
        decorated = decorator(decorated)
    return decorated


def options_of(
    act: BatchAct, common: Mapping[str, Any], details: ActDetails = NO_DETAILS, **more: Any
) -> ActOptions:
    """What `act_options` were given for an act; `more` are fields of the options of their own."""
    bulk = BulkOptions(
        max_parallel=common["max_parallel"] or 0,
        reason=common["reason"],
        is_dry_run=common["dry_run"],
        is_confirmed=common["yes"],
        is_awaited=common["wait"],
        details=details,
    )
    words, filter_text = common["ids"], common["filter_text"]
    return ActOptions(act=act, words=words, filter_text=filter_text, bulk=bulk, **more)


@click.command("retry", cls=Verb)
@act_options
@click.option("--exit-status", is_flag=True, help="Of one: wait, and exit by its final state.")
@click.option(
    "--latest", is_flag=True, help="In the newest revision of the flow, as a new execution."
)
@click.pass_obj
def retry(invocation: Invocation, /, exit_status: bool, latest: bool, **common: Any) -> ExitCode:
    """Restart ended executions from their failed tasks, with the same ids.

    Several ids, or a filter, make a batch that the coordinator carries out. - reads ids from stdin.
    """
    common["wait"] = common["wait"] or exit_status
    details = ActDetails(revision=-1) if latest else NO_DETAILS
    return act_on(invocation, options_of(BatchAct.RETRY, common, details, by_state=exit_status))


@click.command("kill", cls=Verb)
@act_options
@click.option(
    "--grace",
    type=Seconds(),
    metavar="DURATION",
    help="Of one: between the polite and the hard signal (default 10s).",
)
@click.option("--only", is_flag=True, help="Of one: the executions that it started go on.")
@click.pass_obj
def kill(invocation: Invocation, /, grace: float | None, only: bool, **common: Any) -> ExitCode:
    """End executions and their tasks.

    Several ids, or a filter, make a batch that the coordinator carries out. - reads ids from stdin.
    """
    return act_on(
        invocation, options_of(BatchAct.KILL, common, grace_seconds=grace, spares_children=only)
    )


def act_on(invocation: Invocation, options: ActOptions) -> ExitCode:
    """Do an act to one execution at once, to several or to all that match as a batch.

    Raises:
        UsageProblem: There are no ids and no filter, or both.
    """
    verb = options.act.verb
    if bool(options.words) == bool(options.filter_text):
        raise UsageProblem(
            f"`lanner execution {verb}` needs ids or --filter, and not both",
            fix=f"write `lanner execution {verb} @latest`, or give --filter 'state:FAILED'",
        )
    if options.filter_text:
        whole = list_filter(options.filter_text, invocation.settings.namespace)
        selection = BatchSelection(filter_text=whole)
        return invocation.run(run_bulk(invocation, options.act, selection, options.bulk))
    ids = execution_ids(options.words)
    if len(ids) == 1 and not options.bulk.is_dry_run:
        return invocation.run(_act_on_one(invocation, ids[0], options))
    return invocation.run(_act_on_several(invocation, ids, options))


async def _act_on_several(invocation: Invocation, ids: list[str], options: ActOptions) -> ExitCode:
    async with invocation.client() as client:
        # The coordinator takes whole ids for a batch; a prefix or @latest is looked up here.
        found = [(await client.get_execution(wanted)).row.id for wanted in ids]
    selection = BatchSelection(execution_ids=tuple(dict.fromkeys(found)))
    return await run_bulk(invocation, options.act, selection, options.bulk)


async def _act_on_one(invocation: Invocation, wanted: str, options: ActOptions) -> ExitCode:
    async with invocation.client() as client:
        row = await _do(client, wanted, options)
        if options.bulk.is_awaited and options.act not in AT_ONCE:
            again = f"lanner execution watch {row.id}"
            async with attached(invocation, f"execution {row.id}", again):
                watched = await watch_to_end(
                    client, row.id, tell_states(invocation), stops_at_pause=options.by_state
                )
            row = watched.row
            tone = TONE_OF_STATE.get(row.state, Tone.PLAIN)
            invocation.say(end_line(invocation, row), tone)
    print_row(invocation, row)
    return exit_code_of(row, by_state=options.by_state)


def print_row(invocation: Invocation, row: ExecutionRow) -> None:
    """Print one execution as data."""
    invocation.print_list(
        "Execution",
        execution_columns(invocation),
        [row],
        total_count=1,
        name=lambda one: one.id,
    )


async def _do(client: ConsoleClient, wanted: str, options: ActOptions) -> ExecutionRow:
    details, reason = options.bulk.details, options.bulk.reason
    if options.act is BatchAct.RETRY and details == NO_DETAILS:
        return await client.retry_execution(wanted, reason=reason)
    if options.act is BatchAct.PAUSE:
        return await client.pause_execution(wanted, reason=reason)
    if options.act is BatchAct.RESUME:
        return await _resume(client, wanted, options)
    if options.act is not BatchAct.KILL:
        return await client.act_on_execution(wanted, options.act, details, reason=reason)
    return await client.kill_execution(
        wanted,
        reason=options.bulk.reason,
        grace_seconds=options.grace_seconds,
        spares_children=options.spares_children,
    )


async def _resume(client: ConsoleClient, wanted: str, options: ActOptions) -> ExecutionRow:
    row = (await client.get_execution(wanted)).row
    chosen = _chosen(await client.list_pauses(row.id), options.task)
    flow = FlowName(namespace=row.namespace, flow_id=row.flow_id)
    return await client.resume_execution(
        row.id,
        reason=options.bulk.reason,
        task_run_id=chosen.task_run_id,
        inputs=await resolved_fields(client, flow, chosen.inputs, options.inputs),
        decision=options.decision,
        comment=options.comment,
    )


def _chosen(pauses: tuple[PauseRow, ...], task: str) -> PauseRow:
    """The pause that is meant; where there is none the coordinator says why."""
    for one in pauses:
        if not task or task in (one.task_id, one.task_run_id):
            return one
    return PauseRow(task_run_id=task)
