"""`lanner execution approve` and `deny`: what an Approval asks for is decided."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from lanner_console.cli.bulk import BulkOptions
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.inputs import given_inputs
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Verb
from lanner_console.commands.execution_acts import ActOptions, act_on
from lanner_console.models import BatchAct, Decision

Work = TypeVar("Work", bound=Callable[..., Any])


def _review_options(work: Work) -> Callable[..., Any]:
    decorators = [
        click.argument("wanted", metavar="ID"),
        click.option("--task", default="", metavar="TASK", help="Of several Approvals: this one."),
        click.option("--comment", default="", metavar="TEXT", help="Why; later tasks can read it."),
        click.option(
            "-i",
            "--input",
            "inputs",
            multiple=True,
            metavar="KEY=VALUE",
            help="What the Approval asks for; @path: the file.",
        ),
        click.option(
            "--inputs",
            "inputs_file",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Inputs from a JSON or YAML file.",
        ),
        click.option("--reason", default="", metavar="TEXT", help="Kept in the history."),
        click.option("--wait", is_flag=True, help="Until it has ended."),
    ]
    decorated: Callable[..., Any] = work
    for decorator in reversed(decorators):
        decorated = decorator(decorated)
    return decorated


@click.command("approve", cls=Verb)
@_review_options
@click.pass_obj
def approve(invocation: Invocation, /, **given: Any) -> ExitCode:
    """Approve what an execution waits for in an Approval; its flow goes on."""
    return _decide(invocation, Decision.APPROVED, **given)


@click.command("deny", cls=Verb)
@_review_options
@click.pass_obj
def deny(invocation: Invocation, /, **given: Any) -> ExitCode:
    """Deny what an execution waits for in an Approval; the flow says what follows."""
    return _decide(invocation, Decision.DENIED, **given)


def _decide(
    invocation: Invocation,
    decision: Decision,
    *,
    wanted: str,
    task: str,
    comment: str,
    inputs: tuple[str, ...],
    inputs_file: Path | None,
    reason: str,
    wait: bool,
) -> ExitCode:
    options = ActOptions(
        act=BatchAct.RESUME,
        words=(wanted,),
        filter_text="",
        bulk=BulkOptions(reason=reason, is_awaited=wait),
        inputs=given_inputs(inputs, inputs_file),
        task=task,
        decision=decision,
        comment=comment,
    )
    return act_on(invocation, options)
