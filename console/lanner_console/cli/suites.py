"""Runs tests of flows in a program of its own, which needs no coordinator."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from lanner_console.cli.errors import CliError, UsageProblem
from lanner_console.cli.programs import COORDINATOR, program_command
from lanner_console.cli.sources import read_text, yaml_files
from lanner_console.cli.suite_agent import suite_agent
from lanner_console.models.flow_suite import Collected, Ran

STOP_SECONDS = 5.0
"""How long the program may take to clean up."""

_MODULE = "lanner_coordinator.testing"


class SuiteFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is given to the program.

    Attributes:
        name: Of the file.
        source: Its text.
        is_asked: Its tests are to be run; otherwise it is there for its flow.
    """

    name: str
    source: str
    is_asked: bool


class SuiteRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the program is asked.

    Attributes:
        files: All files.
        words: Parts that the names of tests must have.
        stops_at_first: Nothing is run after the first test that does not pass.
        socket: Where an agent looks for the program; empty: there is none.
    """

    files: Sequence[SuiteFile]
    words: Sequence[str]
    stops_at_first: bool
    socket: str = ""


def suite_files(paths: Sequence[str], flow_paths: Sequence[str]) -> list[SuiteFile]:
    """The files below paths, and those that are there for their flows.

    A suite stands beside its flow: the folder of a file that is named is looked at too.

    Args:
        paths: Whose tests are to be run.
        flow_paths: Further files and folders with flows.

    Raises:
        UsageProblem: A path is not there, or is no text.
    """
    asked = {file: True for path in paths for file in yaml_files(Path(path))}
    beside = [
        file
        for path in map(Path, paths)
        if path.is_file()
        for file in yaml_files(path.parent, is_deep=False)
    ]
    others = [file for path in flow_paths for file in yaml_files(Path(path))]
    known = {file.resolve() for file in asked}
    files = dict(asked)
    for file in (*others, *beside):
        if file.resolve() not in known:
            known.add(file.resolve())
            files[file] = False
    return [
        SuiteFile(name=str(file), source=read_text(file), is_asked=is_asked)
        for file, is_asked in files.items()
    ]


def run_suites(
    files: Sequence[SuiteFile],
    *,
    words: Sequence[str],
    stops_at_first: bool,
    with_agent: bool,
) -> Iterator[Collected | Ran]:
    """Run tests; first what was found, then each test as it ends.

    Args:
        files: Their files, and those of flows.
        words: Parts that the names of tests must have.
        stops_at_first: Nothing is run after the first test that does not pass.
        with_agent: An agent runs what has no fixture.

    Raises:
        CliError: A program is not installed here, or failed.
    """
    program_command(COORDINATOR, ())
    request = SuiteRequest(files=files, words=words, stops_at_first=stops_at_first)
    if not with_agent:
        yield from _answers(request)
        return
    with suite_agent() as agent:
        try:
            yield from _answers(msgspec.structs.replace(request, socket=str(agent.socket)))
        except CliError as error:
            raise CliError(error.what, why=f"{error.why}\n{agent.log_tail()}") from error


def _answers(request: SuiteRequest) -> Iterator[Collected | Ran]:
    decoder = msgspec.json.Decoder(Collected | Ran)
    with subprocess.Popen(
        [sys.executable, "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        try:
            if program.stdin is not None and program.stdout is not None:
                program.stdin.write(msgspec.json.encode(request))
                program.stdin.close()
                for line in program.stdout:
                    yield decoder.decode(line)
            said = program.stderr.read() if program.stderr is not None else b""
            _check_end(program.wait(), said)
        finally:
            _end(program)


def _end(program: subprocess.Popen[bytes]) -> None:
    """Let the program clean up: it has ended, or Ctrl+C has reached it too, or reaches it now."""
    for ask in (None, signal.SIGINT, signal.SIGKILL):
        if ask is not None:
            program.send_signal(ask)
        try:
            program.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


def _check_end(exit_code: int, said: bytes) -> None:
    if exit_code != 0:
        raise CliError(
            f"{_MODULE} failed with exit code {exit_code}",
            why=said.decode(errors="replace").strip(),
            fix="call again with --debug and report what it prints",
        )


def no_tests(paths: Sequence[str], words: Sequence[str]) -> UsageProblem:
    """The error that there is nothing to run.

    Args:
        paths: Where tests were looked for.
        words: That none of those found has; empty: none was found.
    """
    places = ", ".join(paths)
    if words:
        return UsageProblem(
            f"no test in {places} has {' and '.join(words)} in its name",
            why="-k looks into FILE::SUITE::TEST",
            fix="leave -k out to run all",
        )
    return UsageProblem(
        f"there is no test in {places}",
        why="a suite of tests is a YAML file with `flowId` and `testCases`",
        fix="see docs/testing-flows.md for one",
    )
