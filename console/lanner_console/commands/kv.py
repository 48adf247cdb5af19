"""`lanner kv`: values that flows keep by namespace and key."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.group import NounGroup
from lanner_console.cli.invocation import Invocation, Listing
from lanner_console.cli.listing import listing_options
from lanner_console.cli.options import Seconds, Verb
from lanner_console.cli.paging import all_rows
from lanner_console.cli.secret_value import STDIN, text_of_file, without_line_end
from lanner_console.cli.views import KEY_VALUE_COLUMNS, value_text
from lanner_console.models import KeyValueRow, Page

TYPES = ("STRING", "NUMBER", "BOOLEAN", "DATETIME", "DATE", "DURATION", "JSON")


@click.group("kv", cls=NounGroup)
def kv() -> None:
    """Values that flows keep: set, get, list, delete."""


@kv.command("set", cls=Verb)
@click.argument("key")
@click.argument("value", required=False)
@click.option("--file", metavar="FILE", help="Read the value from a file; - is stdin.")
@click.option(
    "--type",
    "type_",
    type=click.Choice(TYPES, case_sensitive=False),
    default="STRING",
    help="What the value must be (default: STRING).",
)
@click.option("--ttl", type=Seconds(), metavar="DURATION", help="How long it is there; 30d, PT1H.")
@click.option("--description", help="What it is about, for people.")
@click.option("--keep", is_flag=True, help="Leave a value that is there alone, and fail.")
@click.pass_obj
def set_value(
    invocation: Invocation,
    key: str,
    value: str | None,
    file: str | None,
    type_: str,
    ttl: float | None,
    description: str | None,
    keep: bool,
) -> None:
    """Set a value in the namespace of -n."""
    namespace = _namespace(invocation)
    given = _given(value, file)

    async def work() -> KeyValueRow:
        async with invocation.client() as client:
            return await client.set_key_value(
                namespace,
                key,
                given,
                type_=type_.upper(),
                ttl_seconds=ttl,
                description=description,
                keep=keep,
            )

    row = invocation.run(work())
    invocation.say(f"set {row.key} in {row.namespace}, version {row.version}")


@kv.command("get", cls=Verb)
@click.argument("key")
@click.option("--own", is_flag=True, help="Do not look in the namespaces above.")
@click.pass_obj
def get_value(invocation: Invocation, key: str, own: bool) -> None:
    """Print a value of the namespace of -n or of one above it."""
    namespace = _namespace(invocation)

    async def work() -> KeyValueRow:
        async with invocation.client() as client:
            return await client.get_key_value(namespace, key, inherited=not own)

    row = invocation.run(work())
    invocation.print_one("KeyValue", row, name=row.key, lines=[_whole_text(row.value)])


@kv.command("list", cls=Verb)
@click.argument("prefix", default="")
@listing_options
@click.pass_obj
def list_values(invocation: Invocation, prefix: str, limit: int, listing: Listing) -> None:
    """List the values of the namespace of -n whose keys start with PREFIX."""
    namespace = _namespace(invocation)

    async def work() -> Page[KeyValueRow]:
        async with invocation.client() as client:
            return await all_rows(
                lambda rows, offset: client.list_key_values(
                    namespace, prefix=prefix, limit=rows, offset=offset
                ),
                limit,
            )

    page = invocation.run(work())
    invocation.print_list(
        "KeyValue",
        KEY_VALUE_COLUMNS,
        page.rows,
        total_count=page.total_count,
        name=lambda row: row.key,
        listing=listing,
    )
    if not page.rows:
        invocation.say(f"no value is in {namespace}")


@kv.command("delete", cls=Verb)
@click.argument("keys", nargs=-1, required=True)
@click.pass_obj
def delete_values(invocation: Invocation, keys: tuple[str, ...]) -> None:
    """Remove values of the namespace of -n."""
    namespace = _namespace(invocation)

    async def work() -> None:
        async with invocation.client() as client:
            for key in keys:
                await client.delete_key_value(namespace, key)

    invocation.run(work())
    invocation.say(f"removed {', '.join(keys)} from {namespace}")


def _given(value: str | None, file: str | None) -> str:
    """The value, wherever it stands."""
    if (value is None) == (file is None):
        raise UsageProblem(
            "a value is given as VALUE or with --file FILE", fix="give one of them, not both"
        )
    if file is None:
        return value or ""
    return without_line_end(sys.stdin.read() if file == STDIN else text_of_file(Path(file)))


def _namespace(invocation: Invocation) -> str:
    namespace = invocation.settings.namespace
    if not namespace:
        raise UsageProblem("values live in a namespace", fix="name it with -n company.team")
    return namespace


def _whole_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) if _is_deep(value) else value_text(value)


def _is_deep(value: object) -> bool:
    return isinstance(value, dict | list)
