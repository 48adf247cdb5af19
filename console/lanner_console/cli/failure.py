"""How a command that went wrong ends: three lines or one JSON object, and an exit code."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

import click

from lanner_console.cli.errors import CliError
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.visible import visible
from lanner_proto import errors

# gRPC wraps the reason of a failed connection in what it tried: `…; last error: …: error: REASON`.
ERROR_PREFIX = re.compile(r"\berror: ")
EXIT_CODES: Mapping[type[errors.LannerError], ExitCode] = {
    errors.Unavailable: ExitCode.UNREACHABLE,
    errors.TimedOut: ExitCode.TIMED_OUT,
    errors.NotFound: ExitCode.NOT_FOUND,
    errors.InvalidInput: ExitCode.USAGE,
    errors.Conflict: ExitCode.CONFLICT,
    errors.AccessError: ExitCode.DENIED,
    errors.LannerError: ExitCode.FAILED,
}
FIXES: Mapping[type[errors.LannerError], str] = {
    errors.Unavailable: "start one with `lanner up`, or name another with --address",
    errors.TimedOut: "give it longer with --timeout, or look at `lanner doctor`",
    errors.NotFound: "list what there is: `lanner flow list`, `lanner execution list`",
    errors.InvalidInput: "correct it and call again",
    errors.Conflict: "look at it as it is now, then decide again",
    errors.AccessError: "ask who runs the coordinator for the right to do this",
    errors.Exhausted: "make room on the coordinator's disk, or ask for less",
    errors.Unsupported: "upgrade the coordinator: it is older than this program",
    errors.LannerError: "look at the coordinator's log, and call again with --debug",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What is told about an error.

    Attributes:
        exit_code: Of the program.
        status: Name of the gRPC status, or of the exit code.
        what: What happened.
        why: Why; may be empty.
        fix: What to do; may be empty.
    """

    exit_code: ExitCode
    status: str
    what: str
    why: str = ""
    fix: str = ""


def failure_of(error: Exception, address: str) -> Failure:
    """What to tell about an error."""
    match error:
        case CliError():
            code = error.exit_code
            return Failure(
                exit_code=code, status=code.name, what=error.what, why=error.why, fix=error.fix
            )
        case errors.LannerError():
            return _coordinator_failure(error, address)
        case click.UsageError():
            return _usage_failure(error)
        case click.ClickException():
            return Failure(exit_code=ExitCode.USAGE, status="USAGE", what=error.format_message())
        case OSError():
            name = error.filename or "a file"
            what = f"cannot use {name}: {error.strerror or error}"
            return Failure(exit_code=ExitCode.FAILED, status="FAILED", what=what)
        case _:
            return Failure(
                exit_code=ExitCode.FAILED,
                status="BUG",
                what=f"this program failed: {type(error).__name__}: {error}",
                fix="call again with --debug and report what it prints",
            )


def write_failure(failure: Failure, stream: TextIO, *, as_json: bool, mark: str) -> None:
    """Write one failure: what, why, what to do."""
    if as_json:
        body = {
            "code": int(failure.exit_code),
            "status": failure.status,
            "message": failure.what,
            "why": failure.why,
            "fix": failure.fix,
        }
        print(json.dumps({"apiVersion": "lanner/v1", "error": body}), file=stream)
        return
    first, *others = failure.what.split("\n")
    print(f"{mark} {visible(first)}", file=stream)
    for label, text in (("why", failure.why), ("fix", failure.fix)):
        for line in [*(others if label == "why" else []), *text.split("\n")]:
            if line:
                print(f"  {visible(line)}", file=stream)


def write_trace(error: Exception, stream: TextIO) -> None:
    """Write where an error came from, and the gRPC status when there is one."""
    print(visible_block("".join(traceback.format_exception(error))), file=stream)
    if isinstance(error, errors.LannerError) and error.status:
        print(f"gRPC status {error.status}: {visible(error.message)}", file=stream)


def visible_block(text: str) -> str:
    """Text of many lines, each made visible."""
    return "\n".join(map(visible, text.split("\n")))


def _coordinator_failure(error: errors.LannerError, address: str) -> Failure:
    kinds = [kind for kind in type(error).__mro__ if kind in EXIT_CODES or kind in FIXES]
    code = next(EXIT_CODES[kind] for kind in kinds if kind in EXIT_CODES)
    fix = next(FIXES[kind] for kind in kinds if kind in FIXES)
    if isinstance(error, (errors.Unavailable, errors.TimedOut)):
        what = f"no answer from the coordinator at {address}"
        why = ERROR_PREFIX.split(error.message)[-1]
        return Failure(exit_code=code, status=error.status, what=what, why=why, fix=fix)
    why = f"the coordinator at {address} answered {error.status}" if error.status else ""
    return Failure(
        exit_code=code, status=error.status or code.name, what=error.message, why=why, fix=fix
    )


def _usage_failure(error: click.UsageError) -> Failure:
    message = error.format_message().rstrip(".")
    path = error.ctx.command_path if error.ctx else "lanner"
    return Failure(
        exit_code=ExitCode.USAGE,
        status="USAGE",
        what=message[:1].lower() + message[1:],
        why=error.ctx.get_usage() if error.ctx else "",
        fix=f"see `{path} --help`",
    )
