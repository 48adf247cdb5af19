"""The other two programs, which this one starts and never imports."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import NoReturn

from lanner_console.cli.errors import CliError


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One of the other programs.

    Attributes:
        name: For people, and name of its extra in the distribution.
        module: Started with `python -m`.
        needs: Package that only its extra installs.
    """

    name: str
    module: str
    needs: str


COORDINATOR = Program(name="coordinator", module="lanner_coordinator", needs="duckdb")
AGENT = Program(name="agent", module="lanner_agent", needs="psutil")


def is_installed(program: Program) -> bool:
    """Whether a program and what its extra installs are there."""
    return find_spec(program.module) is not None and find_spec(program.needs) is not None


def program_command(program: Program, arguments: Sequence[str]) -> list[str]:
    """The command that starts a program with this interpreter.

    Raises:
        CliError: It is not installed here.
    """
    if not is_installed(program):
        raise CliError(
            f"the {program.name} is not installed here",
            why=f"{sys.executable} has no {program.module} or no {program.needs}",
            fix=f"install it: pip install 'lanner[{program.name}]'",
        )
    return [sys.executable, "-m", program.module, *arguments]


def run_program(program: Program, arguments: Sequence[str]) -> NoReturn:
    """Become the program: same process, same signals, its exit code.

    Raises:
        CliError: It is not installed here.
    """
    command = program_command(program, arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(command[0], command)
