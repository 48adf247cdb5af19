"""`lanner execution pause` and `resume`: one execution, several, or all that match a filter."""

from __future__ import annotations

from pathlib import Path

import click

from lanner_console.cli.arguments import key_values
from lanner_console.cli.bulk import BulkOptions
from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.inputs import read_inputs_file
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Verb
from lanner_console.commands.execution_acts import ActOptions, act_on, act_options
from lanner_console.models import BatchAct


@click.command("pause", cls=Verb)
@act_options
@click.pass_obj
def pause(
    invocation: Invocation,
    ids: tuple[str, ...],
    filter_text: str,
    reason: str,
    dry_run: bool,
    yes: bool,
    max_parallel: int | None,
    wait: bool,
) -> ExitCode:
    """Begin nothing new in running executions until they are resumed.

    Tasks that run go on to their end. Several ids, or a filter, make a batch.
    """
    bulk = BulkOptions(
        max_parallel=max_parallel or 0,
        reason=reason,
        is_dry_run=dry_run,
        is_confirmed=yes,
        is_awaited=wait,
    )
    options = ActOptions(act=BatchAct.PAUSE, words=ids, filter_text=filter_text, bulk=bulk)
    return act_on(invocation, options)


@click.command("resume", cls=Verb)
@act_options
@click.option(
    "-i",
    "--input",
    "inputs",
    multiple=True,
    metavar="KEY=VALUE",
    help="Of one: what its pause asks for; @path: the file.",
)
@click.option(
    "--inputs",
    "inputs_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Of one: inputs from a JSON or YAML file.",
)
@click.option("--task", default="", metavar="TASK", help="Of one with several pauses: this one.")
@click.pass_obj
def resume(
    invocation: Invocation,
    ids: tuple[str, ...],
    filter_text: str,
    reason: str,
    dry_run: bool,
    yes: bool,
    max_parallel: int | None,
    wait: bool,
    inputs: tuple[str, ...],
    inputs_file: Path | None,
    task: str,
) -> ExitCode:
    """Let paused executions go on.

    Several ids, or a filter, make a batch that the coordinator carries out. - reads ids from stdin.
    """
    given: dict[str, object] = {
        **(read_inputs_file(inputs_file) if inputs_file else {}),
        **key_values(inputs, "-i"),
    }
    if (given or task) and (filter_text or len(ids) > 1):
        raise UsageProblem(
            "inputs and --task are of one execution", fix="resume them one after the other"
        )
    bulk = BulkOptions(
        max_parallel=max_parallel or 0,
        reason=reason,
        is_dry_run=dry_run,
        is_confirmed=yes,
        is_awaited=wait,
    )
    options = ActOptions(
        act=BatchAct.RESUME,
        words=ids,
        filter_text=filter_text,
        bulk=bulk,
        inputs=given,
        task=task,
    )
    return act_on(invocation, options)
