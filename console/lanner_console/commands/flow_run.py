"""`lanner flow run`: start an execution and, if wanted, stay with it until it ends."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lanner_console.cli.arguments import FlowName, flow_name, key_values
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.inputs import given_inputs, resolved_inputs
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.live import (
    attached,
    end_line,
    exit_code_of,
    tell_states,
    watch_to_end,
)
from lanner_console.cli.log_text import LogWriter
from lanner_console.cli.options import Verb
from lanner_console.cli.settings import Output
from lanner_console.cli.terminal import TONE_OF_STATE
from lanner_console.cli.views import execution_lines
from lanner_console.models import ExecutionDetail, LogQuery
from lanner_console.tones import Tone

if TYPE_CHECKING:
    from lanner_console.client import ConsoleClient


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What an execution is started with, and how long the command stays.

    Attributes:
        flow: To be run.
        revision: 0: the newest.
        inputs: As they were given, before files are read.
        labels: Added to the flow's.
        request_id: Idempotency key; empty: none.
        is_followed: Log lines and states are printed as they come.
        is_awaited: The command ends with the execution.
        by_state: The exit code tells the state.
    """

    flow: FlowName
    revision: int
    inputs: dict[str, object]
    labels: dict[str, str]
    request_id: str
    is_followed: bool
    is_awaited: bool
    by_state: bool


@click.command("run", cls=Verb)
@click.argument("name", metavar="NS/ID")
@click.option(
    "-i",
    "--input",
    "inputs",
    multiple=True,
    metavar="KEY=VALUE",
    help="An input; KEY=@PATH uploads a file, or takes its text where it is not a FILE.",
)
@click.option(
    "--inputs-file",
    "--input-file",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Inputs from a JSON or YAML file; -i wins.",
)
@click.option("-l", "--label", "labels", multiple=True, metavar="KEY=VALUE", help="A label.")
@click.option("--revision", type=click.IntRange(min=1), metavar="N", help="Not the newest one.")
@click.option("--request-id", default="", metavar="ID", help="Start nothing when it is known.")
@click.option("--wait", is_flag=True, help="Until the execution has ended.")
@click.option("-f", "--follow", is_flag=True, help="Wait, with states and log lines as they come.")
@click.option("--exit-status", is_flag=True, help="Wait; the exit code tells the final state.")
@click.pass_obj
def run(
    invocation: Invocation,
    name: str,
    inputs: tuple[str, ...],
    inputs_file: Path | None,
    labels: tuple[str, ...],
    revision: int | None,
    request_id: str,
    wait: bool,
    follow: bool,
    exit_status: bool,
) -> ExitCode:
    """Start an execution of a flow. Ctrl+C leaves it running."""
    options = RunOptions(
        flow=flow_name(name, invocation.settings.namespace),
        revision=revision or 0,
        inputs=given_inputs(inputs, inputs_file),
        labels=key_values(labels, "-l"),
        request_id=request_id,
        is_followed=follow,
        is_awaited=wait or follow or exit_status,
        by_state=exit_status,
    )
    return invocation.run(_run(invocation, options))


async def _run(invocation: Invocation, options: RunOptions) -> ExitCode:
    async with invocation.client() as client:
        execution_id = await client.create_execution(
            options.flow.namespace,
            options.flow.flow_id,
            inputs=await resolved_inputs(client, options.flow, options.revision, options.inputs),
            labels=options.labels,
            revision=options.revision,
            request_id=options.request_id,
        )
        if not options.is_awaited:
            _print_started(invocation, options.flow, execution_id)
            return ExitCode.DONE
        invocation.say(f"started {options.flow} as execution {execution_id}", Tone.STRONG)
        again = f"lanner execution watch {execution_id}"
        async with attached(invocation, f"execution {execution_id}", again):
            detail = await _stay(invocation, client, execution_id, options)
    _print_end(invocation, detail, is_followed=options.is_followed)
    return exit_code_of(detail.row, by_state=options.by_state)


async def _stay(
    invocation: Invocation, client: ConsoleClient, execution_id: str, options: RunOptions
) -> ExecutionDetail:
    """Watch until the end; with --follow print the log meanwhile."""
    watch = watch_to_end(
        client, execution_id, tell_states(invocation), stops_at_pause=options.by_state
    )
    if not options.is_followed:
        return await watch
    async with asyncio.TaskGroup() as group:
        logs = group.create_task(
            follow_log(invocation, client, LogQuery(execution_id=execution_id))
        )
        detail = await watch
        if not detail.row.state.is_terminal:
            logs.cancel()
    return detail


async def follow_log(invocation: Invocation, client: ConsoleClient, query: LogQuery) -> None:
    """Print log lines as they come, until the execution has ended.

    They go to stdout, or to stderr where stdout is kept for a document.
    """
    writer = LogWriter(invocation)
    is_data = invocation.settings.output in (Output.TABLE, Output.WIDE)
    stream = invocation.terminal.out if is_data else invocation.terminal.err
    async for line in client.follow_logs(query):
        print(writer.text(line), file=stream, flush=True)


def _print_started(invocation: Invocation, flow: FlowName, execution_id: str) -> None:
    started = {"id": execution_id, "namespace": flow.namespace, "flowId": flow.flow_id}
    invocation.print_one("Execution", started, name=execution_id, lines=[execution_id])
    invocation.say(f"started {flow}; follow it with `lanner logs {execution_id} -f`")


def _print_end(invocation: Invocation, detail: ExecutionDetail, *, is_followed: bool) -> None:
    """Say how it ended; as data too, unless a person has just read its log on stdout."""
    tone = TONE_OF_STATE.get(detail.row.state, Tone.PLAIN)
    invocation.say(end_line(invocation, detail.row), tone)
    if invocation.settings.output in (Output.TABLE, Output.WIDE) and is_followed:
        return
    lines = execution_lines(invocation, detail)
    invocation.print_one("Execution", detail, name=detail.row.id, lines=lines)
