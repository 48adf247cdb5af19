"""`lanner execution eval`: what an expression comes to in an execution."""

from __future__ import annotations

import sys

import click

from lanner_console.cli.errors import CliError
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Verb
from lanner_console.models import Evaluation


@click.command("eval", cls=Verb)
@click.argument("execution_id", metavar="ID")
@click.argument("expression", metavar="TEXT")
@click.option("--task", "task_run", default="", metavar="TASK", help="As this task run sees it.")
@click.pass_obj
def evaluate(invocation: Invocation, execution_id: str, expression: str, task_run: str) -> None:
    """Print what a text with expressions comes to in an execution, running or ended.

    TASK is a task, task[value] in a loop, or the id of a task run; without it the text is evaluated
    as the outputs of the flow are. - reads the text from stdin. Secrets are not shown.
    """
    text = sys.stdin.read() if expression == "-" else expression

    async def work() -> Evaluation:
        async with invocation.client() as client:
            return await client.evaluate_expression(execution_id, text, task_run=task_run)

    found = invocation.run(work())
    if found.result is None:
        raise CliError("the expression cannot be evaluated", why=found.error)
    invocation.print_one("Evaluation", found, name=execution_id, lines=found.result.splitlines())
