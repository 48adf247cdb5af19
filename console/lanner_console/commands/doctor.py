"""`lanner doctor`: is everything there, and what to do where it is not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from lanner_console.checks.check import Check, Verdict
from lanner_console.checks.coordinator import coordinator_checks
from lanner_console.checks.machine import (
    container_engine_check,
    data_folder_check,
    disk_check,
    python_check,
)
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Verb
from lanner_console.cli.settings import Output, default_data_folder
from lanner_console.cli.table import Column
from lanner_console.cli.visible import visible
from lanner_console.commands.version import installed_version
from lanner_console.tones import Tone

TONES = {Verdict.OK: Tone.GOOD, Verdict.WARN: Tone.WARN, Verdict.FAIL: Tone.BAD}
COLUMNS: Sequence[Column[Check]] = (
    Column(name="check", value=lambda check: check.name),
    Column(name="verdict", value=lambda check: check.verdict),
    Column(name="says", value=lambda check: check.says, is_flexible=True),
    Column(name="fix", value=lambda check: check.fix, is_flexible=True),
)


@click.command("doctor", cls=Verb)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Data folder of `lanner up` (default: the user's data folder).",
)
@click.pass_obj
def doctor(invocation: Invocation, data: Path | None) -> ExitCode:
    """Check this machine, the coordinator and its agents; exits with 1 when something fails."""
    checks = invocation.run(_checks(invocation, data or default_data_folder()))
    if invocation.settings.output in (Output.TABLE, Output.WIDE):
        for check in checks:
            _print(invocation, check)
    else:
        invocation.print_list(
            "Check", COLUMNS, checks, total_count=len(checks), name=lambda check: check.name
        )
    has_failed = any(check.verdict is Verdict.FAIL for check in checks)
    return ExitCode.FAILED if has_failed else ExitCode.DONE


async def _checks(invocation: Invocation, folder: Path) -> list[Check]:
    checks = [python_check(), data_folder_check(folder), disk_check(folder)]
    # Two seconds at most, and nothing else is on this loop.
    checks.append(container_engine_check(os.environ))
    async with invocation.client() as client:
        checks += await coordinator_checks(client, invocation.clock, installed_version())
    return checks


def _print(invocation: Invocation, check: Check) -> None:
    verdict = invocation.terminal.out_paint(check.verdict.ljust(5), TONES[check.verdict])
    is_ascii = invocation.settings.is_ascii
    invocation.emit(f"{verdict} {check.name:<12} {visible(check.says, ascii_only=is_ascii)}")
    if check.fix:
        invocation.emit(f"{'':<18} {visible(check.fix, ascii_only=is_ascii)}")
