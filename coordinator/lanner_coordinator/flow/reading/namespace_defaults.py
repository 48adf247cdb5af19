"""`pluginDefaults` of a namespace, which stand in no source."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.diagnostics import Problem
from lanner_coordinator.flow.model import PluginDefault
from lanner_coordinator.flow.nodes import ListNode, from_plain
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.default_keys import COMMON_KEYS, check_defaults
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.plugin_defaults import Defaults, read_plugin_defaults
from lanner_coordinator.flow.reading.report import Report


def read_namespace_defaults(
    given: Sequence[object], catalog: Catalog
) -> tuple[Sequence[PluginDefault], Sequence[Problem]]:
    """The defaults that a list of plain values stands for, and all that is wrong with it."""
    report = Report()
    root = from_plain(given, ListNode(1, 1))
    nodes, defaults = read_plugin_defaults(root, report)
    context = Context(
        report=report,
        catalog=catalog,
        defaults=Defaults((), (), catalog, COMMON_KEYS),
        expressions=Expressions("", report),
    )
    check_defaults(nodes, context)
    return defaults, report.problems(root)
