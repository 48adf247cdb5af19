"""What a Flow trigger waits for: `preconditions`, `dependsOn` and old MultipleConditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.conditions.upstream import DEPENDENCY, WHERE
from lanner_coordinator.flow.model import Condition, Precondition
from lanner_coordinator.flow.nodes import MapNode, Node, plain
from lanner_coordinator.flow.properties import read_properties
from lanner_coordinator.flow.reading import formats, values
from lanner_coordinator.flow.reading.conditions import multiple_conditions, read_children
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.reading.windows import (
    read_dependency_window,
    read_old_window,
    read_time_window,
)
from lanner_coordinator.flow.state_names import SPELLINGS
from lanner_coordinator.flow.types.schemas import Schema, record, text
from lanner_coordinator.flow.windows import WindowType

KEYS = ("preconditions", "dependsOn", "mode", "minSatisfied", "window", "onMiss")
"""Properties of a Flow trigger that are read here."""

DEPENDS_ON = "dependsOn"
"""Id of the precondition that `dependsOn` makes."""

_DEFAULT_STATES = ("SUCCESS", "WARNING")

PRECONDITIONS = FieldTable(
    "`preconditions`",
    (
        Field(name="id", is_required=True),
        Field(name="timeWindow", also=("timeSLA", "window")),
        Field(name="resetOnSuccess"),
        Field(name="flows"),
        Field(name="where"),
        Field(name="description"),
    ),
)
MULTIPLE = FieldTable(
    "`MultipleCondition`",
    (
        Field(name="id", is_required=True),
        Field(name="type", is_required=True),
        Field(name="timeWindow", also=("timeSLA",)),
        Field(name="window"),
        Field(name="windowAdvance"),
        Field(name="resetOnSuccess"),
        Field(name="conditions"),
        Field(name="description"),
    ),
)
_WHERE = FieldTable(
    "A `where` condition",
    (Field(name="id", is_required=True), Field(name="operand"), Field(name="filters")),
)
_FILTER = FieldTable(
    "A filter",
    (
        Field(name="field", is_required=True),
        Field(name="type", is_required=True),
        Field(name="value"),
        Field(name="values"),
    ),
)
_ON_MISS = FieldTable("`onMiss`", (Field(name="behavior", is_required=True), Field(name="labels")))


class Mode(StrEnum):
    """How many of the flows in `dependsOn` are needed."""

    ALL = "ALL"
    ANY = "ANY"
    AT_LEAST = "AT_LEAST"


class Operand(StrEnum):
    """How the filters of one `where` condition are joined."""

    AND = "AND"
    OR = "OR"


class FilterField(StrEnum):
    """What a filter looks at."""

    FLOW_ID = "FLOW_ID"
    NAMESPACE = "NAMESPACE"
    STATE = "STATE"
    EXPRESSION = "EXPRESSION"


class FilterType(StrEnum):
    """How a filter compares."""

    EQUAL_TO = "EQUAL_TO"
    NOT_EQUAL_TO = "NOT_EQUAL_TO"
    IN = "IN"
    NOT_IN = "NOT_IN"
    IS_TRUE = "IS_TRUE"
    IS_FALSE = "IS_FALSE"
    IS_NULL = "IS_NULL"
    IS_NOT_NULL = "IS_NOT_NULL"
    STARTS_WITH = "STARTS_WITH"
    ENDS_WITH = "ENDS_WITH"
    REGEX = "REGEX"
    CONTAINS = "CONTAINS"


class MissBehavior(StrEnum):
    """What is done when a window ends before all flows were seen."""

    FAIL = "FAIL"


_LISTED = (FilterType.IN, FilterType.NOT_IN)
_STATES: Schema = {"type": "array", "items": {"enum": list(SPELLINGS)}}
_UPSTREAM = record(
    ["namespace"],
    namespace=text("Namespace."),
    flowId=text("Id."),
    states=_STATES,
    labels={},
)
_DEPENDENCY = record(
    namespace=text("Namespace."),
    flowId=text("Id."),
    states=_STATES,
    labels={},
    when=text("Expression."),
)


def read_flow_preconditions(
    taken: Mapping[str, Node], conditions: Node | None, context: Context
) -> Sequence[Precondition]:
    """All that a Flow trigger remembers.

    Args:
        taken: Its properties of `KEYS`.
        conditions: Its `conditions`.
        context: Of the source.
    """
    found = [_read_multiple(node, context) for node in multiple_conditions(conditions)]
    if "preconditions" in taken:
        found.append(read_preconditions(taken["preconditions"], context))
    if "dependsOn" in taken:
        found.append(_read_depends_on(taken, context))
    else:
        for key in ("mode", "minSatisfied", "window", "onMiss"):
            if key in taken:
                message = f"`{key}` belongs to `dependsOn`, which is missing"
                context.report.error(Code.CONFLICT, message, taken[key])
    return tuple(one for one in found if one is not None)


def read_preconditions(node: Node, context: Context) -> Precondition | None:
    """`preconditions`."""
    report = context.report
    holder = as_map(node, "`preconditions`", report)
    if holder is None:
        return None
    taken = PRECONDITIONS.take(holder, report)
    parts = {**_flows(taken.get("flows"), context), **_wheres(taken.get("where"), context)}
    if not parts:
        message = "`preconditions` need `flows` or `where`, which must not be empty"
        report.error(Code.EMPTY, message, holder)
    resets = values.boolean(taken.get("resetOnSuccess"), "`resetOnSuccess`", report)
    return Precondition(
        id=values.text(taken.get("id"), "`id`", report) or "",
        parts=parts,
        needed_count=len(parts),
        window=read_time_window(taken.get("timeWindow"), report),
        forgets=resets is not False,
    )


def read_filter(node: Node, context: Context) -> Mapping[str, object]:
    """One filter of a `where` condition; empty where it is wrong."""
    report = context.report
    holder = as_map(node, "A filter", report)
    if holder is None:
        return {}
    taken = _FILTER.take(holder, report)
    field = values.choice(taken.get("field"), "`field` of a filter", report, FilterField)
    kind = values.choice(taken.get("type"), "`type` of a filter", report, FilterType)
    context.expressions.check(taken.get("value"), is_in_trigger=True)
    if field is None or kind is None:
        return {}
    wanted, other = ("values", "value") if kind in _LISTED else ("value", "values")
    if wanted not in taken:
        message = f"`{wanted}` cannot be null for type {kind}"
        report.error(Code.MISSING_KEY, message, holder)
    if other in taken:
        report.error(Code.CONFLICT, f"`{other}` must be null for type {kind}", taken[other])
    if kind is FilterType.REGEX and "value" in taken:
        complaint = formats.bad_regular_expression(str(plain(taken["value"])))
        if complaint:
            report.error(Code.BAD_REGULAR_EXPRESSION, f"`value`: {complaint}", taken["value"])
    rest = {key: plain(taken[key]) for key in ("value", "values") if key in taken}
    return {"field": str(field), "type": str(kind), **rest}


def _read_multiple(node: MapNode, context: Context) -> Precondition | None:
    report = context.report
    taken = MULTIPLE.take(node, report)
    message = "`MultipleCondition` is deprecated"
    report.warn(Code.DEPRECATED, message, node, hint="Use `preconditions`.")
    parts = read_children(node, context)
    old = read_old_window(taken, report)
    resets = values.boolean(taken.get("resetOnSuccess"), "`resetOnSuccess`", report)
    return Precondition(
        id=values.text(taken.get("id"), "`id`", report) or "",
        parts=parts,
        needed_count=len(parts),
        window=read_time_window(taken["timeWindow"], report) if "timeWindow" in taken else old,
        forgets=resets is not False,
    )


def _read_depends_on(taken: Mapping[str, Node], context: Context) -> Precondition | None:
    report = context.report
    items = as_items(taken["dependsOn"], "`dependsOn`", report)
    if not items:
        report.error(Code.EMPTY, "`dependsOn` must not be empty", taken["dependsOn"])
    parts = {}
    for number, item in enumerate(items):
        one = _dependency(item, _DEPENDENCY, "A flow in `dependsOn`", context)
        if one is not None:
            properties = {"states": list(_DEFAULT_STATES), **one.properties}
            parts[str(number)] = replace(one, properties=properties)
    window, forgets = read_dependency_window(taken.get("window"), report)
    fails, labels = _on_miss(taken.get("onMiss"), report)
    if fails and window.type is WindowType.SLIDING_WINDOW:
        message = "`onMiss` needs a window that ends, which `lookback` does not"
        report.error(Code.CONFLICT, message, taken["onMiss"])
    return Precondition(
        id=DEPENDS_ON,
        parts=parts,
        needed_count=_needed(taken, len(parts), report),
        window=window,
        forgets=forgets,
        fails_on_miss=fails,
        miss_labels=labels,
    )


def _needed(taken: Mapping[str, Node], count: int, report: Report) -> int:
    mode = values.choice(taken.get("mode"), "`mode`", report, Mode) or Mode.ALL
    least = values.integer(taken.get("minSatisfied"), "`minSatisfied`", report, at_least=1)
    if mode is Mode.AT_LEAST and "minSatisfied" not in taken:
        message = "`mode: AT_LEAST` needs `minSatisfied`"
        report.error(Code.MISSING_KEY, message, taken["mode"])
    if mode is not Mode.AT_LEAST and least is not None:
        message = "`minSatisfied` belongs to `mode: AT_LEAST`"
        report.error(Code.CONFLICT, message, taken["minSatisfied"])
    if least is not None and least > count:
        has = "1 flow" if count == 1 else f"{count} flows"
        message = f"`minSatisfied` is {least}, but `dependsOn` has {has} only"
        report.error(Code.OUT_OF_RANGE, message, taken["minSatisfied"])
    if mode is Mode.ANY:
        return 1
    return count if mode is Mode.ALL or least is None else least


def _on_miss(node: Node | None, report: Report) -> tuple[bool, Mapping[str, str]]:
    holder = as_map(node, "`onMiss`", report) if node is not None else None
    if holder is None:
        return False, {}
    taken = _ON_MISS.take(holder, report)
    behavior = values.choice(taken.get("behavior"), "`behavior`", report, MissBehavior)
    labels = values.text_map(taken.get("labels"), "`labels`", report)
    return behavior is MissBehavior.FAIL, labels


def _flows(node: Node | None, context: Context) -> Mapping[str, Condition]:
    if node is None:
        return {}
    found = [
        _dependency(item, _UPSTREAM, "A flow in `flows`", context)
        for item in as_items(node, "`flows`", context.report)
    ]
    return {f"flow {number}": one for number, one in enumerate(found) if one is not None}


def _dependency(node: Node, schema: Schema, owner: str, context: Context) -> Condition | None:
    holder = as_map(node, owner, context.report)
    if holder is None:
        return None
    context.expressions.check(holder, is_in_trigger=True)
    return Condition(
        type=DEPENDENCY,
        properties=read_properties(holder, schema, context.report, owner=owner),
        position=holder.position,
    )


def _wheres(node: Node | None, context: Context) -> Mapping[str, Condition]:
    report = context.report
    found = {}
    for item in as_items(node, "`where`", report) if node is not None else ():
        holder = as_map(item, "A `where` condition", report)
        if holder is None:
            continue
        taken = _WHERE.take(holder, report)
        operand = values.choice(taken.get("operand"), "`operand`", report, Operand)
        items = as_items(taken["filters"], "`filters`", report) if "filters" in taken else ()
        if not items:
            message = "A `where` condition needs `filters`, which must not be empty"
            report.error(Code.EMPTY, message, holder)
        name = values.text(taken.get("id"), "`id`", report) or ""
        found[f"where {name}"] = Condition(
            type=WHERE,
            properties={
                "operand": str(operand or Operand.AND),
                "filters": [read_filter(one, context) for one in items],
            },
            position=holder.position,
        )
    return found
