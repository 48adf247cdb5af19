"""`lanner flow`: check, apply, read, delete and run flows."""

from __future__ import annotations

import click

from lanner_console.cli.arguments import FlowName, flow_name
from lanner_console.cli.group import NounGroup
from lanner_console.cli.invocation import Invocation, Listing
from lanner_console.cli.listing import listing_options
from lanner_console.cli.options import Verb
from lanner_console.cli.paging import all_rows
from lanner_console.cli.views import FLOW_COLUMNS, flow_lines
from lanner_console.commands.flow_apply import apply
from lanner_console.commands.flow_run import run
from lanner_console.commands.flow_switch import disable, enable
from lanner_console.commands.flow_test import test
from lanner_console.commands.flow_texts import expand, migrate, schema
from lanner_console.commands.flow_validate import validate
from lanner_console.models import (
    FlowDetail,
    FlowRow,
    Page,
)


@click.group("flow", cls=NounGroup)
def flow() -> None:
    """Flows: validate, test, apply, list, get, delete, run, schema, migrate, expand."""


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
flow.add_command(test)
flow.add_command(apply)
flow.add_command(schema)
flow.add_command(migrate)
flow.add_command(expand)
flow.add_command(run)
flow.add_command(enable)
flow.add_command(disable)
