"""From the arguments of the process to its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from lanner_console.cli.errors import CliError
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.root import root
from lanner_console.cli.settings import GivenOptions, resolve_settings


def run(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code."""
    given = GivenOptions()
    try:
        ended = root.main(
            args=list(arguments), prog_name="lanner", standalone_mode=False, obj=given
        )
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return ExitCode.INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return ExitCode.USAGE
    except BrokenPipeError:
        return _reader_left()
    # The edge of the program: whatever went wrong becomes a sentence and an exit code.
    except Exception as error:  # noqa: BLE001
        return _failed(error, given)
    return int(ended) if isinstance(ended, int) else ExitCode.DONE


def _failed(error: Exception, given: GivenOptions) -> int:
    from lanner_console.cli.failure import failure_of, write_failure, write_trace

    failure = failure_of(error, _address(given))
    is_debug = given.is_debug or os.environ.get("LANNER_DEBUG", "") not in ("", "0")
    if is_debug and not isinstance(error, (CliError, click.ClickException)):
        write_trace(error, sys.stderr)
    output = given.output or os.environ.get("LANNER_OUTPUT", "")
    mark = "x" if given.is_ascii or not _speaks_unicode() else "✖"
    write_failure(failure, sys.stderr, as_json=output in ("json", "jsonl"), mark=mark)
    return failure.exit_code


def _reader_left() -> int:
    """End quietly when what reads stdout is gone, as `lanner … | head` does."""
    # Python flushes stdout at exit, which would raise again.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.DONE


def _address(given: GivenOptions) -> str:
    """The address in use, as far as it can be told: the settings may be what failed."""
    try:
        return resolve_settings(given, os.environ, Path.cwd()).address
    except CliError:
        return given.address or "an unknown address"


def _speaks_unicode() -> bool:
    return (sys.stderr.encoding or "").lower().replace("-", "") == "utf8"
