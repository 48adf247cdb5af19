"""What a type with work done inside the coordinator consists of."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from lanner_coordinator.flow.catalog import TypeDescription

SUCCESS = "SUCCESS"
WARNING = "WARNING"
FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeMetric:
    """One figure that a task gives.

    Attributes:
        name: Of the figure.
        type: `counter`, `timer` or `gauge`.
        value: A timer's in seconds.
        tags: What tells figures of one name apart.
    """

    name: str
    type: str
    value: float
    tags: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Toggle:
    """A trigger that is to be enabled or disabled.

    Attributes:
        namespace: Of its flow; empty: the task's own.
        flow_id: Of its flow; empty: the task's own.
        trigger_id: Unique in the flow.
        is_enabled: Whether it is enabled.
    """

    namespace: str
    flow_id: str
    trigger_id: str
    is_enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeWish:
    """An execution that is to be resumed; the task succeeds when that is done.

    Attributes:
        execution_id: Its id; empty: that of the task itself.
        inputs: Raw values of what its pause asks for, by input id.
    """

    execution_id: str
    inputs: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableWish:
    """How the variables of an execution are to change.

    Attributes:
        values: New values by name; maps are merged.
        removed: Names to remove, with dots for those inside of maps.
        may_replace: Variables that exist get new values; otherwise the task fails.
        may_be_missing: What is to be removed need not exist.
    """

    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    removed: tuple[str, ...] = ()
    may_replace: bool = True
    may_be_missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeResult:
    """What came of a native task.

    Attributes:
        state: `SUCCESS`, `WARNING` or `FAILED`.
        outputs: Its `outputs.<id>.…`.
        error: Why it failed; empty: it did not.
        logs: Level and text of each line, in order.
        metrics: Figures, in order.
        labels: To be added to those of the execution.
        toggles: Triggers to enable or disable.
        variables: How the variables of the execution change; absent: not at all.
        is_exit: The execution ends with it, in its state, which may then be any end state.
        resumes: Execution to resume; absent: none.
        sleeps: It succeeds after this time, and does nothing until then; absent: at once.
    """

    state: str = SUCCESS
    outputs: Mapping[str, object] = field(default_factory=dict, repr=False)
    error: str = field(default="", repr=False)
    logs: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    metrics: tuple[NativeMetric, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, repr=False)
    toggles: tuple[Toggle, ...] = ()
    variables: VariableWish | None = None
    is_exit: bool = False
    resumes: ResumeWish | None = None
    sleeps: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeType:
    """A type and the pure function that does its work.

    Attributes:
        description: Of the type.
        run: Takes the rendered properties.
        takes_texts: An expression in its properties gives a text, whatever its value is.
    """

    description: TypeDescription
    run: Callable[[Mapping[str, object]], NativeResult]
    takes_texts: bool = False


def failed(error: str) -> NativeResult:
    """A failure with a sentence."""
    return NativeResult(state=FAILED, error=error)


def shown(value: object) -> str:
    """A rendered value as a text: null is empty, lists and maps are JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
