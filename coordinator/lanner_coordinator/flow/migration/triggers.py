"""`conditions` of a trigger become `when`, and one that remembers becomes `preconditions`."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.flow.conditions.logic import EXPRESSION
from lanner_coordinator.flow.migration.extents import Extent
from lanner_coordinator.flow.migration.forms import Form
from lanner_coordinator.flow.migration.operands import NoExpressionError, map_of, name_of
from lanner_coordinator.flow.migration.predicates import Around, when_of
from lanner_coordinator.flow.migration.remembered import is_multiple, preconditions_of
from lanner_coordinator.flow.nodes import ListNode, MapNode, ScalarNode
from lanner_coordinator.flow.reading.formats import bad_time_zone
from lanner_coordinator.flow.types.triggers import FLOW, SCHEDULE


def conditions_to_when(form: Form) -> None:
    """Replace the conditions of a trigger if what is newer means exactly the same."""
    node = form.node.entries.get("conditions")
    if not isinstance(node, ListNode):
        return
    try:
        entries = _newer(node, form)
        place = form.extents.entry(form.node, "conditions")
        if place is None:
            raise NoExpressionError("it has anchors, aliases, tags or merged maps")
    except NoExpressionError as error:
        _keep(node, form, str(error))
        return
    names = "` and `".join(entry.partition(":")[0] for entry in entries)
    form.replace_entry("conditions", _joined(form, place, entries), names)


def _keep(node: ListNode, form: Form, why: str) -> None:
    """Tell that the conditions stay, by the old one among them if there is any."""
    old = [one for one in node.items if isinstance(one, MapNode) and is_multiple(one)]
    for one in old:
        form.edits.keep(one.line, "MultipleCondition", why)
    if not old:
        form.keep("conditions", why)


def _newer(node: ListNode, form: Form) -> Sequence[str]:
    """The entries that say the same."""
    if "when" in form.node.entries:
        raise NoExpressionError("`when` is there already")
    _refuse_defaults(node, form)
    is_flow_trigger = form.type == FLOW.name
    maps = [map_of(one) for one in node.items]
    multiple = [one for one in maps if is_flow_trigger and is_multiple(one)]
    rest = [one for one in node.items if not any(one is other for other in multiple)]
    entries = []
    if rest or not multiple:
        around = Around(is_flow_trigger=is_flow_trigger, timezone=_timezone(form))
        conditions = ListNode(node.line, node.column, rest)
        text = when_of(conditions, around=around)
        only = _only_expression(conditions)
        entries.append(
            f"when: {_quoted(text) if only is None else _copied(form.written(only), text)}"
        )
    if multiple:
        entries.append(_preconditions(multiple, form))
    return entries


def _preconditions(multiple: Sequence[MapNode], form: Form) -> str:
    if len(multiple) > 1:
        raise NoExpressionError("a trigger has one `preconditions` only")
    if "preconditions" in form.node.entries:
        raise NoExpressionError("`preconditions` is there already")
    lines = preconditions_of(multiple[0])
    if not form.extents.starts_entry(form.node.keys["conditions"].start):
        return f"preconditions: {{{', '.join(lines)}}}"
    blanks = f"\n{form.indentation('conditions')}  "
    return f"preconditions:{blanks}{blanks.join(lines)}"


def _timezone(form: Form) -> str:
    """The zone of the dates of a Schedule, where it is told."""
    if form.type != SCHEDULE.name or "timezone" in form.defaults.keys:
        return ""
    found = form.literal("timezone")
    return "" if found is None or bad_time_zone(found.text) else found.text


def _refuse_defaults(node: ListNode, form: Form) -> None:
    names = [name_of(item) for item in node.items if isinstance(item, MapNode)]
    if not form.defaults.are_the_same_for("", *filter(None, names)):
        raise NoExpressionError("plugin defaults give it properties")


def _only_expression(node: ListNode) -> ScalarNode | None:
    """The text of the one `Expression` that is all there is."""
    only = node.items[0] if len(node.items) == 1 else None
    if not isinstance(only, MapNode) or set(only.entries) != {"type", "expression"}:
        return None
    found = only.entries["expression"]
    return found if name_of(only) == EXPRESSION and isinstance(found, ScalarNode) else None


def _copied(written: str, text: str) -> str:
    """A text as it was written; what goes over several lines is written anew."""
    return written if "\n" not in written and written[:1] in ("'", '"') else _quoted(text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _joined(form: Form, place: Extent, entries: Sequence[str]) -> str:
    """The new entries, below the comments of the old one."""
    if not form.extents.starts_entry(form.node.keys["conditions"].start):
        return ", ".join(entries)
    blanks = form.indentation("conditions")
    return f"\n{blanks}".join([*place.comments, *entries])
