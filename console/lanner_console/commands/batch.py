"""`lanner batch`: bulk actions that the coordinator carries out."""

from __future__ import annotations

import click

from lanner_console.cli.bulk import await_batch, batch_exit_code, print_batch
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.group import NounGroup
from lanner_console.cli.invocation import Invocation, Listing
from lanner_console.cli.listing import listing_options
from lanner_console.cli.options import Verb, Word
from lanner_console.cli.paging import all_rows
from lanner_console.cli.views import BATCH_COLUMNS, ITEM_COLUMNS
from lanner_console.models import (
    BatchControl,
    BatchItemRow,
    BatchView,
    ItemOutcome,
    Page,
)

OUTCOMES = [outcome for outcome in ItemOutcome if outcome is not ItemOutcome.UNKNOWN]


@click.group("batch", cls=NounGroup)
def batch() -> None:
    """Bulk actions on the coordinator: list, describe, pause, resume, stop."""


@batch.command("list", cls=Verb)
@listing_options
@click.pass_obj
def list_batches(invocation: Invocation, limit: int, listing: Listing) -> None:
    """List batches, newest first."""
    page = invocation.run(_list(invocation, limit))
    invocation.print_list(
        "Batch",
        BATCH_COLUMNS,
        page.rows,
        total_count=page.total_count,
        name=lambda row: row.id,
        listing=listing,
    )
    if not page.rows:
        invocation.say("no batch is there; `lanner execution retry --filter …` makes one")


async def _list(invocation: Invocation, limit: int) -> Page[BatchView]:
    async with invocation.client() as client:
        return await all_rows(
            lambda rows, offset: client.list_batches(limit=rows, offset=offset), limit
        )


@batch.command("describe", cls=Verb)
@click.argument("batch_id", metavar="BATCH")
@click.option("--items", is_flag=True, help="What became of each execution.")
@click.option("--outcome", type=Word(OUTCOMES, "OUTCOME"), help="Of the items: only these.")
@click.option("--wait", is_flag=True, help="Until it has ended; exits with 7 if some failed.")
@listing_options
@click.pass_obj
def describe(
    invocation: Invocation,
    batch_id: str,
    items: bool,
    outcome: str | None,
    wait: bool,
    limit: int,
    listing: Listing,
) -> ExitCode:
    """Show how far a batch is, or what became of each of its executions."""
    if items or outcome:
        wanted = ItemOutcome(outcome) if outcome else None
        page = invocation.run(_items(invocation, batch_id, wanted, limit))
        invocation.print_list(
            "BatchItem",
            ITEM_COLUMNS,
            page.rows,
            total_count=page.total_count,
            name=lambda row: row.execution_id,
            listing=listing,
        )
        return ExitCode.DONE
    shown = invocation.run(_describe(invocation, batch_id, wait=wait))
    print_batch(invocation, shown)
    return batch_exit_code(shown) if wait else ExitCode.DONE


async def _describe(invocation: Invocation, batch_id: str, *, wait: bool) -> BatchView:
    async with invocation.client() as client:
        if wait:
            return await await_batch(invocation, client, batch_id)
        return await client.get_batch(batch_id)


async def _items(
    invocation: Invocation, batch_id: str, outcome: ItemOutcome | None, limit: int
) -> Page[BatchItemRow]:
    async with invocation.client() as client:
        return await all_rows(
            lambda rows, offset: client.list_batch_items(
                batch_id, outcome=outcome, limit=rows, offset=offset
            ),
            limit,
        )


@batch.command("pause", cls=Verb)
@click.argument("batch_id", metavar="BATCH")
@click.pass_obj
def pause(invocation: Invocation, batch_id: str) -> None:
    """Begin no more executions until it is resumed."""
    _control(invocation, batch_id, BatchControl.PAUSE)


@batch.command("resume", cls=Verb)
@click.argument("batch_id", metavar="BATCH")
@click.pass_obj
def resume(invocation: Invocation, batch_id: str) -> None:
    """Go on with a paused batch."""
    _control(invocation, batch_id, BatchControl.RESUME)


@batch.command("stop", cls=Verb)
@click.argument("batch_id", metavar="BATCH")
@click.pass_obj
def stop(invocation: Invocation, batch_id: str) -> None:
    """Begin no more executions, for good; what was begun goes on."""
    _control(invocation, batch_id, BatchControl.STOP)


def _control(invocation: Invocation, batch_id: str, control: BatchControl) -> None:
    print_batch(invocation, invocation.run(_controlled(invocation, batch_id, control)))


async def _controlled(invocation: Invocation, batch_id: str, control: BatchControl) -> BatchView:
    async with invocation.client() as client:
        return await client.control_batch(batch_id, control)
