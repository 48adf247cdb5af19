"""`lanner secret`: values that nobody reads back."""

from __future__ import annotations

import click

from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.group import NounGroup
from lanner_console.cli.invocation import Invocation, Listing
from lanner_console.cli.listing import listing_options
from lanner_console.cli.options import Verb
from lanner_console.cli.paging import all_rows
from lanner_console.cli.secret_value import read_secret, refuse_argument
from lanner_console.cli.views import SECRET_COLUMNS
from lanner_console.models import Page, SecretRow


@click.group("secret", cls=NounGroup)
def secret() -> None:
    """Secrets of namespaces: set, list, delete, rotate-key."""


@secret.command("set", cls=Verb)
@click.argument("key")
@click.argument("value", required=False, metavar="")
@click.option("--file", metavar="FILE", help="Read the value from a file; - is stdin.")
@click.option("--description", help="What it is about, for people.")
@click.option("--keep", is_flag=True, help="Leave a secret that is there alone, and fail.")
@click.option("--provider", default="", metavar="NAME", help="In a provider of the coordinator.")
@click.pass_obj
def set_secret(
    invocation: Invocation,
    key: str,
    value: str | None,
    file: str | None,
    description: str | None,
    keep: bool,
    provider: str,
) -> None:
    """Set a secret in the namespace of -n; its value is asked for, or read from stdin."""
    refuse_argument(value)
    namespace = _namespace(invocation)
    text = read_secret(invocation, key, file)

    async def work() -> SecretRow:
        async with invocation.client() as client:
            return await client.set_secret(
                namespace, key, text, description=description, keep=keep, provider=provider
            )

    row = invocation.run(work())
    where = (
        f"{row.namespace} of {provider}" if provider else f"{row.namespace}, version {row.version}"
    )
    invocation.say(f"set {row.key} in {where}")


@secret.command("list", cls=Verb)
@click.argument("prefix", default="")
@click.option("--inherited", is_flag=True, help="Those of the namespaces above too.")
@listing_options
@click.option("--provider", default="", metavar="NAME", help="In a provider of the coordinator.")
@click.pass_obj
def list_secrets(
    invocation: Invocation,
    prefix: str,
    inherited: bool,
    limit: int,
    listing: Listing,
    provider: str,
) -> None:
    """List the names of the secrets of the namespace of -n that start with PREFIX."""
    namespace = _namespace(invocation)

    async def work() -> Page[SecretRow]:
        async with invocation.client() as client:
            return await all_rows(
                lambda rows, offset: client.list_secrets(
                    namespace,
                    prefix=prefix,
                    inherited=inherited,
                    limit=rows,
                    offset=offset,
                    provider=provider,
                ),
                limit,
            )

    page = invocation.run(work())
    invocation.print_list(
        "Secret",
        SECRET_COLUMNS,
        page.rows,
        total_count=page.total_count,
        name=lambda row: row.key,
        listing=listing,
    )
    if not page.rows:
        invocation.say(f"no secret is in {namespace}")


@secret.command("delete", cls=Verb)
@click.argument("keys", nargs=-1, required=True)
@click.option("--provider", default="", metavar="NAME", help="In a provider of the coordinator.")
@click.pass_obj
def delete_secrets(invocation: Invocation, keys: tuple[str, ...], provider: str) -> None:
    """Remove secrets of the namespace of -n."""
    namespace = _namespace(invocation)

    async def work() -> None:
        async with invocation.client() as client:
            for key in keys:
                await client.delete_secret(namespace, key, provider=provider)

    invocation.run(work())
    invocation.say(f"removed {', '.join(keys)} from {namespace}")


@secret.command("rotate-key", cls=Verb)
@click.pass_obj
def rotate_key(invocation: Invocation) -> None:
    """Change the key that the coordinator's data keys are encrypted with."""

    async def work() -> int:
        async with invocation.client() as client:
            return await client.rotate_key()

    count = invocation.run(work())
    invocation.say(
        f"the master key is another one, {count} data keys are wrapped with it; back up the "
        "coordinator's key file again"
    )


def _namespace(invocation: Invocation) -> str:
    namespace = invocation.settings.namespace
    if not namespace:
        raise UsageProblem("secrets live in a namespace", fix="name it with -n company.team")
    return namespace
