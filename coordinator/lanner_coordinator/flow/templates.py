"""Stored templates: read by the rules of flows, and put into flows in place of their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.diagnostics import Problem
from lanner_coordinator.flow.model import Flow, PluginDefault, Task, all_tasks, walk_tasks
from lanner_coordinator.flow.names import FLOW_ID, NAMESPACE
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.default_keys import COMMON_KEYS
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.fields import Field, FieldTable
from lanner_coordinator.flow.reading.plugin_defaults import Defaults, configured_defaults
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.reading.task import read_tasks
from lanner_coordinator.flow.types.flowables import TEMPLATE_TYPE
from lanner_coordinator.flow.yaml_text import read_yaml

_FIELDS = FieldTable(
    "A template",
    (
        Field(name="id", is_required=True),
        Field(name="namespace", is_required=True),
        Field(name="description"),
        Field(name="tasks"),
        Field(name="errors"),
        Field(name="finally"),
        Field(name="tenantId", no_effect="there is one tenant"),
        Field(name="deleted", no_effect="delete the template instead"),
    ),
)

Layers = Sequence[Sequence[PluginDefault]]
"""Plugin defaults: of the configuration, then of namespaces from the outermost on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One checked template.

    Attributes:
        id: Unique in the namespace.
        namespace: Dotted.
        description: For people; may be empty.
        branches: Its tasks, by property, as a task has them.
    """

    id: str
    namespace: str
    description: str = ""
    branches: Mapping[str, Sequence[Task]] = field(default_factory=dict)

    @property
    def uses(self) -> tuple[str, ...]:
        """Names of the templates that its own tasks put in."""
        tasks = [task for branch in self.branches.values() for task in walk_tasks(branch)]
        return tuple(dict.fromkeys(_uses(tasks)))


def template_name(namespace: str, template_id: str) -> str:
    """What a template is known by."""
    return f"{namespace}/{template_id}"


def templates_of(flow: Flow) -> Sequence[str]:
    """Names of the templates that a flow itself puts in."""
    return list(dict.fromkeys(_uses(all_tasks(flow))))


def read_template(
    source: str,
    catalog: Catalog,
    *,
    layers: Layers = (),
    flow_defaults: Sequence[PluginDefault] = (),
) -> tuple[Template | None, Sequence[Problem]]:
    """A template, absent where there is an error, and everything that is wrong with it."""
    report = Report()
    root = read_yaml(source, report)
    if not isinstance(root, MapNode):
        if not len(report):
            message = "A template is a map with `id`, `namespace` and `tasks`"
            report.error(Code.NOT_A_FLOW, message, root or ListNode(1, 1))
        return None, report.problems(root or ListNode(1, 1))
    configured, *namespaces = map(configured_defaults, layers or [()])
    context = Context(
        report=report,
        catalog=catalog,
        defaults=Defaults(
            configured_defaults(flow_defaults), configured, catalog, COMMON_KEYS, namespaces
        ),
        expressions=Expressions(source.removeprefix("\ufeff"), report),
    )
    template = _read(root, context)
    problems = report.problems(root)
    return None if report.has_errors else template, problems


def _read(root: MapNode, context: Context) -> Template:
    taken = _FIELDS.take(root, context.report)
    branches = {
        name: read_tasks(taken[name], f"`{name}`", context)
        for name in ("tasks", "errors", "finally")
        if name in taken
    }
    if not branches.get("tasks"):
        _require_tasks(taken.get("tasks"), root, context)
    return Template(
        id=values.name(taken.get("id"), "The template id", FLOW_ID, context.report) or "",
        namespace=values.name(
            taken.get("namespace"), "The namespace", NAMESPACE, context.report, Code.BAD_NAMESPACE
        )
        or "",
        description=values.text(taken.get("description"), "`description`", context.report) or "",
        branches=branches,
    )


def _require_tasks(node: Node | None, root: MapNode, context: Context) -> None:
    if isinstance(node, ListNode) and node.items:
        return  # they are wrong, which is reported
    at = root.keys.get("tasks", root)
    context.report.error(Code.EMPTY, "A template needs `tasks`, which must not be empty", at)


ReadTemplate = Callable[[str], Template | str]
"""Reads a source; a text says why it cannot be read."""


class TemplateFiller:
    """Puts templates into one flow.

    Attributes:
        refusals: Why tasks cannot put their template in, by task id.
    """

    def __init__(self, flow: Flow, sources: Mapping[str, str], read: ReadTemplate) -> None:
        self._flow = flow
        self._sources = sources
        self._read = read
        # Which template has brought a task id; empty: it is one of the flow itself.
        self._origins = dict.fromkeys((task.id for task in all_tasks(flow)), "")
        self.refusals: dict[str, str] = {}

    def filled(self) -> Flow:
        """The flow with the tasks of templates below the tasks that name them."""
        flow = self._flow
        return replace(
            flow,
            tasks=self._tasks(flow.tasks, ()),
            errors=self._tasks(flow.errors, ()),
            finally_tasks=self._tasks(flow.finally_tasks, ()),
            after_execution=self._tasks(flow.after_execution, ()),
            listeners=[
                replace(listener, tasks=self._tasks(listener.tasks, ()))
                for listener in flow.listeners
            ],
        )

    def _tasks(self, tasks: Sequence[Task], around: tuple[str, ...]) -> Sequence[Task]:
        return tuple(self._task(task, around) for task in tasks)

    def _task(self, task: Task, around: tuple[str, ...]) -> Task:
        branches = task.branches
        if task.type == TEMPLATE_TYPE:
            name = next(_uses((task,)))
            found = self._found(name, task, around)
            if isinstance(found, str):
                self.refusals[task.id] = found
                return task
            branches = {**branches, **found.branches}
            around = (*around, name)
        if not branches:
            return task
        filled = {key: self._tasks(below, around) for key, below in branches.items()}
        return replace(task, branches=filled)

    def _found(self, name: str, task: Task, around: Sequence[str]) -> Template | str:
        """The template that a task names, or why it cannot be put in."""
        if name in around:
            return f"The template '{name}' puts itself in; take it out of its own tasks"
        source = self._sources.get(name)
        if source is None:
            namespace, template_id = task.properties["namespace"], task.properties["templateId"]
            return f"Can't find flow template '{namespace}.{template_id}'"
        template = self._read(source)
        if isinstance(template, str):
            return f"The template '{name}' cannot be read: {template}"
        ids = [one.id for branch in template.branches.values() for one in walk_tasks(branch)]
        taken = [one for one in ids if self._origins.setdefault(one, name) != name]
        if taken:
            return (
                f"The template '{name}' has a task '{taken[0]}', and so has the flow or another "
                "template in it; rename one of them"
            )
        return template


def _uses(tasks: Sequence[Task] | Iterator[Task]) -> Iterator[str]:
    for task in tasks:
        if task.type == TEMPLATE_TYPE:
            properties = task.properties
            yield template_name(str(properties["namespace"]), str(properties["templateId"]))
