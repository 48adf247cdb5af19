"""What expressions see.

`flow`, `execution`, `inputs`, `vars`, `outputs`, `trigger`, `taskrun` … (flow language 4.5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from types import MappingProxyType

from lanner_coordinator.engine import folders
from lanner_coordinator.engine.control.loop import item_of
from lanner_coordinator.engine.events import TriggerInfo
from lanner_coordinator.engine.execution import LiveExecution, TaskRun
from lanner_coordinator.flow.expression.sealed_names import is_sealed_name, value_of
from lanner_coordinator.flow.types.flowables import TEMPLATE_TYPE

WORKING_DIR_TOKEN = "@@lanner-working-dir@@"
"""Stands for the working folder in rendered properties.

The agent puts the real path in its place.
"""

OUTPUT_DIR_TOKEN = "@@lanner-output-dir@@"
"""Stands for the output folder likewise."""

SCHEDULE_TYPE = "io.kestra.plugin.core.trigger.Schedule"
"""The trigger type whose variables have an older name too: `schedule.*`."""

SECRET_MASK = "********"
"""What people see in place of a secret."""


def _no_variables(namespace: str) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What expressions see of the coordinator itself.

    Attributes:
        envs: Variables of its environment that flows may see, without their prefix, in lower case.
        globals: Values of its configuration.
        url: Where people find it; empty: nowhere.
        environment: Name of the environment, `prod`; empty: none.
        namespaces: Gives the variables that hold in a namespace.
    """

    envs: Mapping[str, str] = field(default_factory=dict)
    globals: Mapping[str, object] = field(default_factory=dict)
    url: str = ""
    environment: str = ""
    namespaces: Callable[[str], Mapping[str, object]] = _no_variables


def execution_variables(live: LiveExecution, around: Surroundings) -> dict[str, object]:
    """Variables of an execution, without those of a task run."""
    execution = live.execution
    return {
        "flow": {
            "id": execution.flow_id,
            "namespace": execution.namespace,
            "revision": execution.flow_revision,
        },
        "execution": _execution_variable(live),
        # As in Kestra, a flow without inputs has no such variable, and says so.
        **({"inputs": execution.inputs} if execution.inputs else {}),
        "vars": live.variables,
        "outputs": live.task_outputs,
        "tasks": live.task_states,
        "labels": nested_labels(execution.labels),
        "envs": around.envs,
        "globals": around.globals,
        "namespace": around.namespaces(execution.namespace),
        "kestra": {"environment": around.environment, "url": around.url},
        **_trigger_variables(execution.trigger),
    }


def task_run_variables(
    live: LiveExecution,
    run: TaskRun,
    around: Surroundings,
    of_run: Mapping[str, object] = MappingProxyType({}),
) -> dict[str, object]:
    """Variables of a task run: those of its execution and its own; `of_run` adds to `taskrun`."""
    variables = execution_variables(live, around)
    task = live.plan.tasks[run.task_id].task
    variables["task"] = {"id": task.id, "type": task.type}
    variables["taskrun"] = {**_task_run_variable(live, run), **of_run}
    above = folders.owner(live, run)
    if above is not None and above is not run:
        variables["workerTaskrun"] = _task_run_variable(live, above)
    if run.scope:
        variables["outputs"] = live.outputs_for(run)
        variables["tasks"] = live.states_for(run)
        variables["item"] = _item(live, run)
    if live.path_for(run) or live.execution.templates:
        parents = _parents(live, run)
        variables["parents"] = parents
        if parents:
            variables["parent"] = parents[0]
    return variables


def output_paths(listed: object) -> dict[str, str]:
    """Paths of the files that a task says it leaves, by name; patterns name none."""
    if not isinstance(listed, list | tuple):
        return {}
    return {
        name: f"{WORKING_DIR_TOKEN}/{name}"
        for name in listed
        if isinstance(name, str) and not set(name) & set("*?[{")
    }


def nested_labels(labels: Mapping[str, str]) -> dict[str, object]:
    """Labels with the dots of their keys made into maps."""
    nested: dict[str, object] = {}
    for key, value in labels.items():
        node = nested
        *path, last = key.split(".")
        for step in path:
            child = node.setdefault(step, {})
            if not isinstance(child, dict):
                child = node[step] = {}
            node = child
        node[last] = value
    return nested


def iteration_name(run: TaskRun) -> str:
    """Names what is kept for an iteration: its value or, over a secret, its number."""
    name = run.path[-1] if run.path else ""
    return str(run.iteration) if is_sealed_name(name) else name


def to_milliseconds(at: datetime) -> datetime:
    """As exact as Kestra's dates are, which flows may take apart."""
    return at.replace(microsecond=at.microsecond // 1_000 * 1_000)


def _trigger_variables(trigger: TriggerInfo) -> dict[str, object]:
    if not trigger.id:
        return {}
    named: dict[str, object] = {"trigger": trigger.variables}
    if trigger.type == SCHEDULE_TYPE:
        named["schedule"] = trigger.variables
    return named


def _execution_variable(live: LiveExecution) -> dict[str, object]:
    execution = live.execution
    variable: dict[str, object] = {
        "id": execution.id,
        "startDate": to_milliseconds(execution.created_at),
        "originalId": execution.original_id or execution.id,
    }
    if execution.state.is_terminal:
        variable["state"] = execution.state.value
        variable["outputs"] = execution.outputs
    return variable


def _task_run_variable(live: LiveExecution, run: TaskRun) -> dict[str, object]:
    variable: dict[str, object] = {
        "id": run.id,
        "startDate": to_milliseconds(run.changes[0].at),
        "attemptsCount": sum(1 for attempt in run.attempts if attempt.state.is_terminal),
        "parentId": run.parent_id or None,
    }
    path = live.path_for(run)
    if path and run.value is not None:
        variable["value"] = value_of(run.value)
        variable["iteration"] = run.iteration
    elif path:
        variable["value"] = value_of(path[-1])
    return variable


def _parents(live: LiveExecution, run: TaskRun) -> list[dict[str, object]]:
    """The values of loops, and what templates were given, around a task run, the nearest first.

    An iteration of a Loop sees none beyond itself.
    """
    above_in_scope = takewhile(lambda one: one.id != run.scope, live.execution.ancestors(run))
    return [
        {
            **({"taskrun": {"value": value_of(above.value)}} if above.value is not None else {}),
            **({"outputs": above.outputs} if above.outputs else {}),
        }
        for above in above_in_scope
        if above.value is not None or _gives_arguments(live, above)
    ]


def _gives_arguments(live: LiveExecution, run: TaskRun) -> bool:
    return bool(run.outputs) and live.plan.tasks[run.task_id].task.type == TEMPLATE_TYPE


def _item(live: LiveExecution, run: TaskRun) -> dict[str, object]:
    """`item.*`: the iteration of a Loop that a task run is in, and those around that."""
    items: list[dict[str, object]] = []
    for iteration in live.iterations_around(run):
        told = item_of(live.execution.container(iteration.parent_id), iteration)
        items.append({"index": told.pop("iteration"), **told})
    around = items[1:]
    if not around:
        return items[0]
    return {**items[0], "parent": around[0], "parents": around}
