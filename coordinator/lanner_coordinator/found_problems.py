"""Problems of sources in the JSON that the command line reads."""

from __future__ import annotations

import msgspec

from lanner_coordinator.flow.diagnostics import Problem, Severity


class FoundProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem in the JSON that the command line reads.

    Attributes:
        is_error: Otherwise a warning.
        code: Stable.
        message: A sentence.
        hint: What to do; may be empty.
        line: From 1.
        column: From 1.
        length: Characters; 0: unknown.
        path: In the flow.
    """

    is_error: bool
    code: str
    message: str
    hint: str
    line: int
    column: int
    length: int
    path: str


def found_problem(problem: Problem) -> FoundProblem:
    """A problem as the command line reads it."""
    return FoundProblem(
        is_error=problem.severity is Severity.ERROR,
        code=str(problem.code),
        message=problem.message,
        hint=problem.hint,
        line=problem.position.line,
        column=problem.position.column,
        length=problem.length,
        path=problem.path,
    )
