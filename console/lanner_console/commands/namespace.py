"""`lanner namespace`: what is set for namespaces, and their files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
import msgspec

from lanner_console.cli.arguments import key_values
from lanner_console.cli.documents import plain
from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.group import NounGroup
from lanner_console.cli.invocation import Invocation, Listing
from lanner_console.cli.listing import listing_options
from lanner_console.cli.options import Verb
from lanner_console.cli.paging import all_rows
from lanner_console.cli.sources import read_sources
from lanner_console.cli.table import Column
from lanner_console.cli.variables import changed_variables, json_or_text
from lanner_console.cli.yaml_text import yaml_text
from lanner_console.commands.namespace_files import files
from lanner_console.models import Page
from lanner_console.models.namespace import AppliedNamespace, NamespaceRow, NamespaceSettings

NAMESPACE_COLUMNS: Sequence[Column[NamespaceRow]] = (
    Column(name="namespace", value=lambda row: row.name, is_key=True),
    Column(name="flows", value=lambda row: row.flow_count),
    Column(name="files", value=lambda row: row.file_count),
    Column(name="values", value=lambda row: row.key_value_count),
    Column(name="set", value=lambda row: row.own is not None),
    Column(name="groups", value=lambda row: _groups(row.effective)),
    Column(name="updated", value=lambda row: row.updated_at, is_wide=True),
    Column(name="by", value=lambda row: row.updated_by, is_wide=True),
    Column(name="description", value=lambda row: row.effective.description, is_flexible=True),
)
APPLIED_COLUMNS: Sequence[Column[AppliedNamespace]] = (
    Column(name="change", value=lambda row: row.change),
    Column(name="namespace", value=lambda row: row.name, is_key=True),
    Column(name="version", value=lambda row: row.version),
    Column(name="source", value=lambda row: row.source, is_flexible=True),
)


@click.group("namespace", cls=NounGroup)
def namespace() -> None:
    """Namespaces: list, get, set, apply, delete, files."""


@namespace.command("list", cls=Verb)
@click.argument("below", default="")
@listing_options
@click.pass_obj
def list_namespaces(invocation: Invocation, below: str, limit: int, listing: Listing) -> None:
    """List all namespaces, or BELOW and those below it."""

    async def work() -> Page[NamespaceRow]:
        async with invocation.client() as client:
            return await all_rows(
                lambda rows, offset: client.list_namespaces(below=below, limit=rows, offset=offset),
                limit,
            )

    page = invocation.run(work())
    invocation.print_list(
        "Namespace",
        NAMESPACE_COLUMNS,
        page.rows,
        total_count=page.total_count,
        name=lambda row: row.name,
        listing=listing,
    )
    if not page.rows:
        invocation.say("there is no namespace")


@namespace.command("get", cls=Verb)
@click.argument("name")
@click.pass_obj
def get_namespace(invocation: Invocation, name: str) -> None:
    """Show what holds in a namespace, its own and from above."""

    async def work() -> NamespaceRow:
        async with invocation.client() as client:
            return await client.get_namespace(name)

    row = invocation.run(work())
    invocation.print_one("Namespace", row, name=row.name, lines=_lines(row))


@namespace.command("set", cls=Verb)
@click.argument("name")
@click.option("--description", help="What it is for.")
@click.option(
    "--variable",
    "variables",
    multiple=True,
    metavar="KEY=VALUE",
    help="Set a variable; VALUE is JSON or else a text, dots in KEY make maps. Repeatable.",
)
@click.option("--unset", "unset", multiple=True, metavar="KEY", help="Take a variable back.")
@click.option(
    "--allow-group",
    "groups",
    multiple=True,
    metavar="GROUP",
    help="Agent group that tasks may ask for, in place of those set. Repeatable.",
)
@click.option("--inherit-groups", is_flag=True, help="Allow what the namespace above allows.")
@click.pass_obj
def set_namespace(
    invocation: Invocation,
    name: str,
    description: str | None,
    variables: tuple[str, ...],
    unset: tuple[str, ...],
    groups: tuple[str, ...],
    inherit_groups: bool,
) -> None:
    """Change some of what is set for a namespace; the rest stays. See also `apply`."""
    if groups and inherit_groups:
        raise UsageProblem("--allow-group and --inherit-groups exclude each other")
    texts = key_values(variables, "--variable")
    given = {key: json_or_text(text) for key, text in texts.items()}

    async def work() -> NamespaceRow:
        async with invocation.client() as client:
            before = await _before(invocation, name)
            settings = before.own or NamespaceSettings()
            changed = msgspec.structs.replace(
                settings,
                description=settings.description if description is None else description,
                variables=changed_variables(settings.variables, given, unset),
                allowed_groups=None if inherit_groups else (groups or settings.allowed_groups),
            )
            return await client.set_namespace(name, changed, if_version=before.version)

    row = invocation.run(work())
    invocation.say(f"set {row.name}, version {row.version}")


@namespace.command("apply", cls=Verb)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
@click.pass_obj
def apply(invocation: Invocation, paths: tuple[str, ...], dry_run: bool) -> None:
    """Set namespaces from YAML files, folders or - for stdin, all or nothing."""
    sources = read_sources(paths)

    async def work() -> list[AppliedNamespace]:
        async with invocation.client() as client:
            return await client.apply_namespaces(sources, dry_run=dry_run)

    applied = invocation.run(work())
    invocation.print_list(
        "AppliedNamespace",
        APPLIED_COLUMNS,
        applied,
        total_count=len(applied),
        name=lambda row: row.name,
    )
    if dry_run:
        invocation.say("a dry run: nothing was changed")


@namespace.command("delete", cls=Verb)
@click.argument("name")
@click.pass_obj
def delete_namespace(invocation: Invocation, name: str) -> None:
    """Take back what is set for a namespace; its flows, files and values stay."""

    async def work() -> None:
        async with invocation.client() as client:
            await client.delete_namespace(name)

    invocation.run(work())
    invocation.say(f"nothing is set for {name} any more; its flows, files and values stay")


namespace.add_command(files)


async def _before(invocation: Invocation, name: str) -> NamespaceRow:
    from lanner_proto.errors import NotFound

    async with invocation.client() as client:
        try:
            return await client.get_namespace(name)
        except NotFound:
            return NamespaceRow(name=name)


def _lines(row: NamespaceRow) -> Iterator[str]:
    held = row.effective
    yield f"namespace    {row.name}"
    if held.description:
        yield f"description  {held.description}"
    counts = f"{row.flow_count} flows, {row.file_count} files, {row.key_value_count} values"
    yield f"holds        {counts}"
    if row.own is not None:
        yield f"version      {row.version}, set by {row.updated_by}"
    if held.allowed_groups is not None:
        yield f"groups       {_groups(held)} (set for {held.groups_from})"
    parts = (("variables", held.variables), ("plugin defaults", held.plugin_defaults))
    for title, value in parts:
        if value:
            yield f"{title}:"
            yield from (f"  {line}" for line in yaml_text(plain(value)).splitlines())


def _groups(settings: NamespaceSettings) -> str:
    if settings.allowed_groups is None:
        return ""
    return ",".join(settings.allowed_groups) or "none"
