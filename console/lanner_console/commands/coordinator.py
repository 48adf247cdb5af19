"""`lanner coordinator`: the coordinator of this machine."""

from __future__ import annotations

import click

from lanner_console.cli.group import NounGroup
from lanner_console.cli.programs import COORDINATOR, run_program


@click.group("coordinator", cls=NounGroup)
def coordinator() -> None:
    """The coordinator of this machine (run)."""


@coordinator.command(
    "run",
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
    short_help="Start a coordinator in this process.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run(arguments: tuple[str, ...]) -> None:
    """Start a coordinator in this process; `… run --help` shows its options."""
    run_program(COORDINATOR, arguments)
