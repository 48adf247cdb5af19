"""What can be asked of this program, and the JSON it is asked in."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import msgspec

from lanner_coordinator.engine.plan import Plan, PlannedTask
from lanner_coordinator.flow.types.flowables import TEMPLATE_TYPE
from lanner_coordinator.found_problems import FoundProblem, found_problem
from lanner_coordinator.runtime.artifacts import ArtifactStorage, LocalArtifacts
from lanner_coordinator.testing.agents import Agents, NoAgents
from lanner_coordinator.testing.given import FoundSuite, Given, GivenFile
from lanner_coordinator.testing.idle_loop import IdleLoop
from lanner_coordinator.testing.model import Case, Suite
from lanner_coordinator.testing.running import run_case
from lanner_coordinator.testing.verdict import Verdict

Tell = Callable[[bytes], None]
"""Takes one line of the answer."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked.

    Attributes:
        files: All files.
        words: Only tests are run whose `file::suite::test` has all of these, in any case.
        stops_at_first: Nothing is run after the first test that does not pass.
        socket: Unix socket that an agent dials, which runs what has no fixture; empty: none does.
    """

    files: tuple[GivenFile, ...] = ()
    words: tuple[str, ...] = ()
    stops_at_first: bool = False
    socket: str = ""


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


def answer(request: bytes, tell: Tell) -> None:
    """Answer a request, line by line.

    Raises:
        msgspec.DecodeError: It is no JSON, or not the JSON of a request.
        StartError: The agent that was promised does not come.
    """
    asked = msgspec.json.decode(request, type=Request)
    encoder = msgspec.json.Encoder()
    given = Given(asked.files)
    wanted, left_out = _wanted(given.suites, asked.words)
    found = Collected(
        count=len(wanted),
        left_out=left_out,
        problems=tuple(_problems(given.suites)),
        tasks=tuple(_tasks(given, wanted)),
    )
    tell(encoder.encode(found))
    with (
        tempfile.TemporaryDirectory(prefix="lanner-test-") as folder,
        asyncio.Runner(loop_factory=IdleLoop) as runner,
    ):
        runner.run(_run(asked, given, wanted, Path(folder), lambda ran: tell(encoder.encode(ran))))


async def _run(
    asked: Request,
    given: Given,
    wanted: Sequence[tuple[str, Suite, Case]],
    folder: Path,
    tell: Callable[[Ran], None],
) -> None:
    async with (
        LocalArtifacts(folder) as storage,
        _agents(asked.socket if wanted else "", storage) as agents,
    ):
        for file, suite, case in wanted:
            began = time.perf_counter()
            verdict = await run_case(given, suite, case, file, storage, folder, agents)
            seconds = round(time.perf_counter() - began, 4)
            tell(Ran(verdict=msgspec.structs.replace(verdict, seconds=seconds)))
            if asked.stops_at_first and verdict.flaws:
                return


def _agents(socket: str, storage: ArtifactStorage) -> AbstractAsyncContextManager[Agents]:
    if not socket:
        return contextlib.nullcontext(NoAgents())
    # The rest of the coordinator is loaded only where an agent is to be served.
    from lanner_coordinator.testing.real_agent import RealAgent

    return RealAgent(Path(socket), storage)


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
        f"{suite.namespace}/{suite.flow_id}/{planned.task.id}": None
        for _, suite, _ in wanted
        for planned in _written_tasks(given.plan(suite))
    }


def _written_tasks(plan: Plan) -> Iterator[PlannedTask]:
    """Tasks that stand in the source, without the parts that some of them are made of."""
    for planned in plan.tasks.values():
        above = plan.tasks.get(planned.parent_id)
        is_part = (
            above is not None
            and above.task.position == planned.task.position
            # What a template brings stands in a source of its own.
            and above.task.type != TEMPLATE_TYPE
        )
        if not is_part and not planned.task.is_disabled:
            yield planned
