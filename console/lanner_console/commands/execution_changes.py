"""`lanner execution replay`, `change-state`, `label`, `delete` and the like, of one or of many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from lanner_console.cli.arguments import key_values
from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.filters import quoted
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Verb, Word
from lanner_console.cli.table import Column
from lanner_console.commands.execution_acts import (
    act_on,
    act_options,
    options_of,
    print_row,
)
from lanner_console.models import ActDetails, ActOffer, BatchAct, ExecutionRow, State

END_STATES = ("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED")
MARKED_STATES = (*END_STATES, "SKIPPED", "RUNNING")
LATEST = -1


def offer_name(offer: ActOffer) -> str:
    """The verb of an act on the command line."""
    return offer.act.verb if offer.act else "mark"


OFFER_COLUMNS: Sequence[Column[ActOffer]] = (
    Column(name="act", value=offer_name),
    Column(name="answer", value=lambda offer: offer.reason or "allowed"),
)


def revision_option() -> Callable[..., Any]:
    """`--revision N` or `latest`."""
    return click.option(
        "--revision", "revision", metavar="N|latest", default="", help="Of the flow, in its place."
    )


def revision_number(text: str) -> int:
    """The number of a revision as it was written; 0: none was, -1: the newest.

    Raises:
        UsageProblem: It is no number.
    """
    if text == "latest":
        return LATEST
    if text and not text.isdecimal():
        raise UsageProblem(f'"{text}" is no revision', fix="write --revision 3 or latest")
    return int(text or 0)


@click.command("replay", cls=Verb)
@act_options
@click.option("--from", "task_run", default="", metavar="TASK", help="From this task (run) on.")
@click.option("-i", "--input", "inputs", multiple=True, metavar="KEY=VALUE", help="Changed.")
@revision_option()
@click.pass_obj
def replay(
    invocation: Invocation,
    /,
    task_run: str,
    inputs: tuple[str, ...],
    revision: str,
    **common: Any,
) -> ExitCode:
    """Repeat ended executions as new ones, from the start or from a task.

    --from takes a task, task[value] in a loop, or the id of a task run: what ran before it is
    copied, it and what follows run anew. Several ids, or a filter, make a batch.
    """
    details = ActDetails(
        task_run=task_run,
        inputs=dict(key_values(inputs, "-i")),
        revision=revision_number(revision),
    )
    return act_on(invocation, options_of(BatchAct.REPLAY, common, details))


@click.command("change-state", cls=Verb)
@act_options
@click.option("--to", required=True, type=Word(END_STATES, "STATE"), help="The new end state.")
@click.pass_obj
def change_state(invocation: Invocation, /, to: str, **common: Any) -> ExitCode:
    """Say in which state ended executions have ended; nothing runs."""
    details = ActDetails(state=State(to))
    return act_on(invocation, options_of(BatchAct.CHANGE_STATE, common, details))


@click.command("force-run", cls=Verb)
@act_options
@click.pass_obj
def force_run(invocation: Invocation, /, **common: Any) -> ExitCode:
    """Let executions run now that wait for a date, for others to end, or for a person."""
    return act_on(invocation, options_of(BatchAct.FORCE_RUN, common))


@click.command("unqueue", cls=Verb)
@act_options
@click.pass_obj
def unqueue(invocation: Invocation, /, **common: Any) -> ExitCode:
    """Let queued executions run past the concurrency limit of their flow."""
    return act_on(invocation, options_of(BatchAct.UNQUEUE, common))


@click.command("label", cls=Verb)
@act_options
@click.option("-l", "--label", "labels", multiple=True, metavar="KEY=VALUE", help="To set.")
@click.option("--remove", multiple=True, metavar="KEY", help="To take away.")
@click.option("--replace", "replaces", is_flag=True, help="Take away all others.")
@click.pass_obj
def label(
    invocation: Invocation,
    /,
    labels: tuple[str, ...],
    remove: tuple[str, ...],
    replaces: bool,
    **common: Any,
) -> ExitCode:
    """Change the labels of ended executions; those of the system stay."""
    if not (labels or remove or replaces):
        raise UsageProblem("no label is given", fix="write -l env=prod, or --remove env")
    details = ActDetails(
        labels=key_values(labels, "-l"), removed_labels=remove, replaces_labels=replaces
    )
    return act_on(invocation, options_of(BatchAct.SET_LABELS, common, details))


@click.command("delete", cls=Verb)
@act_options
@click.pass_obj
def delete(invocation: Invocation, /, **common: Any) -> ExitCode:
    """Remove ended executions with their task runs, logs, metrics and files."""
    return act_on(invocation, options_of(BatchAct.DELETE, common))


@click.command("purge", cls=Verb)
@click.option("--before", metavar="DATE", help="Ended before: -30d, 2026-01-31.", required=True)
@click.option("--state", "states", multiple=True, type=Word(END_STATES, "STATE"), help="Of these.")
@click.option("--reason", default="", metavar="TEXT", help="Kept with the batch.")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--wait", is_flag=True, help="Until all are gone.")
@click.pass_obj
def purge(
    invocation: Invocation,
    before: str,
    states: tuple[str, ...],
    reason: str,
    dry_run: bool,
    yes: bool,
    wait: bool,
) -> ExitCode:
    """Remove old executions, those of --namespace or all, as a batch on the coordinator."""
    terms = [f"ended<{quoted(before)}"]
    terms += [f"state:{','.join(states)}"] if states else []
    common = {
        "ids": (),
        "filter_text": " ".join(terms),
        "reason": reason,
        "dry_run": dry_run,
        "yes": yes,
        "wait": wait,
        "max_parallel": None,
    }
    return act_on(invocation, options_of(BatchAct.DELETE, common))


@click.command("mark", cls=Verb)
@click.argument("execution_id", metavar="ID")
@click.argument("task_run", metavar="TASK")
@click.option("--to", required=True, type=Word(MARKED_STATES, "STATE"), help="Its new state.")
@click.option("--reason", default="", metavar="TEXT", help="Kept in the history.")
@click.pass_obj
def mark(invocation: Invocation, execution_id: str, task_run: str, to: str, reason: str) -> None:
    """Say in which state a task run has ended; the execution goes on from there.

    TASK is a task, task[value] in a loop, or the id of a task run. RUNNING resumes a paused one.
    """
    row = invocation.run(_mark(invocation, execution_id, task_run, State(to), reason))
    print_row(invocation, row)


async def _mark(
    invocation: Invocation, execution_id: str, task_run: str, state: State, reason: str
) -> ExecutionRow:
    async with invocation.client() as client:
        return await client.mark_task_run(execution_id, task_run, state, reason=reason)


@click.command("acts", cls=Verb)
@click.argument("execution_id", metavar="ID")
@click.argument("task_run", metavar="[TASK]", default="")
@click.pass_obj
def acts(invocation: Invocation, execution_id: str, task_run: str) -> None:
    """List what can be done to an execution, or a task run of it, and why not."""
    offers = invocation.run(_offers(invocation, execution_id, task_run))
    invocation.print_list(
        "ActOffer", OFFER_COLUMNS, offers, total_count=len(offers), name=offer_name
    )


async def _offers(invocation: Invocation, execution_id: str, task_run: str) -> list[ActOffer]:
    async with invocation.client() as client:
        return await client.list_execution_acts(execution_id, task_run=task_run)
