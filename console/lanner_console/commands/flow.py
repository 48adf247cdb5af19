"""`lanner flow`: check, apply, read, delete and run flows."""

from __future__ import annotations

from collections.abc import Sequence

import click

from lanner_console.cli.arguments import FlowName, flow_name
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.group import NounGroup
from lanner_console.cli.invocation import Invocation, Listing
from lanner_console.cli.listing import listing_options
from lanner_console.cli.options import Verb
from lanner_console.cli.paging import all_rows
from lanner_console.cli.problem_texts import problem_lines
from lanner_console.cli.sources import read_sources
from lanner_console.cli.table import Column
from lanner_console.cli.views import FLOW_COLUMNS, flow_lines
from lanner_console.commands.flow_run import run
from lanner_console.commands.flow_texts import expand, migrate, schema
from lanner_console.commands.flow_validate import print_checks, validate
from lanner_console.models import (
    AppliedFlow,
    FlowCheck,
    FlowDetail,
    FlowRow,
    FlowText,
    Page,
)
from lanner_console.tones import Tone

APPLIED_COLUMNS: Sequence[Column[AppliedFlow]] = (
    Column(name="change", value=lambda applied: applied.change),
    Column(name="namespace", value=lambda applied: applied.namespace),
    Column(name="flow", value=lambda applied: applied.flow_id),
    Column(name="rev", value=lambda applied: applied.revision),
    Column(name="source", value=lambda applied: applied.name, is_flexible=True),
)


@click.group("flow", cls=NounGroup)
def flow() -> None:
    """Flows: validate, apply, list, get, delete, run, schema, migrate, expand."""


@flow.command("apply", cls=Verb)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
@click.option(
    "--if-revision",
    type=click.IntRange(min=0),
    metavar="N",
    help="Only when this is the current revision; 0: when the flow is not there.",
)
@click.pass_obj
def apply(
    invocation: Invocation, paths: tuple[str, ...], dry_run: bool, if_revision: int | None
) -> ExitCode:
    """Store files, folders or - for stdin as new revisions, all or nothing."""
    texts = read_sources(paths, if_revision=if_revision)
    applied, invalid = invocation.run(_apply(invocation, texts, dry_run=dry_run))
    if invalid:
        print_checks(invocation, invalid, texts)
        invocation.say_always("nothing was applied: a flow is invalid", Tone.BAD)
        return ExitCode.INVALID_FLOW
    sources = {text.name: text.source for text in texts}
    for one in applied:
        for line in problem_lines(one.name, one.warnings, sources.get(one.name)):
            invocation.say(line, Tone.WARN)
    invocation.print_list(
        "AppliedFlow",
        APPLIED_COLUMNS,
        applied,
        total_count=len(applied),
        name=lambda one: f"{one.namespace}/{one.flow_id}",
    )
    if dry_run:
        invocation.say("a dry run: nothing was changed")
    return ExitCode.DONE


async def _apply(
    invocation: Invocation, texts: list[FlowText], *, dry_run: bool
) -> tuple[list[AppliedFlow], list[FlowCheck]]:
    """What was applied, or where a flow is invalid, what was found in each."""
    from lanner_proto.errors import InvalidInput

    async with invocation.client() as client:
        try:
            return await client.apply_flows(texts, dry_run=dry_run), []
        except InvalidInput:
            checks = await client.validate_flows(texts)
            if all(check.is_valid for check in checks):
                raise
            return [], checks


@flow.command("list", cls=Verb)
@click.argument("text", required=False, default="", metavar="[TEXT]")
@listing_options
@click.pass_obj
def list_flows(invocation: Invocation, text: str, limit: int, listing: Listing) -> None:
    """List flows, all or those with TEXT in their namespace or id."""
    page = invocation.run(_list(invocation, text, limit))
    invocation.print_list(
        "Flow",
        FLOW_COLUMNS,
        page.rows,
        total_count=page.total_count,
        name=lambda row: f"{row.namespace}/{row.flow_id}",
        listing=listing,
    )
    if not page.rows:
        invocation.say("no flow is there; add some with `lanner flow apply PATH`")


async def _list(invocation: Invocation, text: str, limit: int) -> Page[FlowRow]:
    default = invocation.settings.namespace
    namespace = f"{default}.*" if default else ""
    async with invocation.client() as client:
        return await all_rows(
            lambda rows, offset: client.list_flows(
                namespace=namespace, text=text, limit=rows, offset=offset
            ),
            limit,
        )


@flow.command("get", cls=Verb)
@click.argument("name", metavar="NS/ID")
@click.option("--revision", type=click.IntRange(min=1), default=None, metavar="N")
@click.option("--source", is_flag=True, help="Only the source, to the letter.")
@click.pass_obj
def get(invocation: Invocation, name: str, revision: int | None, source: bool) -> None:
    """Show a flow: its inputs, triggers and tasks, or its source."""
    wanted = flow_name(name, invocation.settings.namespace)
    detail = invocation.run(_get(invocation, wanted, revision or 0))
    if source:
        invocation.emit(detail.source.rstrip("\n"))
        return
    invocation.print_one("Flow", detail, name=str(wanted), lines=flow_lines(invocation, detail))


async def _get(invocation: Invocation, wanted: FlowName, revision: int) -> FlowDetail:
    async with invocation.client() as client:
        return await client.get_flow(wanted.namespace, wanted.flow_id, revision=revision)


@flow.command("delete", cls=Verb)
@click.argument("names", nargs=-1, required=True, metavar="NS/ID...")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(invocation: Invocation, names: tuple[str, ...], yes: bool) -> None:
    """Delete flows and stop their triggers; executions and revisions are kept."""
    wanted = [flow_name(name, invocation.settings.namespace) for name in names]
    if not yes:
        word = str(wanted[0]) if len(wanted) == 1 else str(len(wanted))
        for one in wanted:
            invocation.say(f"delete {one}")
        invocation.ask(f"type {word} to delete:", word)
    invocation.run(_delete(invocation, wanted))


async def _delete(invocation: Invocation, wanted: list[FlowName]) -> None:
    async with invocation.client() as client:
        for one in wanted:
            await client.delete_flow(one.namespace, one.flow_id)
            invocation.say(f"deleted {one}")


flow.add_command(validate)
flow.add_command(schema)
flow.add_command(migrate)
flow.add_command(expand)
flow.add_command(run)
