"""What can be asked of this program, and the JSON it is asked in."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from lanner_coordinator.language.checking import FoundProblem, found_problem
from lanner_coordinator.runtime.artifacts import LocalArtifacts
from lanner_coordinator.testing.given import FoundSuite, Given, GivenFile
from lanner_coordinator.testing.idle_loop import IdleLoop
from lanner_coordinator.testing.model import Case, Suite
from lanner_coordinator.testing.running import run_case
from lanner_coordinator.testing.verdict import Verdict


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked.

    Attributes:
        files: All files.
        words: Only tests are run whose `file::suite::test` has all of these, in any case.
        stops_at_first: Nothing is run after the first test that does not pass.
    """

    files: tuple[GivenFile, ...] = ()
    words: tuple[str, ...] = ()
    stops_at_first: bool = False


class Collected(msgspec.Struct, frozen=True, kw_only=True, tag="collected"):
    """What was found, before anything is run.

    Attributes:
        count: Tests that will be run.
        left_out: Tests that do not fit the words.
        problems: Files of suites and of their flows that have problems.
        tasks: All tasks of the tested flows, as `namespace/flow/task`.
    """

    count: int
    left_out: int
    problems: tuple[FileProblems, ...]
    tasks: tuple[str, ...]


class FileProblems(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a file.

    Attributes:
        name: Of the file.
        problems: In order of the file.
    """

    name: str
    problems: tuple[FoundProblem, ...]


class Ran(msgspec.Struct, frozen=True, kw_only=True, tag="ran"):
    """One test was run.

    Attributes:
        verdict: What came of it.
    """

    verdict: Verdict


def answer(request: bytes) -> Iterator[bytes]:
    """The answer to a request, line by line.

    Raises:
        msgspec.DecodeError: It is no JSON, or not the JSON of a request.
    """
    asked = msgspec.json.decode(request, type=Request)
    encoder = msgspec.json.Encoder()
    given = Given(asked.files)
    wanted, left_out = _wanted(given.suites, asked.words)
    yield encoder.encode(
        Collected(
            count=len(wanted),
            left_out=left_out,
            problems=tuple(_problems(given.suites)),
            tasks=tuple(_tasks(given, wanted)),
        )
    )
    for verdict in _verdicts(given, wanted):
        yield encoder.encode(Ran(verdict=verdict))
        if asked.stops_at_first and verdict.flaws:
            return


def _verdicts(given: Given, wanted: Sequence[tuple[str, Suite, Case]]) -> Iterator[Verdict]:
    with (
        tempfile.TemporaryDirectory(prefix="lanner-test-") as folder,
        asyncio.Runner(loop_factory=IdleLoop) as runner,
    ):
        root = Path(folder)
        storage = LocalArtifacts(root)
        runner.run(storage.__aenter__())
        try:
            for file, suite, case in wanted:
                began = time.perf_counter()
                verdict = runner.run(run_case(given, suite, case, file, storage, root))
                seconds = round(time.perf_counter() - began, 4)
                yield msgspec.structs.replace(verdict, seconds=seconds)
        finally:
            runner.run(storage.__aexit__(None, None, None))


def _wanted(
    suites: Sequence[FoundSuite], words: Sequence[str]
) -> tuple[Sequence[tuple[str, Suite, Case]], int]:
    """The tests to run, and how many others there are."""
    all_cases = [
        (found.name, found.suite, case)
        for found in suites
        if found.suite is not None
        for case in found.suite.cases
    ]
    wanted = [one for one in all_cases if _fits(one, words)]
    return wanted, len(all_cases) - len(wanted)


def _fits(one: tuple[str, Suite, Case], words: Sequence[str]) -> bool:
    file, suite, case = one
    name = f"{file}::{suite.id}::{case.id}".lower()
    return all(word.lower() in name for word in words)


def _problems(suites: Sequence[FoundSuite]) -> Iterator[FileProblems]:
    for found in suites:
        if found.problems:
            yield FileProblems(name=found.name, problems=tuple(map(found_problem, found.problems)))
        if found.of_flow:
            problems = tuple(map(found_problem, found.of_flow))
            yield FileProblems(name=found.flow_name, problems=problems)


def _tasks(given: Given, wanted: Sequence[tuple[str, Suite, Case]]) -> dict[str, None]:
    return {
        f"{suite.namespace}/{suite.flow_id}/{task_id}": None
        for _, suite, _ in wanted
        for task_id, planned in given.plan(suite).tasks.items()
        if not planned.task.is_disabled
    }
