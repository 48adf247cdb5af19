"""`lanner template`: lists of tasks that flows put in by name."""

from __future__ import annotations

import click

from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.group import NounGroup
from lanner_console.cli.invocation import Invocation, Listing
from lanner_console.cli.listing import listing_options
from lanner_console.cli.options import Verb
from lanner_console.cli.paging import all_rows
from lanner_console.cli.sources import read_sources
from lanner_console.cli.views import TEMPLATE_COLUMNS
from lanner_console.models import Page, TemplateRow


@click.group("template", cls=NounGroup)
def template() -> None:
    """Lists of tasks that flows put in by name: apply, list, get, delete."""


@template.command("apply", cls=Verb)
@click.argument("paths", nargs=-1, required=True)
@click.pass_obj
def apply(invocation: Invocation, paths: tuple[str, ...]) -> None:
    """Store templates from files, folders or - for stdin, one after the other."""
    texts = read_sources(paths)

    async def work() -> None:
        async with invocation.client() as client:
            for text in texts:
                row = await client.apply_template(text.source)
                invocation.say(f"{row.namespace}/{row.id} is at version {row.version}")

    invocation.run(work())


@template.command("list", cls=Verb)
@listing_options
@click.pass_obj
def list_templates(invocation: Invocation, limit: int, listing: Listing) -> None:
    """List the templates of the namespace of -n, or of all."""
    namespace = invocation.settings.namespace

    async def work() -> Page[TemplateRow]:
        async with invocation.client() as client:
            return await all_rows(
                lambda rows, offset: client.list_templates(namespace, limit=rows, offset=offset),
                limit,
            )

    page = invocation.run(work())
    invocation.print_list(
        "Template",
        TEMPLATE_COLUMNS,
        page.rows,
        total_count=page.total_count,
        name=lambda row: f"{row.namespace}/{row.id}",
        listing=listing,
    )
    if not page.rows:
        invocation.say("there is no template")


@template.command("get", cls=Verb)
@click.argument("name")
@click.pass_obj
def get(invocation: Invocation, name: str) -> None:
    """Print the source of a template: company.team/notify, or notify in the namespace of -n."""
    namespace, template_id = _key(invocation, name)

    async def work() -> TemplateRow:
        async with invocation.client() as client:
            return await client.get_template(namespace, template_id)

    row = invocation.run(work())
    lines = row.source.rstrip("\n").split("\n")
    invocation.print_one("Template", row, name=f"{row.namespace}/{row.id}", lines=lines)


@template.command("delete", cls=Verb)
@click.argument("names", nargs=-1, required=True)
@click.pass_obj
def delete(invocation: Invocation, names: tuple[str, ...]) -> None:
    """Remove templates; flows that put them in fail there from then on."""
    keys = [_key(invocation, name) for name in names]

    async def work() -> None:
        async with invocation.client() as client:
            for namespace, template_id in keys:
                await client.delete_template(namespace, template_id)
                invocation.say(f"removed {namespace}/{template_id}")

    invocation.run(work())


def _key(invocation: Invocation, name: str) -> tuple[str, str]:
    namespace, _, template_id = name.rpartition("/")
    namespace = namespace or invocation.settings.namespace
    if not namespace:
        raise UsageProblem(
            "templates live in a namespace", fix=f"write company.team/{name}, or name it with -n"
        )
    return namespace, template_id
