"""`lanner execution files`: what an execution was given and what it left."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from lanner_console.cli.errors import CliError
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.group import NounGroup
from lanner_console.cli.invocation import Invocation, Listing
from lanner_console.cli.listing import listing_options
from lanner_console.cli.options import Verb
from lanner_console.cli.saving import save, write_out
from lanner_console.cli.views import FILE_COLUMNS
from lanner_console.models import FileRow

URI_STARTS = ("kestra:///", "lanner:///")


@click.group("files", cls=NounGroup)
def files() -> None:
    """Files of an execution: list, get."""


@files.command("list", cls=Verb)
@click.argument("execution_id", metavar="ID")
@listing_options
@click.pass_obj
def list_files(invocation: Invocation, execution_id: str, limit: int, listing: Listing) -> None:
    """List the files that an execution was given and that its tasks left."""

    async def work() -> list[FileRow]:
        async with invocation.client() as client:
            return await client.list_execution_files(execution_id)

    rows = invocation.run(work())
    invocation.print_list(
        "File",
        FILE_COLUMNS,
        rows[:limit] if limit else rows,
        total_count=len(rows),
        name=lambda row: row.uri,
        listing=listing,
    )
    if not rows:
        invocation.say("the execution has no files")


@files.command("get", cls=Verb)
@click.argument("execution_id", metavar="ID")
@click.argument("file")
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="File or folder to write to (default: stdout).",
)
@click.pass_obj
def get_file(invocation: Invocation, execution_id: str, file: str, to: Path | None) -> None:
    """Fetch FILE, a name of `files list` or a URI, and check that it came as it was sent."""

    async def work() -> tuple[FileRow, Path | None]:
        async with invocation.client() as client:
            row = _chosen(await client.list_execution_files(execution_id), file, execution_id)
            if to is None:
                await write_out(client.download(row.uri))
                return row, None
            is_folder = await asyncio.to_thread(to.is_dir)
            target = to / Path(row.name).name if is_folder else to
            await save(client.download(row.uri), target)
            return row, target

    row, target = invocation.run(work())
    if target is not None:
        invocation.say(f"wrote {row.size_bytes} bytes to {target}")


def _chosen(rows: Sequence[FileRow], wanted: str, execution_id: str) -> FileRow:
    """The file that is meant.

    Raises:
        CliError: There is none, or several.
    """
    is_uri = wanted.startswith(URI_STARTS)
    plain = wanted
    if wanted.startswith(URI_STARTS[1]):
        plain = URI_STARTS[0] + wanted.removeprefix(URI_STARTS[1])
    found = [row for row in rows if plain == (row.uri if is_uri else row.name)]
    if len(found) == 1:
        return found[0]
    if found:
        listed = "\n  ".join(row.uri for row in found)
        raise CliError(
            f'several files of execution {execution_id} have the name "{wanted}"',
            fix=f"name one by its URI:\n  {listed}",
            exit_code=ExitCode.USAGE,
        )
    raise CliError(
        f'execution {execution_id} has no file "{wanted}"',
        fix=f"`lanner execution files list {execution_id}` shows what it has",
        exit_code=ExitCode.NOT_FOUND,
    )
