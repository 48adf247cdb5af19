"""The text of a templated task, read once it was rendered."""

from __future__ import annotations

from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.diagnostics import Severity
from lanner_coordinator.flow.model import Task, TaskKind
from lanner_coordinator.flow.nodes import ListNode, MapNode, ScalarNode
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.default_keys import COMMON_KEYS
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.plugin_defaults import Defaults
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.reading.task import read_task
from lanner_coordinator.flow.types.templating import TEMPLATED_TASK
from lanner_coordinator.flow.yaml_text import read_yaml

_RUNNABLE = (TaskKind.NATIVE, TaskKind.AGENT)


def read_spec(spec: str, task_id: str, catalog: Catalog) -> Task:
    """The task that a text says, which needs no id of its own.

    Defaults of the flow and of the configuration do not apply to it.

    Raises:
        ValueError: It says none that can run in the place of a task; the text says why.
    """
    report = Report()
    root = read_yaml(spec, report)
    if not isinstance(root, MapNode):
        _refuse(report)
        raise ValueError("the templated task must be a map with `type` and its properties")
    _check_type(root, catalog)
    root.entries["id"] = ScalarNode(task_id, False, root.line, root.column)
    root.keys.setdefault("id", ScalarNode("id", False, root.line, root.column))
    context = Context(
        report=report,
        catalog=catalog,
        defaults=Defaults((), (), catalog, COMMON_KEYS),
        expressions=Expressions(spec, report),
    )
    task = read_task(root, context)
    _refuse(report)
    if task is None:
        raise ValueError("the templated task cannot be read")
    return task


def _check_type(root: MapNode, catalog: Catalog) -> None:
    node = root.entries.get("type")
    described = catalog.task_type(node.text) if isinstance(node, ScalarNode) else None
    if described is None:
        return
    if described.name == TEMPLATED_TASK:
        raise ValueError(f"The templated task cannot be of type '{TEMPLATED_TASK}'")
    if described.kind not in _RUNNABLE:
        raise ValueError("The templated task must be a runnable task")


def _refuse(report: Report) -> None:
    errors = [one for one in report.problems(ListNode(1, 1)) if one.severity is Severity.ERROR]
    if errors:
        raise ValueError(f"the templated task is wrong: {errors[0].message}")
