"""`lanner flow apply`: store flows, and with --prune delete those that have no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
import msgspec

from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Verb, given_options
from lanner_console.cli.paging import all_rows
from lanner_console.cli.problem_texts import problem_lines
from lanner_console.cli.settings import Output
from lanner_console.cli.sources import read_sources
from lanner_console.cli.table import Column
from lanner_console.commands.flow_texts import diff_lines
from lanner_console.commands.flow_validate import print_checks
from lanner_console.models import AppliedFlow, FlowCheck, FlowDeletion, FlowRow, FlowText, Page
from lanner_console.tones import Tone

if TYPE_CHECKING:
    from lanner_console.client import ConsoleClient

APPLIED_COLUMNS: Sequence[Column[AppliedFlow]] = (
    Column(name="change", value=lambda applied: applied.change),
    Column(name="namespace", value=lambda applied: applied.namespace),
    Column(name="flow", value=lambda applied: applied.flow_id),
    Column(name="rev", value=lambda applied: applied.revision),
    Column(name="source", value=lambda applied: applied.name, is_flexible=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What applying does.

    Attributes:
        texts: The sources, tied to the revisions that the plan was made from.
        deletions: Flows without a source.
        applied: What becomes of each flow.
        diffs: Lines of the sources that differ.
        invalid: Where a flow is invalid, what was found in each; nothing else is known then.
    """

    texts: Sequence[FlowText] = ()
    deletions: Sequence[FlowDeletion] = ()
    applied: Sequence[AppliedFlow] = ()
    diffs: Sequence[str] = ()
    invalid: Sequence[FlowCheck] = ()


@click.command("apply", cls=Verb)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
@click.option(
    "--prune",
    is_flag=True,
    help="Delete flows without a source in the namespaces of the sources, or of --namespace.",
)
@click.option("-y", "--yes", is_flag=True, help="Delete without a question.")
@click.option(
    "--if-revision",
    type=click.IntRange(min=0),
    metavar="N",
    help="Only when this is the current revision; 0: when the flow is not there.",
)
@click.pass_obj
def apply(
    invocation: Invocation,
    paths: tuple[str, ...],
    dry_run: bool,
    prune: bool,
    yes: bool,
    if_revision: int | None,
) -> ExitCode:
    """Store files, folders or - for stdin as new revisions, all or nothing.

    With --namespace all flows must be in that namespace or below it.
    """
    texts = read_sources(paths, if_revision=if_revision)
    limit = given_options(click.get_current_context()).namespace or ""
    if not (dry_run or prune or limit):
        return _tell(invocation, invocation.run(_apply(invocation, texts, ())), texts)
    plan = invocation.run(_plan(invocation, texts, limit, prune=prune))
    if dry_run or plan.invalid:
        ended = _tell(invocation, plan, texts)
        if not plan.invalid:
            invocation.say("a dry run: nothing was changed")
        return ended
    if plan.deletions and not yes:
        for one in plan.deletions:
            invocation.say(f"delete {one.namespace}/{one.flow_id}")
        word = str(len(plan.deletions))
        invocation.ask(f"type {word} to delete:", word)
    return _tell(invocation, invocation.run(_apply(invocation, plan.texts, plan.deletions)), texts)


async def _plan(
    invocation: Invocation, texts: Sequence[FlowText], limit: str, *, prune: bool
) -> Plan:
    """What applying would do, tied to the flows as they are now."""
    made = await _apply(invocation, texts, (), dry_run=True)
    if made.invalid:
        return made
    _check_limit(made.applied, limit)
    async with invocation.client() as client:
        deletions = await _without_source(client, made.applied, limit) if prune else []
        diffs = [
            line
            for text, one in zip(texts, made.applied, strict=True)
            if one.change == "updated"
            for line in diff_lines(
                (await client.get_flow(one.namespace, one.flow_id)).source, text.source, text.name
            )
        ]
    gone = [
        AppliedFlow(
            name="",
            namespace=one.namespace,
            flow_id=one.flow_id,
            revision=one.if_revision + 1,
            change="deleted",
        )
        for one in deletions
    ]
    return Plan(
        texts=[_tied(text, one) for text, one in zip(texts, made.applied, strict=True)],
        deletions=deletions,
        applied=[*made.applied, *gone],
        diffs=diffs,
    )


async def _apply(
    invocation: Invocation,
    texts: Sequence[FlowText],
    deletions: Sequence[FlowDeletion],
    *,
    dry_run: bool = False,
) -> Plan:
    from lanner_proto.errors import InvalidInput

    async with invocation.client() as client:
        try:
            applied = await client.apply_flows(texts, dry_run=dry_run, deletions=deletions)
        except InvalidInput:
            checks = await client.validate_flows(texts)
            if all(check.is_valid for check in checks):
                raise
            return Plan(invalid=checks)
    return Plan(applied=applied)


def _tied(text: FlowText, one: AppliedFlow) -> FlowText:
    """A source that is stored only where its flow is still as the plan found it."""
    if text.if_revision is not None:
        return text
    now = {"created": 0, "updated": one.revision - 1}.get(one.change, one.revision)
    return msgspec.structs.replace(text, if_revision=now)


def _check_limit(applied: Sequence[AppliedFlow], limit: str) -> None:
    outside = [one for one in applied if limit and not _is_in(one.namespace, limit)]
    if outside:
        names = ", ".join(f"{one.namespace}/{one.flow_id}" for one in outside[:5])
        raise UsageProblem(
            f"nothing was applied: {len(outside)} of {len(applied)} flows are not in {limit}",
            why=names,
            fix="name other files, or another --namespace",
        )


async def _without_source(
    client: ConsoleClient, applied: Sequence[AppliedFlow], limit: str
) -> list[FlowDeletion]:
    """Flows that are there and have no source."""
    kept = {(one.namespace, one.flow_id) for one in applied}
    wanted = [f"{limit}.*"] if limit else sorted({one.namespace for one in applied})
    found = [row for one in wanted for row in await _flows_of(client, one)]
    return [
        FlowDeletion(namespace=row.namespace, flow_id=row.flow_id, if_revision=row.revision)
        for row in found
        if (row.namespace, row.flow_id) not in kept
    ]


async def _flows_of(client: ConsoleClient, namespace: str) -> Sequence[FlowRow]:
    async def page(rows: int, offset: int) -> Page[FlowRow]:
        return await client.list_flows(namespace=namespace, limit=rows, offset=offset)

    return (await all_rows(page, 0)).rows


def _is_in(namespace: str, limit: str) -> bool:
    return namespace == limit or namespace.startswith(f"{limit}.")


def _tell(invocation: Invocation, plan: Plan, texts: Sequence[FlowText]) -> ExitCode:
    if plan.invalid:
        print_checks(invocation, plan.invalid, texts)
        invocation.say_always("nothing was applied: a flow is invalid", Tone.BAD)
        return ExitCode.INVALID_FLOW
    sources = {text.name: text.source for text in texts}
    for one in plan.applied:
        for line in problem_lines(one.name, one.warnings, sources.get(one.name)):
            invocation.say(line, Tone.WARN)
    invocation.print_list(
        "AppliedFlow",
        APPLIED_COLUMNS,
        plan.applied,
        total_count=len(plan.applied),
        name=lambda one: f"{one.namespace}/{one.flow_id}",
    )
    if invocation.settings.output in (Output.TABLE, Output.WIDE):
        for line in plan.diffs:
            invocation.emit_visible(line)
    return ExitCode.DONE
