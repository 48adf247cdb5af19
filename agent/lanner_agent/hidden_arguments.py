"""Keeps secrets out of the arguments of programs, which every process of a host can read.

A shell that gets its commands as an argument gets them through its environment instead, which only
its own user can read, and takes them out of there before it runs them: what it starts does not
inherit them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from lanner_agent.masking import Masker
from lanner_agent.runners.contract import Command

COMMANDS_VARIABLE = "LANNER_COMMANDS"
"""Holds the commands until the shell has read them."""

_SHELLS = frozenset({"sh", "ash", "bash", "dash", "ksh", "zsh"})
_READ_AND_RUN = (
    f"lanner_commands=${COMMANDS_VARIABLE}; unset {COMMANDS_VARIABLE}; "
    'eval "unset lanner_commands\n$lanner_commands"'
)


def without_secret_arguments(command: Command, masker: Masker) -> Command:
    """The command with no secret among its arguments, where a shell is given commands."""
    if not has_secret_arguments(command, masker) or not _is_given_commands(command):
        return command
    *shell, commands = command.argv
    return replace(
        command,
        argv=(*shell, _READ_AND_RUN),
        environment={**command.environment, COMMANDS_VARIABLE: commands},
    )


def with_secrets_named(command: Command, masker: Masker) -> Command:
    """The command with a note of where its secrets are, for its runner."""
    if not masker.hides_anything:
        return command
    secret_variables = frozenset(
        name for name, text in command.environment.items() if _has_secret([text], masker)
    )
    entrypoint = (command.container.entrypoint if command.container else None) or ()
    has_secret = _has_secret((*command.argv, *entrypoint), masker)
    return replace(command, secret_variables=secret_variables, has_secret_arguments=has_secret)


def has_secret_arguments(command: Command, masker: Masker) -> bool:
    """Whether one of the arguments has a secret in it."""
    return _has_secret(command.argv, masker)


def _has_secret(texts: Iterable[str], masker: Masker) -> bool:
    return any(masker.mask(text) != text for text in texts)


def _is_given_commands(command: Command) -> bool:
    """Whether the last argument, and no other one, is commands for a shell."""
    if len(command.argv) < 3:
        return False
    option = command.argv[-2]
    is_option = option.startswith("-") and not option.startswith("--") and option.endswith("c")
    return is_option and PurePosixPath(command.argv[0]).name in _SHELLS
