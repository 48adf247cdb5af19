"""`conditions` of a trigger: what must hold before it starts something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.flow.aliases import canonical_name
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.conditions.contract import CONDITION_PREFIX, ConditionType
from lanner_coordinator.flow.conditions.table import (
    CONDITION_ALIASES,
    CONDITIONS,
    MULTIPLE,
    condition_type,
)
from lanner_coordinator.flow.conditions.upstream import WHEN
from lanner_coordinator.flow.model import Condition
from lanner_coordinator.flow.nodes import MapNode, Node, plain
from lanner_coordinator.flow.properties import read_properties
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.fields import as_items, as_map, is_null
from lanner_coordinator.flow.suggest import did_you_mean
from lanner_coordinator.flow.types.schemas import PREFIX

_OF_ALL = ("type",)
_NEEDS_A_BOUND = frozenset({f"{CONDITION_PREFIX}DateTimeBetween", f"{CONDITION_PREFIX}TimeBetween"})
_NEEDS_A_LIST = frozenset({f"{CONDITION_PREFIX}ExecutionStatus"})


def read_conditions(
    node: Node | None, what: str, context: Context, *, has_execution: bool
) -> Sequence[Condition]:
    """Conditions in order of the source; those of type MultipleCondition are left out.

    Args:
        node: A list of conditions.
        what: What messages call it.
        context: Of the source.
        has_execution: Whether there is the execution of another flow to look at.
    """
    return [one for _, one in _read_list(node, what, context, has_execution=has_execution)]


def read_when(node: Node | None, context: Context) -> Sequence[Condition]:
    """`when`, an expression, as a condition; none where it is absent."""
    written = values.text(node, "`when`", context.report)
    if written is None or node is None:
        return ()
    context.expressions.check(node, is_in_trigger=True)
    condition = Condition(type=WHEN, properties={"expression": written}, position=node.position)
    return (condition,)


def multiple_conditions(node: Node | None) -> Sequence[MapNode]:
    """The conditions of a list that are of type MultipleCondition, unread."""
    items = getattr(node, "items", ())
    return [one for one in items if isinstance(one, MapNode) and _type_of(one) == MULTIPLE]


def read_children(node: MapNode, context: Context) -> Mapping[str, Condition]:
    """The named conditions in a MultipleCondition."""
    given = node.entries.get("conditions")
    holder = as_map(given, "`conditions`", context.report) if given is not None else None
    if holder is None or not holder.entries:
        message = "`MultipleCondition` needs `conditions`, which must not be empty"
        context.report.error(Code.EMPTY, message, node)
        return {}
    found = {
        name: _read_one(one, context, has_execution=True) for name, one in holder.entries.items()
    }
    return {name: one for name, one in found.items() if one is not None}


def _type_of(node: MapNode) -> str:
    kind = node.entries.get("type")
    known = condition_type(kind.text) if kind is not None and hasattr(kind, "text") else None
    return known.name if known else ""


def _read_list(
    node: Node | None, what: str, context: Context, *, has_execution: bool
) -> Sequence[tuple[int, Condition]]:
    if node is None:
        return ()
    found = []
    for number, item in enumerate(as_items(node, what, context.report)):
        if has_execution and isinstance(item, MapNode) and _type_of(item) == MULTIPLE:
            continue
        one = _read_one(item, context, has_execution=has_execution)
        if one is not None:
            found.append((number, one))
    return found


def _read_one(node: Node, context: Context, *, has_execution: bool) -> Condition | None:
    own = as_map(node, "A condition", context.report)
    known = _find_type(own, context) if own is not None else None
    if own is None or known is None:
        return None
    merged = context.defaults.merged(own, known.name)
    if not has_execution and not known.fits_schedules:
        _refuse(known, own, context)
    children: Sequence[tuple[int, Condition]] = ()
    if known.children:
        children = _read_inner(merged, own, known, context, has_execution=has_execution)
    properties = MapNode(
        own.line,
        own.column,
        {
            key: value
            for key, value in merged.entries.items()
            if key not in _OF_ALL and not (known.children and key == "conditions")
        },
        merged.keys,
    )
    context.expressions.check(properties, is_in_trigger=True)
    _require_one_of(properties, own, known, context)
    return Condition(
        type=known.name,
        properties=read_properties(
            properties,
            known.schema,
            context.report,
            owner=f"`{known.name}`",
            also_known=("type", "conditions") if known.children else ("type",),
        ),
        children={str(number): child for number, child in children},
        position=own.position,
    )


def _read_inner(
    merged: MapNode, own: MapNode, known: ConditionType, context: Context, *, has_execution: bool
) -> Sequence[tuple[int, Condition]]:
    inner = merged.entries.get("conditions")
    if inner is None or is_null(inner) or not getattr(inner, "items", True):
        name = known.name.rpartition(".")[2]
        message = f"`{name}` needs `conditions`, which must not be empty"
        context.report.error(Code.EMPTY, message, own.keys.get("conditions", own))
        return ()
    return _read_list(inner, "`conditions`", context, has_execution=has_execution)


def _find_type(own: MapNode, context: Context) -> ConditionType | None:
    node = own.entries.get("type")
    if node is None or is_null(node):
        context.report.error(Code.MISSING_KEY, "A condition needs the key `type`", own)
        return None
    written = values.text(node, "The `type` of a condition", context.report)
    if written is None:
        return None
    known = condition_type(written)
    if known is None:
        names = [name.removeprefix(PREFIX) for name in CONDITIONS]
        hint = did_you_mean(canonical_name(written).removeprefix(PREFIX), names, count=3)
        message = f"There is no condition type `{written}`"
        context.report.error(Code.UNKNOWN_TYPE, message, node, hint=hint)
    elif known.deprecated:
        message = f"The condition `{written}` is deprecated"
        context.report.warn(Code.DEPRECATED, message, node, hint=known.deprecated)
    elif (written if written.startswith("io.") else f"{PREFIX}{written}") in CONDITION_ALIASES:
        message = f"The type `{written}` has a new name"
        context.report.warn(Code.DEPRECATED, message, node, hint=f"Write `{known.name}`.")
    return known


def _refuse(known: ConditionType, own: MapNode, context: Context) -> None:
    name = known.name.rpartition(".")[2]
    message = f"`{name}` looks at the execution of another flow, which only a Flow trigger has"
    context.report.error(Code.TYPE_ELSEWHERE, message, own.keys.get("type", own))


def _require_one_of(
    properties: MapNode, own: MapNode, known: ConditionType, context: Context
) -> None:
    keys = {key for key, value in properties.entries.items() if plain(value) is not None}
    name = known.name.rpartition(".")[2]
    if known.name in _NEEDS_A_BOUND and not keys & {"after", "before"}:
        message = f"`{name}` needs `after`, `before` or both"
        context.report.error(Code.MISSING_KEY, message, own)
    if known.name in _NEEDS_A_LIST and not keys & {"in", "notIn"}:
        message = f"`{name}` has neither `in` nor `notIn`: it always holds"
        context.report.warn(Code.NO_EFFECT, message, own)
