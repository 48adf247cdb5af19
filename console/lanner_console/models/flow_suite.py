"""Tests of flows and what came of them."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from lanner_console.models.flow import FlowProblem


class FlowOutcome(StrEnum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why a test did not pass.

    Attributes:
        message: A sentence.
        line: Where in the file, from 1.
        column: From 1.
        length: Characters; 0: unknown.
        hint: What to do, in lines; may be empty.
        about: What the assertion says of itself; may be empty.
        operator: Of the assertion; empty: it is none.
        expected: What the operator compares with.
        actual: The value.
    """

    message: str
    line: int
    column: int
    length: int = 0
    hint: str = ""
    about: str = ""
    operator: str = ""
    expected: object = None
    actual: object = None


class LoggedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A log line of a test's executions.

    Attributes:
        level: TRACE, DEBUG, INFO, WARN or ERROR.
        task_id: Empty: the execution's.
        text: What it says.
    """

    level: str
    task_id: str
    text: str


class FlowVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a test.

    Attributes:
        file: Of its suite.
        suite: Id of the suite.
        case: Id of the test.
        outcome: How it ended.
        namespace: Of the flow.
        flow_id: The flow.
        line: Of the test in its file.
        seconds: How long it took.
        state: Of the execution at the end; empty: there was none.
        flaws: Why it did not pass.
        lines: What its executions logged.
        reached: Tasks that ran or were answered, as `namespace/flow/task`.
    """

    file: str
    suite: str
    case: str
    outcome: FlowOutcome
    namespace: str = ""
    flow_id: str = ""
    line: int = 0
    seconds: float = 0.0
    state: str = ""
    flaws: tuple[Flaw, ...] = ()
    lines: tuple[LoggedLine, ...] = ()
    reached: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What people call it: `suite::test`."""
        return f"{self.suite}::{self.case}"


class FileProblems(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a file of tests, or with the flow that it tests.

    Attributes:
        name: Of the file.
        problems: In order of the file.
    """

    name: str
    problems: tuple[FlowProblem, ...]

    @property
    def has_errors(self) -> bool:
        """Whether its tests cannot be run."""
        return any(problem.is_error for problem in self.problems)


class Collected(msgspec.Struct, frozen=True, kw_only=True, tag="collected"):
    """What was found before anything ran.

    Attributes:
        count: Tests that will be run.
        left_out: Tests that were not asked for.
        problems: Files that have problems.
        tasks: All tasks of the tested flows, as `namespace/flow/task`.
    """

    count: int
    left_out: int
    problems: tuple[FileProblems, ...]
    tasks: tuple[str, ...]


class Ran(msgspec.Struct, frozen=True, kw_only=True, tag="ran"):
    """One test was run.

    Attributes:
        verdict: What came of it.
    """

    verdict: FlowVerdict
