"""A filter as a frozen tree of conditions, each of which can judge one execution."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from lanner_coordinator.engine.state import State
from lanner_coordinator.store.filter.glob import Glob
from lanner_coordinator.store.filter.pattern import Pattern
from lanner_coordinator.store.records import ExecutionSummary


class TextField(StrEnum):
    """Texts of a summary that can be asked for; the values are its attributes' names."""

    ID = "id"
    NAMESPACE = "namespace"
    FLOW = "flow_id"
    TRIGGER = "trigger"
    FAILED_TASK = "failed_task_id"
    ERROR = "error"


class NumberField(StrEnum):
    """Whole numbers of a summary; the values are its attributes' names."""

    REVISION = "flow_revision"
    ATTEMPT = "attempt_number"


class DateField(StrEnum):
    """Dates of a summary; the values are its attributes' names."""

    CREATED = "created_at"
    STARTED = "started_at"
    ENDED = "ended_at"


class Comparison(StrEnum):
    """How a value of an execution stands to the one asked for."""

    EQUAL = "="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="

    @property
    def test(self) -> Callable[[Any, Any], bool]:
        """The comparison of two values of one type."""
        return _TESTS[self]


_TESTS: dict[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQUAL: operator.eq,
    Comparison.LESS: operator.lt,
    Comparison.AT_MOST: operator.le,
    Comparison.MORE: operator.gt,
    Comparison.AT_LEAST: operator.ge,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StateIs:
    """The execution is in this state.

    Attributes:
        state: Which.
    """

    state: State

    def holds(self, summary: ExecutionSummary, now: datetime) -> bool:
        """Whether the condition is true of this execution."""
        return summary.state == self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMatches:
    """A text matches a glob as a whole, case-sensitive.

    Attributes:
        field: Which text.
        glob: What it must match.
    """

    field: TextField
    glob: Glob

    def holds(self, summary: ExecutionSummary, now: datetime) -> bool:
        """Whether the condition is true of this execution."""
        return self.glob.matches(getattr(summary, self.field.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contains:
    """One of some texts has a part that matches a glob, case-insensitive.

    Attributes:
        fields: Which texts.
        glob: What a part must match.
    """

    fields: tuple[TextField, ...]
    glob: Glob

    def holds(self, summary: ExecutionSummary, now: datetime) -> bool:
        """Whether the condition is true of this execution."""
        return any(self.glob.occurs_in(getattr(summary, field.value)) for field in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternMatches:
    """A part of a text matches a regular expression, case-sensitive.

    Attributes:
        field: Which text.
        pattern: What a part must match.
    """

    field: TextField
    pattern: Pattern

    def holds(self, summary: ExecutionSummary, now: datetime) -> bool:
        """Whether the condition is true of this execution."""
        return self.pattern.occurs_in(getattr(summary, self.field.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMatches:
    """There is a label of this name and its value matches a glob as a whole, case-sensitive.

    Attributes:
        name: Of the label.
        glob: What its value must match.
    """

    name: str
    glob: Glob

    def holds(self, summary: ExecutionSummary, now: datetime) -> bool:
        """Whether the condition is true of this execution."""
        value = summary.labels.get(self.name)
        return value is not None and self.glob.matches(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberCompares:
    """A number stands so to another.

    Attributes:
        field: Which number.
        comparison: How.
        value: To what.
    """

    field: NumberField
    comparison: Comparison
    value: int

    def holds(self, summary: ExecutionSummary, now: datetime) -> bool:
        """Whether the condition is true of this execution."""
        return self.comparison.test(getattr(summary, self.field.value), self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCompares:
    """A date is there and stands so to another.

    Attributes:
        field: Which date.
        comparison: How.
        at: To what; aware.
    """

    field: DateField
    comparison: Comparison
    at: datetime

    def holds(self, summary: ExecutionSummary, now: datetime) -> bool:
        """Whether the condition is true of this execution."""
        value = getattr(summary, self.field.value)
        return value is not None and self.comparison.test(value, self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationCompares:
    """The execution has started and the time since then, or until its end, stands so to another.

    Attributes:
        comparison: How.
        duration: To what.
    """

    comparison: Comparison
    duration: timedelta

    def holds(self, summary: ExecutionSummary, now: datetime) -> bool:
        """Whether the condition is true of this execution."""
        if summary.started_at is None:
            return False
        return self.comparison.test((summary.ended_at or now) - summary.started_at, self.duration)


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """A condition does not hold.

    Attributes:
        condition: Which.
    """

    condition: Condition

    def holds(self, summary: ExecutionSummary, now: datetime) -> bool:
        """Whether the condition is true of this execution."""
        return not self.condition.holds(summary, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """At least one of some conditions holds.

    Attributes:
        conditions: Which; at least one.
    """

    conditions: tuple[Condition, ...]

    def holds(self, summary: ExecutionSummary, now: datetime) -> bool:
        """Whether the condition is true of this execution."""
        return any(condition.holds(summary, now) for condition in self.conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """All of some conditions hold.

    Attributes:
        conditions: Which; at least one.
    """

    conditions: tuple[Condition, ...]

    def holds(self, summary: ExecutionSummary, now: datetime) -> bool:
        """Whether the condition is true of this execution."""
        return all(condition.holds(summary, now) for condition in self.conditions)


Condition: TypeAlias = (
    StateIs
    | TextMatches
    | Contains
    | PatternMatches
    | LabelMatches
    | NumberCompares
    | DateCompares
    | DurationCompares
    | Not
    | AnyOf
    | AllOf
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionFilter:
    """Which executions; without conditions: all.

    Attributes:
        conditions: All of them must hold.
    """

    conditions: tuple[Condition, ...] = ()

    def matches(self, summary: ExecutionSummary, now: datetime) -> bool:
        """Whether this execution is one of them; `now` is the end of one that has not ended."""
        return all(condition.holds(summary, now) for condition in self.conditions)
