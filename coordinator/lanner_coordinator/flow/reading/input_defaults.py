"""Checks the bounds of an input against each other, and a literal default against all it says."""

from __future__ import annotations

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.conversion import convert
from lanner_coordinator.flow.input_rules import bounds_that_exclude, complaint_about, listed
from lanner_coordinator.flow.model import Input, InputType
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, ScalarNode
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.report import Report

_UNCHECKED = (InputType.FILE, InputType.SECRET)
"""Types whose defaults are not told, or not there yet."""


def check_values(one: Input, holder: MapNode, default: Node | None, report: Report) -> None:
    """Report bounds that exclude each other, and a default that can never be used.

    Args:
        one: The input.
        holder: What the source says of it.
        default: Its `defaults`; absent: none.
        report: Takes the problems.
    """
    pair = bounds_that_exclude(one)
    if pair is not None:
        low, high = pair
        written = f"`{low}` is `{one.properties[low]}` and `{high}` is `{one.properties[high]}`"
        report.error(Code.OUT_OF_RANGE, f"{written}: no value fits", holder.entries[high])
        return
    if default is not None and one.default not in (None, "") and not _has_expression(default):
        _check_default(one, default, report)


def _check_default(one: Input, default: Node, report: Report) -> None:
    if one.type in _UNCHECKED:
        return
    item_type = one.properties.get("itemType")
    try:
        converted = convert(one.type, one.default, str(item_type) if item_type else None)
    except ValueError as error:
        why = str(error).replace("\n```\n", " ").removesuffix("\n```")
        report.error(Code.WRONG_TYPE, f"The default of `{one.id}` is no {one.type}: {why}", default)
        return
    options = listed(one.properties.get("values") or one.properties.get("options"))
    complaint = complaint_about(one, converted, options)
    if complaint:
        message = f"The default of `{one.id}` is refused when it is used: {complaint}"
        report.warn(Code.OUT_OF_RANGE, message, default)


def _has_expression(node: Node) -> bool:
    if isinstance(node, ScalarNode):
        return values.has_expression(node.text)
    below = node.items if isinstance(node, ListNode) else node.entries.values()
    return any(_has_expression(one) for one in below)
