"""`lanner execution pause` and `resume`: one execution."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from lanner_console.cli.arguments import FlowName, key_values
from lanner_console.cli.inputs import read_inputs_file, resolved_fields
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Verb
from lanner_console.cli.views import execution_columns
from lanner_console.models import ExecutionRow, PauseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeOptions:
    """What is resumed, and with what.

    Attributes:
        wanted: The execution, as it was written.
        task: Paused task, by its id or that of its run; empty: the one that was paused first.
        inputs: What the pause asks for, before files are read.
        reason: Kept in the log.
    """

    wanted: str
    task: str
    inputs: dict[str, object]
    reason: str


@click.command("pause", cls=Verb)
@click.argument("execution_id", metavar="EXECUTION")
@click.option("--reason", default="", metavar="TEXT", help="Kept in the log.")
@click.pass_obj
def pause(invocation: Invocation, execution_id: str, reason: str) -> None:
    """Begin nothing new in a running execution until it is resumed.

    Tasks that run go on to their end.
    """
    _print(invocation, invocation.run(_pause(invocation, execution_id, reason)))


@click.command("resume", cls=Verb)
@click.argument("execution_id", metavar="EXECUTION")
@click.option(
    "-i",
    "--input",
    "inputs",
    multiple=True,
    metavar="KEY=VALUE",
    help="What the pause asks for; @path: the file.",
)
@click.option(
    "--inputs",
    "inputs_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Inputs from a JSON or YAML file.",
)
@click.option("--task", default="", metavar="TASK", help="Of several pauses: this one.")
@click.option("--reason", default="", metavar="TEXT", help="Kept in the log.")
@click.pass_obj
def resume(
    invocation: Invocation,
    execution_id: str,
    inputs: tuple[str, ...],
    inputs_file: Path | None,
    task: str,
    reason: str,
) -> None:
    """Let a paused execution go on."""
    options = ResumeOptions(
        wanted=execution_id,
        task=task,
        inputs={
            **(read_inputs_file(inputs_file) if inputs_file else {}),
            **key_values(inputs, "-i"),
        },
        reason=reason,
    )
    _print(invocation, invocation.run(_resume(invocation, options)))


async def _pause(invocation: Invocation, wanted: str, reason: str) -> ExecutionRow:
    async with invocation.client() as client:
        return await client.pause_execution(wanted, reason=reason)


async def _resume(invocation: Invocation, options: ResumeOptions) -> ExecutionRow:
    async with invocation.client() as client:
        row = (await client.get_execution(options.wanted)).row
        chosen = _chosen(await client.list_pauses(row.id), options.task)
        flow = FlowName(namespace=row.namespace, flow_id=row.flow_id)
        return await client.resume_execution(
            row.id,
            reason=options.reason,
            task_run_id=chosen.task_run_id,
            inputs=await resolved_fields(client, flow, chosen.inputs, options.inputs),
        )


def _chosen(pauses: tuple[PauseRow, ...], task: str) -> PauseRow:
    """The pause that is meant; where there is none the coordinator says why."""
    for one in pauses:
        if not task or task in (one.task_id, one.task_run_id):
            return one
    return PauseRow(task_run_id=task)


def _print(invocation: Invocation, row: ExecutionRow) -> None:
    invocation.print_list(
        "Execution", execution_columns(invocation), [row], total_count=1, name=lambda one: one.id
    )
