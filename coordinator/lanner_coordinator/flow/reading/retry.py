"""`retry`: when a failed task is tried again."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.duration import format_duration
from lanner_coordinator.flow.model import Retry, RetryBehavior, RetryType
from lanner_coordinator.flow.nodes import Node
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_map
from lanner_coordinator.flow.reading.report import Report

_COMMON = (
    Field(name="type", is_required=True),
    Field(name="maxAttempts", formerly=("maxAttempt",)),
    Field(name="maxDuration"),
    Field(name="warningOnRetry"),
    Field(name="behavior"),
)

TABLES = {
    RetryType.CONSTANT: FieldTable(
        "A constant retry", (*_COMMON, Field(name="interval", is_required=True))
    ),
    RetryType.EXPONENTIAL: FieldTable(
        "An exponential retry",
        (
            *_COMMON,
            Field(name="interval", is_required=True),
            Field(name="maxInterval", is_required=True),
            Field(name="delayFactor"),
        ),
    ),
    RetryType.RANDOM: FieldTable(
        "A random retry",
        (
            *_COMMON,
            Field(name="minInterval", is_required=True),
            Field(name="maxInterval", is_required=True),
        ),
    ),
}
"""What a retry of each type may have."""


def read_retry(node: Node | None, report: Report) -> Retry | None:
    """The retry of a task or flow; absent where there is none or it is wrong."""
    holder = as_map(node, "`retry`", report) if node is not None else None
    if holder is None:
        return None
    kind_node = holder.entries.get("type")
    if kind_node is None:
        report.error(Code.MISSING_KEY, "A retry needs the key `type`", holder)
        return None
    kind = values.choice(kind_node, "The `type` of a retry", report, RetryType)
    if kind is None:
        return None
    taken = TABLES[kind].take(holder, report)
    retry = _build(kind, taken, report)
    if retry is not None:
        _check_order(retry, taken, report)
    return retry


def _build(kind: RetryType, taken: Mapping[str, Node], report: Report) -> Retry | None:
    first = "minInterval" if kind is RetryType.RANDOM else "interval"
    interval = values.duration(taken.get(first), f"`{first}`", report)
    max_interval = values.duration(taken.get("maxInterval"), "`maxInterval`", report)
    max_duration = values.duration(taken.get("maxDuration"), "`maxDuration`", report)
    attempts = values.integer(taken.get("maxAttempts"), "`maxAttempts`", report, at_least=1)
    factor = values.number(taken.get("delayFactor"), "`delayFactor`", report)
    behavior = values.choice(taken.get("behavior"), "`behavior`", report, RetryBehavior)
    warns = values.boolean(taken.get("warningOnRetry"), "`warningOnRetry`", report)
    if factor is not None and factor < 1:
        message = f"`delayFactor` must be at least 1, not {factor}"
        report.error(Code.OUT_OF_RANGE, message, taken["delayFactor"])
    if interval is None:
        return None
    return Retry(
        type=kind,
        interval=interval,
        max_interval=max_interval,
        delay_factor=2.0 if factor is None else float(factor),
        max_attempts=attempts,
        max_duration=max_duration,
        warn_on_retry=bool(warns),
        behavior=behavior or RetryBehavior.RETRY_FAILED_TASK,
    )


def _check_order(retry: Retry, taken: Mapping[str, Node], report: Report) -> None:
    first = "minInterval" if retry.type is RetryType.RANDOM else "interval"
    for key, bound in (("maxInterval", retry.max_interval), ("maxDuration", retry.max_duration)):
        if bound is not None and retry.interval >= bound:
            shown = format_duration(retry.interval)
            message = f"'{first}' must be less than '{key}' but is {shown}"
            report.error(Code.OUT_OF_RANGE, message, taken[first])
