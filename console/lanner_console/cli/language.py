"""Asks the language itself, where no coordinator runs: two short programs, JSON in and out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from lanner_console.cli.errors import CliError, UsageProblem
from lanner_console.cli.programs import AGENT, COORDINATOR, is_installed, program_command
from lanner_console.models import FlowCheck, FlowText

Answer = TypeVar("Answer")

LONGEST_SECONDS = 120
"""How long one of the programs may take; a thousand flows take seconds."""

_MODULE = "lanner_coordinator.language"


class Checks(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `check`.

    Attributes:
        checks: One for each source.
    """

    checks: tuple[FlowCheck, ...]


def check_offline(
    texts: Sequence[FlowText], types_file: Path | None, *, is_folder: bool = False
) -> list[FlowCheck]:
    """Check sources without a coordinator.

    Args:
        texts: The sources.
        is_folder: Whether they are all that folders have.
        types_file: Types of agents as `lanner agent types` prints them; absent: those that are
            installed here.

    Raises:
        CliError: The language is not installed here.
    """
    sources = [{"name": one.name, "source": one.source} for one in texts]
    types = known_types(types_file)
    answer = ask("check", Checks, types=types, sources=sources, is_folder=is_folder)
    return list(answer.checks)


def ask(verb: str, kind: type[Answer], **request: Any) -> Answer:
    """Ask the language.

    Raises:
        CliError: It is not installed here, or failed.
    """
    program_command(COORDINATOR, ())
    command = [sys.executable, "-m", _MODULE, verb]
    return msgspec.json.decode(_output_of(command, msgspec.json.encode(request)), type=kind)


def known_types(types_file: Path | None) -> object:
    """The types of agents; None where nobody knows any.

    Raises:
        CliError: The file does not hold them.
    """
    if types_file is not None:
        try:
            return msgspec.json.decode(types_file.read_bytes(), type=list[dict[str, Any]])
        except msgspec.DecodeError as error:
            raise UsageProblem(
                f"{types_file} holds no task types",
                why=str(error),
                fix="write it with `lanner agent types >FILE`",
            ) from error
    if not is_installed(AGENT):
        return None
    return msgspec.json.decode(_output_of(program_command(AGENT, ("types",)), b""))


def _output_of(command: Sequence[str], given: bytes) -> bytes:
    try:
        ended = subprocess.run(
            command, input=given, capture_output=True, timeout=LONGEST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise CliError(
            f"{command[2]} gave no answer within {LONGEST_SECONDS} seconds",
            fix="name fewer files",
        ) from error
    if ended.returncode != 0:
        raise CliError(
            f"{command[2]} failed with exit code {ended.returncode}",
            why=ended.stderr.decode(errors="replace").strip(),
            fix="call again with --debug and report what it prints",
        )
    return ended.stdout
