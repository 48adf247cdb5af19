"""`lanner execution pause` and `resume`: one execution, several, or all that match a filter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.inputs import given_inputs
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Verb
from lanner_console.commands.execution_acts import act_on, act_options, options_of
from lanner_console.models import BatchAct


@click.command("pause", cls=Verb)
@act_options
@click.pass_obj
def pause(invocation: Invocation, /, **common: Any) -> ExitCode:
    """Begin nothing new in running executions until they are resumed.

    Tasks that run go on to their end. Several ids, or a filter, make a batch.
    """
    return act_on(invocation, options_of(BatchAct.PAUSE, common))


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
    /,
    inputs: tuple[str, ...],
    inputs_file: Path | None,
    task: str,
    **common: Any,
) -> ExitCode:
    """Let paused executions go on.

    Several ids, or a filter, make a batch that the coordinator carries out. - reads ids from stdin.
    """
    given = given_inputs(inputs, inputs_file)
    if (given or task) and (common["filter_text"] or len(common["ids"]) > 1):
        raise UsageProblem(
            "inputs and --task are of one execution", fix="resume them one after the other"
        )
    return act_on(invocation, options_of(BatchAct.RESUME, common, inputs=given, task=task))
