"""What the command line refuses by itself.

CliError
 ├── UsageProblem      options and arguments that do not fit together
 ├── ConfigProblem     a configuration file that is wrong
 └── Refused           it would have to ask, and cannot or got "no"
"""

from __future__ import annotations

from lanner_console.cli.exit_codes import ExitCode


class CliError(Exception):
    """A command ends with a sentence.

    Attributes:
        what: What happened, to what.
        why: Why; may be empty.
        fix: What to do; may be empty.
        exit_code: Of the program.
    """

    exit_code = ExitCode.FAILED

    def __init__(
        self, what: str, *, why: str = "", fix: str = "", exit_code: ExitCode | None = None
    ) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix
        if exit_code is not None:
            self.exit_code = exit_code


class UsageProblem(CliError):
    """Options and arguments do not fit together."""

    exit_code = ExitCode.USAGE


class ConfigProblem(CliError):
    """A configuration file is wrong."""

    exit_code = ExitCode.USAGE


class Refused(CliError):
    """The command would have to ask and cannot, or the answer was no."""

    exit_code = ExitCode.USAGE
