"""`lanner namespace files`: files of a namespace, with their versions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import click

from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.group import NounGroup
from lanner_console.cli.invocation import Invocation, Listing
from lanner_console.cli.listing import listing_options
from lanner_console.cli.options import Verb
from lanner_console.cli.paging import all_rows
from lanner_console.cli.saving import save, write_out
from lanner_console.cli.table import Column
from lanner_console.commands.namespace_sync import Planned, carry_out, make_plan
from lanner_console.models import Page
from lanner_console.models.namespace import NamespaceFileRow

FILE_COLUMNS: Sequence[Column[NamespaceFileRow]] = (
    Column(
        name="path", value=lambda row: f"{row.path}/" if row.is_folder else row.path, is_key=True
    ),
    Column(name="bytes", value=lambda row: None if row.is_folder else row.size_bytes),
    Column(name="version", value=lambda row: row.version or None),
    Column(name="stored", value=lambda row: row.created_at),
    Column(name="deleted", value=lambda row: row.deleted_at),
    Column(name="by", value=lambda row: row.created_by, is_wide=True),
    Column(name="sha256", value=lambda row: row.sha256, is_wide=True, is_flexible=True),
    Column(name="uri", value=lambda row: row.uri, is_wide=True, is_flexible=True),
)
PLAN_COLUMNS: Sequence[Column[Planned]] = (
    Column(name="change", value=lambda one: one.change),
    Column(name="path", value=lambda one: one.path, is_key=True),
)


@click.group("files", cls=NounGroup)
def files() -> None:
    """Files of the namespace of -n: list, get, put, move, delete, versions, sync."""


@files.command("list", cls=Verb)
@click.argument("folder", default="")
@click.option("-r", "--recursive", is_flag=True, help="Also what is in folders of the folder.")
@click.option(
    "--pattern",
    "patterns",
    multiple=True,
    metavar="GLOB",
    help="Only files that fit, `**.sql`; implies -r. Repeatable.",
)
@listing_options
@click.pass_obj
def list_files(
    invocation: Invocation,
    folder: str,
    recursive: bool,
    patterns: tuple[str, ...],
    limit: int,
    listing: Listing,
) -> None:
    """List files and folders, of the root or of FOLDER."""
    namespace = _namespace(invocation)

    async def work() -> Page[NamespaceFileRow]:
        async with invocation.client() as client:
            return await all_rows(
                lambda rows, offset: client.list_namespace_files(
                    namespace,
                    folder=folder,
                    recursive=recursive or bool(patterns),
                    patterns=patterns,
                    limit=rows,
                    offset=offset,
                ),
                limit,
            )

    page = invocation.run(work())
    _print(invocation, page.rows, page.total_count, listing)
    if not page.rows:
        invocation.say(f"there is no file in {namespace}{f', {folder}' if folder else ''}")


@files.command("get", cls=Verb)
@click.argument("path")
@click.option("--version", type=click.IntRange(min=1), metavar="N", help="An older version.")
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="File or folder to write to (default: stdout).",
)
@click.pass_obj
def get_file(invocation: Invocation, path: str, version: int | None, to: Path | None) -> None:
    """Fetch a file."""
    namespace = _namespace(invocation)
    target = to / PurePosixPath(path).name if to is not None and to.is_dir() else to

    async def work() -> None:
        async with invocation.client() as client:
            chunks = client.get_namespace_file(namespace, path, version=version or 0)
            await (write_out(chunks) if target is None else save(chunks, target))

    invocation.run(work())
    if target is not None:
        invocation.say(f"wrote {target}")


@files.command("put", cls=Verb)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("path", required=False)
@click.pass_obj
def put_file(invocation: Invocation, file: Path, path: str | None) -> None:
    """Store FILE under PATH, its own name by default."""
    namespace = _namespace(invocation)
    wanted = path or file.name
    if wanted.endswith("/"):
        wanted += file.name

    async def work() -> NamespaceFileRow:
        async with invocation.client() as client:
            return await client.put_namespace_file(file, namespace, wanted)

    row = invocation.run(work())
    invocation.say(f"{row.path} of {namespace} is at version {row.version}")


@files.command("move", cls=Verb)
@click.argument("source")
@click.argument("target")
@click.pass_obj
def move_file(invocation: Invocation, source: str, target: str) -> None:
    """Give a file or a folder another name; versions stay under the old one."""
    namespace = _namespace(invocation)

    async def work() -> list[NamespaceFileRow]:
        async with invocation.client() as client:
            return await client.move_namespace_file(
                namespace, source.rstrip("/"), target.rstrip("/")
            )

    moved = invocation.run(work())
    invocation.say(f"moved {len(moved)} {'file' if len(moved) == 1 else 'files'} to {target}")


@files.command("delete", cls=Verb)
@click.argument("paths", nargs=-1, required=True)
@click.option("-y", "--yes", is_flag=True, help="Delete folders without a question.")
@click.pass_obj
def delete_files(invocation: Invocation, paths: tuple[str, ...], yes: bool) -> None:
    """Delete files and folders, all or none; `get --version` still reads them."""
    namespace = _namespace(invocation)
    folders = [path for path in paths if path.endswith("/")]
    if folders and not yes:
        invocation.ask(f"type {folders[0]} to delete all that is in it:", folders[0])

    async def work() -> list[NamespaceFileRow]:
        async with invocation.client() as client:
            return await client.delete_namespace_files(namespace, paths)

    deleted = invocation.run(work())
    invocation.say(f"deleted {', '.join(row.path for row in deleted)} of {namespace}")


@files.command("versions", cls=Verb)
@click.argument("path")
@click.pass_obj
def list_versions(invocation: Invocation, path: str) -> None:
    """List the versions of a file, the newest first."""
    namespace = _namespace(invocation)

    async def work() -> list[NamespaceFileRow]:
        async with invocation.client() as client:
            return await client.list_namespace_file_versions(namespace, path)

    rows = invocation.run(work())
    _print(invocation, rows, len(rows), None)


@files.command("sync", cls=Verb)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--to", "target", default="", metavar="FOLDER", help="Folder of the namespace.")
@click.option("--delete", "has_deletions", is_flag=True, help="Delete files that FOLDER lacks.")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
@click.pass_obj
def sync(
    invocation: Invocation, folder: Path, target: str, has_deletions: bool, dry_run: bool
) -> None:
    """Store the files of FOLDER that differ; hidden ones and links are left out."""
    namespace = _namespace(invocation)

    async def work() -> Sequence[Planned]:
        async with invocation.client() as client:
            plan = await make_plan(
                client, namespace, folder, target.strip("/"), has_deletions=has_deletions
            )
            if not dry_run:
                await carry_out(client, namespace, plan)
            return plan.steps

    steps = invocation.run(work())
    changed = [one for one in steps if one.change != "unchanged"]
    invocation.print_list(
        "PlannedFile",
        PLAN_COLUMNS,
        changed,
        total_count=len(changed),
        name=lambda one: one.path,
    )
    same = len(steps) - len(changed)
    done = "to change" if dry_run else "changed"
    invocation.say(f"{len(changed)} {done}, {same} the same")
    if dry_run:
        invocation.say("a dry run: nothing was changed")


def _print(
    invocation: Invocation,
    rows: Sequence[NamespaceFileRow],
    total_count: int,
    listing: Listing | None,
) -> None:
    invocation.print_list(
        "NamespaceFile",
        FILE_COLUMNS,
        rows,
        total_count=total_count,
        name=lambda row: row.path,
        listing=listing,
    )


def _namespace(invocation: Invocation) -> str:
    namespace = invocation.settings.namespace
    if not namespace:
        raise UsageProblem("files live in a namespace", fix="name it with -n company.team")
    return namespace
