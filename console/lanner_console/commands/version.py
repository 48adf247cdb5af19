"""`lanner version`: of this program, and of the coordinator where one answers."""

from __future__ import annotations

import platform

import click

from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Verb

ANSWER_SECONDS = 2.0
SOURCE_TREE = "of a source tree"


def installed_version() -> str | None:
    """Version of the installed distribution; absent in a source tree that is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("lanner")
    except PackageNotFoundError:
        return None


@click.command("version", cls=Verb)
@click.pass_obj
def version(invocation: Invocation) -> None:
    """Show the version of this program and of the coordinator."""
    coordinator = invocation.run(_coordinator_version(invocation))
    facts = {
        "lanner": installed_version() or SOURCE_TREE,
        "python": platform.python_version(),
        "coordinator": coordinator or "no answer",
    }
    lines = [f"{name:<13}{value}" for name, value in facts.items()]
    invocation.print_one("Version", facts, name=facts["lanner"], lines=lines)


async def _coordinator_version(invocation: Invocation) -> str:
    from lanner_proto.errors import LannerError

    try:
        async with invocation.client() as client:
            return (await client.get_status(timeout_seconds=ANSWER_SECONDS)).software_version
    except LannerError:
        return ""
