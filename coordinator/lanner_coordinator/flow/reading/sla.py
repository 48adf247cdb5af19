"""`sla`: what a flow promises of its executions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from lanner_coordinator.flow.duration import Sign
from lanner_coordinator.flow.nodes import Node
from lanner_coordinator.flow.policies import Sla, SlaBehavior
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map
from lanner_coordinator.flow.reading.labels import read_labels
from lanner_coordinator.flow.reading.report import Report


class _SlaType(StrEnum):
    MAX_DURATION = "MAX_DURATION"
    EXECUTION_ASSERTION = "EXECUTION_ASSERTION"


_COMMON = (
    Field(name="id", is_required=True),
    Field(name="type", is_required=True),
    Field(name="behavior", is_required=True),
    Field(name="labels"),
)
TABLES = {
    _SlaType.MAX_DURATION: FieldTable(
        "An SLA of type MAX_DURATION", (*_COMMON, Field(name="duration", is_required=True))
    ),
    _SlaType.EXECUTION_ASSERTION: FieldTable(
        "An SLA of type EXECUTION_ASSERTION",
        (*_COMMON, Field(name="assert", is_required=True, formerly=("condition",))),
    ),
}
_ALIASES = {"EXECUTION_CONDITION": _SlaType.EXECUTION_ASSERTION}


def read_slas(node: Node | None, report: Report, expressions: Expressions) -> Sequence[Sla]:
    """The promises of a flow, without those that are wrong."""
    if node is None:
        return ()
    slas = [_read(item, report, expressions) for item in as_items(node, "`sla`", report)]
    return tuple(sla for sla in slas if sla is not None)


def _read(node: Node, report: Report, expressions: Expressions) -> Sla | None:
    holder = as_map(node, "An SLA", report)
    if holder is None:
        return None
    what = "The `type` of an SLA"
    kind = values.choice(holder.entries.get("type"), what, report, _SlaType, aliases=_ALIASES)
    if kind is None:
        if "type" not in holder.entries:
            TABLES[_SlaType.MAX_DURATION].take(holder, report)
        return None
    taken = TABLES[kind].take(holder, report)
    expressions.check(taken.get("assert"), "")
    return _build(taken, report)


def _build(taken: Mapping[str, Node], report: Report) -> Sla | None:
    name = values.text(taken.get("id"), "`id`", report)
    behavior = values.choice(taken.get("behavior"), "`behavior`", report, SlaBehavior)
    duration = values.duration(taken.get("duration"), "`duration`", report, Sign.POSITIVE)
    assertion = values.text(taken.get("assert"), "`assert`", report)
    labels = read_labels(taken.get("labels"), report)
    if name is None or behavior is None or (duration is None and assertion is None):
        return None
    return Sla(id=name, behavior=behavior, duration=duration, assertion=assertion, labels=labels)
