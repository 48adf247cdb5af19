"""`lanner trigger`: what starts executions without a person."""

from __future__ import annotations

from datetime import datetime

import click

from lanner_console.cli.arguments import flow_name, key_values, trigger_key
from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.group import NounGroup
from lanner_console.cli.invocation import Invocation, Listing
from lanner_console.cli.listing import listing_options
from lanner_console.cli.options import Instant, Verb
from lanner_console.cli.paging import all_rows
from lanner_console.cli.times import iso_text
from lanner_console.cli.views import TRIGGER_COLUMNS
from lanner_console.models import Page, TriggerKey, TriggerRow


@click.group("trigger", cls=NounGroup)
def trigger() -> None:
    """Triggers: list, enable, disable, run again for past dates."""


@trigger.command("list", cls=Verb)
@click.argument("flow", required=False, metavar="[NS/FLOW]")
@listing_options
@click.pass_obj
def list_triggers(invocation: Invocation, flow: str | None, limit: int, listing: Listing) -> None:
    """List triggers, of all flows, of the namespace or of one flow."""
    page = invocation.run(_list(invocation, flow, limit))
    invocation.print_list(
        "Trigger",
        TRIGGER_COLUMNS,
        page.rows,
        total_count=page.total_count,
        name=lambda row: key_text(row.key),
        listing=listing,
    )
    if not page.rows:
        invocation.say("no trigger is there")


async def _list(invocation: Invocation, flow: str | None, limit: int) -> Page[TriggerRow]:
    default = invocation.settings.namespace
    named = flow_name(flow, default) if flow else None
    namespace = named.namespace if named else f"{default}.*" if default else ""
    async with invocation.client() as client:
        return await all_rows(
            lambda rows, offset: client.list_triggers(
                namespace=namespace,
                flow_id=named.flow_id if named else "",
                limit=rows,
                offset=offset,
            ),
            limit,
        )


@trigger.command("enable", cls=Verb)
@click.argument("triggers", nargs=-1, required=True, metavar="NS/FLOW/TRIGGER...")
@click.pass_obj
def enable(invocation: Invocation, triggers: tuple[str, ...]) -> None:
    """Let triggers fire."""
    _switch(invocation, triggers, is_enabled=True)


@trigger.command("disable", cls=Verb)
@click.argument("triggers", nargs=-1, required=True, metavar="NS/FLOW/TRIGGER...")
@click.pass_obj
def disable(invocation: Invocation, triggers: tuple[str, ...]) -> None:
    """Stop triggers from firing; this outlives new revisions of the flow."""
    _switch(invocation, triggers, is_enabled=False)


def _switch(invocation: Invocation, triggers: tuple[str, ...], *, is_enabled: bool) -> None:
    keys = [trigger_key(text, invocation.settings.namespace) for text in triggers]
    _print(invocation, invocation.run(_set_enabled(invocation, keys, is_enabled=is_enabled)))


async def _set_enabled(
    invocation: Invocation, keys: list[TriggerKey], *, is_enabled: bool
) -> list[TriggerRow]:
    async with invocation.client() as client:
        return [await client.set_trigger_enabled(key, is_enabled=is_enabled) for key in keys]


@trigger.command("backfill", cls=Verb)
@click.argument("name", metavar="NS/FLOW/TRIGGER")
@click.option("--start", type=Instant(), metavar="DATE", help="First date; RFC 3339, -7d, today.")
@click.option("--end", type=Instant(), metavar="DATE", help="Last date (default: now).")
@click.option("-i", "--input", "inputs", multiple=True, metavar="KEY=VALUE", help="An input.")
@click.option("-l", "--label", "labels", multiple=True, metavar="KEY=VALUE", help="A label.")
@click.option("--stop", is_flag=True, help="End the backfill that runs.")
@click.pass_obj
def backfill(
    invocation: Invocation,
    name: str,
    start: datetime | None,
    end: datetime | None,
    inputs: tuple[str, ...],
    labels: tuple[str, ...],
    stop: bool,
) -> None:
    """Start one execution for each date of a schedule from --start to --end."""
    key = trigger_key(name, invocation.settings.namespace)
    if stop == (start is not None):
        raise UsageProblem(
            "a backfill needs --start, or --stop to end one",
            fix=f"write `lanner trigger backfill {name} --start -7d`",
        )
    if start is None:
        _print(invocation, invocation.run(_stop(invocation, key)))
        return
    given, marks = key_values(inputs, "-i"), key_values(labels, "-l")
    row = invocation.run(_backfill(invocation, key, start, end, given, marks))
    _print(invocation, [row])
    if row.backfill:
        last = iso_text(end) if end else "now"
        invocation.say(
            f"{row.backfill.total_count} dates from {iso_text(start)} to {last}, one after the "
            f"other; end it with `lanner trigger backfill {name} --stop`"
        )


async def _stop(invocation: Invocation, key: TriggerKey) -> list[TriggerRow]:
    async with invocation.client() as client:
        return [await client.delete_backfill(key)]


async def _backfill(
    invocation: Invocation,
    key: TriggerKey,
    start: datetime,
    end: datetime | None,
    inputs: dict[str, str],
    labels: dict[str, str],
) -> TriggerRow:
    async with invocation.client() as client:
        return await client.create_backfill(key, start=start, end=end, inputs=inputs, labels=labels)


def key_text(key: TriggerKey) -> str:
    """`namespace/flow/trigger`."""
    return f"{key.namespace}/{key.flow_id}/{key.trigger_id}"


def _print(invocation: Invocation, rows: list[TriggerRow]) -> None:
    invocation.print_list(
        "Trigger",
        TRIGGER_COLUMNS,
        rows,
        total_count=len(rows),
        name=lambda row: key_text(row.key),
    )
