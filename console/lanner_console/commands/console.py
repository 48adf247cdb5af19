"""`lanner console`, also `lanner ui`: the terminal interface."""

from __future__ import annotations

import gc
import os
import socket
import sys
from pathlib import Path

import click

from lanner_console.cli.errors import CliError, UsageProblem
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Verb
from lanner_console.cli.settings import GivenOptions, resolve_settings

CONNECT_SECONDS = 0.3


@click.command("console", cls=Verb)
@click.pass_obj
def console(invocation: Invocation) -> int:
    """Open the terminal interface (also: lanner ui)."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageProblem(
            "the console needs a terminal, and stdin or stdout is none",
            fix="call it from a terminal (with `ssh -t` over SSH)",
        )
    if not sys.stderr.isatty():
        raise UsageProblem(
            "stderr is not a terminal, and the console draws on it",
            fix="call it without redirecting stderr",
        )
    try:
        from lanner_console.tui_app import run_console
    except ModuleNotFoundError as error:
        raise CliError(
            "the console is not installed",
            why=str(error),
            fix="install it: pip install 'lanner[console]'",
        ) from error
    # Off since the start, for the sake of commands that end soon; this one lasts.
    gc.enable()
    return run_console(invocation.settings)


def is_reachable(given: GivenOptions) -> bool:
    """Whether something listens at the coordinator's address; asks no more than that."""
    address = resolve_settings(given, os.environ, Path.cwd()).address
    if address.startswith("unix:"):
        family, target = socket.AF_UNIX, address.removeprefix("unix:")
        return _connects(family, target)
    host, _, port = address.rpartition(":")
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return False
    return any(_connects(family, place) for family, _, _, _, place in found)


def _connects(family: int, target: object) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(CONNECT_SECONDS)
        return probe.connect_ex(target) == 0  # type: ignore[arg-type]  # as the family wants it
