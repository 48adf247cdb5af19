"""`lanner execution`: look at executions and repair them."""

from __future__ import annotations

import click

from lanner_console.cli.arguments import key_values
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.filters import list_filter
from lanner_console.cli.group import NounGroup
from lanner_console.cli.invocation import Invocation, Listing
from lanner_console.cli.listing import listing_options
from lanner_console.cli.live import (
    attached,
    end_line,
    exit_code_of,
    tell_states,
    watch_to_end,
)
from lanner_console.cli.options import Verb, Word
from lanner_console.cli.paging import all_rows
from lanner_console.cli.redraw import ExecutionScreen
from lanner_console.cli.settings import Output
from lanner_console.cli.terminal import TONE_OF_STATE
from lanner_console.cli.views import execution_columns, execution_lines
from lanner_console.commands.execution_acts import kill, retry
from lanner_console.commands.execution_changes import (
    acts,
    change_state,
    delete,
    force_run,
    label,
    mark,
    purge,
    replay,
    unqueue,
)
from lanner_console.commands.execution_eval import evaluate
from lanner_console.commands.execution_files import files
from lanner_console.commands.execution_pauses import pause, resume
from lanner_console.commands.execution_reviews import approve, deny
from lanner_console.commands.logs import logs
from lanner_console.models import ExecutionDetail, ExecutionRow, Page, State
from lanner_console.tones import Tone

KNOWN_STATES = [state for state in State if state is not State.UNKNOWN]
SORT_FIELDS = ("created", "started", "ended", "duration", "flow", "state")


@click.group("execution", cls=NounGroup)
def execution() -> None:
    """Executions: list, get, watch, logs, files, retry, kill, pause, resume, approve.

    An execution is named by its id, a unique prefix of it, @latest or @failed.
    """


@execution.command("list", cls=Verb)
@click.option("--filter", "filter_text", default="", metavar="FILTER", help="lanner help filter")
@click.option("--state", type=Word(KNOWN_STATES, "STATE"), multiple=True, help="In this state.")
@click.option("-l", "--label", "labels", multiple=True, metavar="KEY=VALUE", help="With a label.")
@click.option(
    "--sort",
    default="",
    metavar="FIELD",
    help=f"{' '.join(SORT_FIELDS)}; -FIELD turns the order round.",
)
@listing_options
@click.pass_obj
def list_executions(
    invocation: Invocation,
    filter_text: str,
    state: tuple[str, ...],
    labels: tuple[str, ...],
    sort: str,
    limit: int,
    listing: Listing,
) -> None:
    """List executions, newest first."""
    whole_filter = list_filter(
        filter_text, invocation.settings.namespace, state, key_values(labels, "-l")
    )
    page = invocation.run(_list(invocation, whole_filter, sort, limit))
    invocation.print_list(
        "Execution",
        execution_columns(invocation),
        page.rows,
        total_count=page.total_count,
        name=lambda row: row.id,
        listing=listing,
    )
    if not page.rows:
        invocation.say("no execution matches" if whole_filter else "no execution is there")


async def _list(
    invocation: Invocation, filter_text: str, sort: str, limit: int
) -> Page[ExecutionRow]:
    async with invocation.client() as client:
        return await all_rows(
            lambda rows, offset: client.list_executions(
                filter_text=filter_text, limit=rows, offset=offset, sort=sort
            ),
            limit,
        )


@execution.command("get", cls=Verb)
@click.argument("execution_id", metavar="ID")
@click.pass_obj
def get(invocation: Invocation, execution_id: str) -> None:
    """Show an execution: its state, inputs, outputs and task runs."""
    detail = invocation.run(_get(invocation, execution_id))
    lines = execution_lines(invocation, detail)
    invocation.print_one("Execution", detail, name=detail.row.id, lines=lines)


async def _get(invocation: Invocation, execution_id: str) -> ExecutionDetail:
    async with invocation.client() as client:
        return await client.get_execution(execution_id)


@execution.command("watch", cls=Verb)
@click.argument("execution_id", metavar="ID")
@click.option("--exit-status", is_flag=True, help="The exit code tells the final state.")
@click.pass_obj
def watch(invocation: Invocation, execution_id: str, exit_status: bool) -> ExitCode:
    """Show an execution as it goes on, until it has ended. Ctrl+C leaves it running."""
    detail = invocation.run(_watch(invocation, execution_id, by_state=exit_status))
    if invocation.settings.output not in (Output.TABLE, Output.WIDE):
        lines = execution_lines(invocation, detail)
        invocation.print_one("Execution", detail, name=detail.row.id, lines=lines)
    elif not _is_drawn(invocation):
        tone = TONE_OF_STATE.get(detail.row.state, Tone.PLAIN)
        invocation.say(end_line(invocation, detail.row), tone)
    return exit_code_of(detail.row, by_state=exit_status)


async def _watch(invocation: Invocation, execution_id: str, *, by_state: bool) -> ExecutionDetail:
    listener = ExecutionScreen(invocation) if _is_drawn(invocation) else tell_states(invocation)
    async with invocation.client() as client:
        found = (await client.get_execution(execution_id)).row.id
        again = f"lanner execution watch {found}"
        async with attached(invocation, f"execution {found}", again):
            return await watch_to_end(client, found, listener, stops_at_pause=by_state)


def _is_drawn(invocation: Invocation) -> bool:
    """Whether a person sees a table that is drawn again, not lines."""
    is_table = invocation.settings.output in (Output.TABLE, Output.WIDE)
    return is_table and invocation.terminal.is_out_tty


for command in (
    logs,
    files,
    retry,
    replay,
    kill,
    pause,
    resume,
    approve,
    deny,
    change_state,
    mark,
    force_run,
    unqueue,
    label,
    delete,
    purge,
    acts,
    evaluate,
):
    execution.add_command(command)
execution.add_command(retry, "restart")
