"""The value of a secret: asked for, piped in or read from a file, never an argument.

What stands on a command line can be read by every process of the machine, and stays in the shell's
history.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.invocation import Invocation

STDIN = "-"
"""Stands for stdin in place of a file."""


def read_secret(invocation: Invocation, key: str, file: str | None) -> str:
    """The value; a line end at its very end is left out.

    Raises:
        UsageProblem: There is none, or it is no text.
    """
    if file is not None and file != STDIN:
        return without_line_end(text_of_file(Path(file)))
    if file is None and invocation.terminal.is_in_tty:
        value = click.prompt(f"Value of {key}", hide_input=True, confirmation_prompt=True, err=True)
        return str(value)
    text = without_line_end(sys.stdin.read())
    if not text:
        raise UsageProblem(
            f"no value for {key} came on stdin",
            fix="pipe it in, name a file with --file, or run this in a terminal to be asked",
        )
    return text


def refuse_argument(value: str | None) -> None:
    """A value on the command line is refused.

    Raises:
        UsageProblem: There is one.
    """
    if value is not None:
        raise UsageProblem(
            "a secret's value does not belong on the command line: other processes can read it "
            "there, and the shell's history keeps it",
            fix="leave it out to be asked for it, pipe it in, or name a file with --file; "
            "change the secret if it was a real one",
        )


def text_of_file(path: Path) -> str:
    """What a file holds.

    Raises:
        UsageProblem: It cannot be read, or is no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageProblem(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise UsageProblem(
            f"{path} is no text in UTF-8", fix="encode it first, for example with base64"
        ) from None


def without_line_end(text: str) -> str:
    """A text without the line end that editors and `echo` put behind it."""
    return text.removesuffix("\n").removesuffix("\r")
