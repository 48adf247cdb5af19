"""What came of a test, as the command line reads it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, ScalarNode


class Outcome(StrEnum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    """An assertion does not hold."""
    ERROR = "error"
    """It could not be run as it is written."""
    SKIPPED = "skipped"


class Flaw(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reason why a test did not pass.

    Attributes:
        message: A sentence.
        line: Where in the file, from 1.
        column: From 1.
        length: Characters; 0: unknown.
        hint: What to do, in lines; may be empty.
        about: What the assertion says of itself; may be empty.
        operator: Of the assertion; empty: it is none.
        expected: JSON-like.
        actual: JSON-like, secrets masked.
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


class ShownLine(msgspec.Struct, frozen=True, kw_only=True):
    """A log line of a test's executions.

    Attributes:
        level: TRACE, DEBUG, INFO, WARN or ERROR.
        task_id: Empty: the execution's.
        text: What it says.
    """

    level: str
    task_id: str
    text: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
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
        lines: What its executions logged, in order.
        reached: Tasks that ran or were answered, as `flow/task`.
    """

    file: str
    suite: str
    case: str
    outcome: Outcome
    namespace: str = ""
    flow_id: str = ""
    line: int = 0
    seconds: float = 0.0
    state: str = ""
    flaws: tuple[Flaw, ...] = ()
    lines: tuple[ShownLine, ...] = ()
    reached: tuple[str, ...] = ()


def flaw_at(node: Node, message: str, hint: str = "") -> Flaw:
    """A flaw that is shown at a part of the file."""
    return Flaw(
        message=message, line=node.line, column=node.column, length=length_of(node), hint=hint
    )


def length_of(node: Node) -> int:
    """Characters of a part of a file on its line; 0: unknown."""
    if isinstance(node, ListNode | MapNode) or not isinstance(node, ScalarNode):
        return 0
    if node.start < 0 or "\n" in node.text:
        return 0
    return node.end - node.start
