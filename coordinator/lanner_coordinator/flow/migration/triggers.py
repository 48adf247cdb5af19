"""`conditions` of a trigger become `when`."""

from __future__ import annotations

from lanner_coordinator.flow.conditions.logic import EXPRESSION
from lanner_coordinator.flow.conditions.table import condition_type
from lanner_coordinator.flow.migration.extents import Extent
from lanner_coordinator.flow.migration.forms import Form
from lanner_coordinator.flow.migration.predicates import NoExpressionError, when_of
from lanner_coordinator.flow.nodes import ListNode, MapNode, ScalarNode
from lanner_coordinator.flow.types.triggers import FLOW


def conditions_to_when(form: Form) -> None:
    """Replace the conditions of a trigger if one expression means exactly the same."""
    node = form.node.entries.get("conditions")
    if not isinstance(node, ListNode):
        return
    try:
        if "when" in form.node.entries:
            raise NoExpressionError("`when` is there already")
        _refuse_defaults(node, form)
        text = when_of(node, of_flow_trigger=form.type == FLOW.name)
        place = form.extents.entry(form.node, "conditions")
        if place is None:
            raise NoExpressionError("it has anchors, aliases, tags or merged maps")
    except NoExpressionError as error:
        form.keep("conditions", str(error))
        return
    only = _only_expression(node)
    written = _quoted(text) if only is None else _copied(form.written(only), text)
    form.replace_entry("conditions", _lines(form, place, f"when: {written}"), "when")


def _refuse_defaults(node: ListNode, form: Form) -> None:
    names = [
        known.name
        for item in node.items
        if isinstance(item, MapNode)
        for kind in [item.entries.get("type")]
        for known in [condition_type(kind.text) if isinstance(kind, ScalarNode) else None]
        if known is not None
    ]
    if not form.defaults.are_the_same_for("", *names):
        raise NoExpressionError("plugin defaults give it properties")


def _only_expression(node: ListNode) -> ScalarNode | None:
    """The text of the one `Expression` that is all there is."""
    only = node.items[0] if len(node.items) == 1 else None
    if not isinstance(only, MapNode) or set(only.entries) != {"type", "expression"}:
        return None
    kind, found = only.entries["type"], only.entries["expression"]
    known = condition_type(kind.text) if isinstance(kind, ScalarNode) else None
    if known is None or known.name != EXPRESSION or not isinstance(found, ScalarNode):
        return None
    return found


def _copied(written: str, text: str) -> str:
    """A text as it was written; what goes over several lines is written anew."""
    return written if "\n" not in written and written[:1] in ("'", '"') else _quoted(text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _lines(form: Form, place: Extent, line: str) -> str:
    """The new entry, below the comments of the old one."""
    if not place.comments:
        return line
    blanks = form.indentation("conditions")
    return f"\n{blanks}".join([*place.comments, line])
