"""Reads what is set for a namespace from a YAML text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.diagnostics import Problem
from lanner_coordinator.flow.names import NAMESPACE
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, describe, plain
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.default_keys import COMMON_KEYS, check_defaults
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, is_null
from lanner_coordinator.flow.reading.plugin_defaults import Defaults, read_plugin_defaults
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.yaml_text import read_yaml

FIELDS = FieldTable(
    "A namespace",
    (
        Field(name="namespace", is_required=True),
        Field(name="description"),
        Field(name="variables"),
        Field(name="pluginDefaults"),
        Field(name="allowedGroups"),
    ),
)
"""What a text may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceText:
    """What a text sets for a namespace.

    Attributes:
        namespace: Its name.
        description: For people.
        variables: What expressions see as `namespace.*`.
        plugin_defaults: As written.
        allowed_groups: Agent groups; absent: what the namespace above allows.
    """

    namespace: str
    description: str = ""
    variables: Mapping[str, object] = field(default_factory=dict)
    plugin_defaults: Sequence[object] = ()
    allowed_groups: Sequence[str] | None = None


def read_namespace(source: str, catalog: Catalog) -> tuple[NamespaceText | None, Sequence[Problem]]:
    """What a text sets, absent where it has errors, and everything that is wrong with it."""
    report = Report()
    root = read_yaml(source, report)
    if root is None and not len(report):
        report.error(Code.NOT_A_FLOW, "The source is empty", ListNode(1, 1))
    elif root is not None and not isinstance(root, MapNode):
        what = "is empty" if is_null(root) else f"holds {describe(root)}"
        message = f"The source {what}; a namespace is a map with `namespace` and what is set for it"
        report.error(Code.NOT_A_FLOW, message, root)
    text = _read(source, root, report, catalog) if isinstance(root, MapNode) else None
    problems = report.problems(root or ListNode(1, 1))
    return (None if report.has_errors else text), problems


def _read(source: str, root: MapNode, report: Report, catalog: Catalog) -> NamespaceText:
    taken = FIELDS.take(root, report)
    nodes, _ = read_plugin_defaults(taken.get("pluginDefaults"), report)
    context = Context(
        report=report,
        catalog=catalog,
        defaults=Defaults((), (), catalog, COMMON_KEYS),
        expressions=Expressions(source, report),
    )
    check_defaults(nodes, context)
    name = values.name(
        taken.get("namespace"), "The namespace", NAMESPACE, report, Code.BAD_NAMESPACE
    )
    defaults = taken.get("pluginDefaults")
    written = plain(defaults) if defaults is not None else None
    return NamespaceText(
        namespace=name or "",
        description=values.text(taken.get("description"), "`description`", report) or "",
        variables=values.any_map(taken.get("variables"), "`variables`", report),
        plugin_defaults=written if isinstance(written, list) else (),
        allowed_groups=_groups(taken.get("allowedGroups"), report),
    )


def _groups(node: Node | None, report: Report) -> Sequence[str] | None:
    if node is None or is_null(node):
        return None
    items = as_items(node, "`allowedGroups`", report)
    names = [values.text(item, "A group", report) for item in items]
    return [name for name in names if name is not None]
