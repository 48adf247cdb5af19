"""Which of our problem codes says what a text of Kestra's says."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.diagnostics import Problem

_CODES: Sequence[tuple[str, Sequence[Code]]] = (
    ("Duplicate field", (Code.DUPLICATE_KEY,)),
    ("Duplicate task id", (Code.DUPLICATE_ID,)),
    ("Duplicate input", (Code.DUPLICATE_ID,)),
    ("Duplicate trigger id", (Code.DUPLICATE_ID,)),
    ("property cannot be empty", (Code.EMPTY, Code.MISSING_KEY)),
    ("only support `defaults`", (Code.CONFLICT,)),
    ("Not existing task id in dependency", (Code.UNKNOWN_DEPENDENCY,)),
    ("Cyclic dependency", (Code.DEPENDENCY_CYCLE,)),
    ("must not be empty", (Code.EMPTY, Code.MISSING_KEY, Code.NOT_SUPPORTED)),
    ("must not be null", (Code.MISSING_KEY,)),
    ("missing type id property", (Code.MISSING_KEY,)),
    ("no `defaults` can be set", (Code.CONFLICT,)),
    ("`itemType` cannot be", (Code.NOT_A_CHOICE,)),
    ("Unrecognized field", (Code.UNKNOWN_KEY,)),
    ("Invalid type:", (Code.UNKNOWN_TYPE, Code.NOT_A_CHOICE)),
    ("No task defined", (Code.EMPTY,)),
    ("must match", (Code.BAD_ID, Code.BAD_NAMESPACE)),
    ("is not a valid time-zone ID", (Code.BAD_TIME_ZONE,)),
    ("System labels can only be set", (Code.SYSTEM_LABEL,)),
    ("Illegal flow id update", (Code.FIXED_KEY,)),
    ("Illegal namespace update", (Code.FIXED_KEY,)),
    ("invalid pattern", (Code.BAD_REGULAR_EXPRESSION,)),
    ("Recursive call to flow", (Code.RECURSIVE_SUBFLOW,)),
    ("Only runnable tasks are allowed", (Code.TYPE_ELSEWHERE,)),
    ("Cannot set a Worker Group in any WorkingDirectory", (Code.CONFLICT,)),
    ("invalid cron expression", (Code.BAD_CRON,)),
)


def says(problems: Sequence[Problem], text: str) -> bool:
    """Whether one of the problems is what a text of Kestra's is about."""
    if any(text in problem.message for problem in problems):
        return True
    wanted = {code.value for words, codes in _CODES if words in text for code in codes}
    return any(problem.code in wanted for problem in problems)
