"""`lanner version`: of this program, and of the coordinator where one answers."""

from __future__ import annotations

import platform

import click

from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Verb

ANSWER_SECONDS = 2.0


def installed_version() -> str:
    """Version of the installed distribution."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("lanner")
    except PackageNotFoundError:
        # A checkout that was put on the path without being installed.
        return "of a source tree"


@click.command("version", cls=Verb)
@click.pass_obj
def version(invocation: Invocation) -> None:
    """Show the version of this program and of the coordinator."""
    coordinator = invocation.run(_coordinator_version(invocation))
    facts = {
        "lanner": installed_version(),
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
