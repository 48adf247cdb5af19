"""Functions that look into the outputs and states of tasks in loops."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.expression.context import RenderContext
from lanner_coordinator.flow.expression.convert import text_of, whole_of
from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.printing import scalar_text
from lanner_coordinator.flow.expression.registry import function
from lanner_coordinator.flow.expression.sealed_names import is_sealed_name, name_of, value_of
from lanner_coordinator.flow.expression.values import is_mapping, is_sequence


def _mapping(value: object, what: str) -> Mapping[object, object]:
    if is_mapping(value):
        return value
    raise ExpressionValueError(f"{what} is not there: use this function in a loop only")


def _of_value(context: RenderContext, outputs: Mapping[object, object], value: object) -> object:
    """Return what is kept for the value of an iteration; a secret may have been opened already."""
    name = name_of(value)
    if isinstance(name, str) and is_sealed_name(name) and name not in outputs:
        name = context.opened_name(name)
    return outputs.get(name)


def _parents(context: RenderContext) -> list[Mapping[object, object]]:
    """Return the task runs of the iterations around this one, the outermost first."""
    parents = context.find("parents")
    if not is_sequence(parents):
        return []
    runs = [one.get("taskrun") for one in list(parents)[::-1] if is_mapping(one)]
    return [run for run in runs if is_mapping(run)]


@function("currentEachOutput", "currentOutput", parameters="outputs", context=True)
def current_each_output(context: RenderContext, outputs: object) -> object:
    """Return the outputs of a task of the same iteration."""
    if not is_mapping(outputs):
        raise ExpressionValueError(
            "The 'currentEachOutput' function expects an argument 'outputs' with type map."
        )
    current = outputs
    for run in _parents(context):
        below = _of_value(context, current, run.get("value"))
        if not is_mapping(below):
            raise ExpressionValueError("No execution outputs for the current task runs path")
        current = below
    taskrun = _mapping(context.find("taskrun"), "The variable `taskrun`")
    return _of_value(context, current, taskrun.get("value"))


@function("iterationOutput", parameters="taskId iteration", context=True)
def iteration_output(
    context: RenderContext, task_id: object = None, iteration: object = None
) -> object:
    """Return the `value` output of a task in an iteration; by default of the one before."""
    return _iteration_value(context, task_id, iteration)


@function("iterationOutputs", parameters="iteration taskId", context=True)
def iteration_outputs(
    context: RenderContext, iteration: object = None, task_id: object = None
) -> object:
    """Return the `value` output of a task in an iteration; by default of the one before."""
    return _iteration_value(context, task_id, iteration)


def _iteration_value(context: RenderContext, task_id: object, iteration: object) -> object:
    taskrun = _mapping(context.find("taskrun"), "The variable `taskrun`")
    if "iteration" not in taskrun:
        raise ExpressionValueError("'iterationOutput()' can be used inside iterative tasks only")
    index = _number(iteration, taskrun.get("iteration"))
    task = task_id
    if task is None:
        task = _mapping(context.find("task"), "The variable `task`").get("id")
    outputs = _mapping(context.find("outputs"), "The variable `outputs`").get(task)
    for run in _parents(context):
        outputs = _of_value(context, outputs, run.get("value")) if is_mapping(outputs) else None
    if not is_mapping(outputs):
        return None
    if index >= len(outputs):
        raise ExpressionValueError(
            f"The provided index ({index}) is out of range. It refers to an iteration whose "
            f"outputs do not exist yet. Maximum valid index is {len(outputs) - 1}."
        )
    found = list(outputs.values())[index]
    return found.get("value") if is_mapping(found) else None


def _number(iteration: object, current: object) -> int:
    if iteration is None:
        index = current - 1 if isinstance(current, int) else -1
    else:
        try:
            index = int(str(iteration))
        except ValueError as error:
            raise ExpressionValueError("The 'iteration' argument must be an integer") from error
    if index < 0:
        raise ExpressionValueError(f"Cannot fetch iteration {index}: no previous iteration exists.")
    return index


@function("parentOutput", parameters="index", context=True)
def parent_output(context: RenderContext, index: object = None) -> object:
    """Return the outputs of the iteration around this one, or of the one at an index."""
    if index is None:
        return _outputs_of(context, context.find("parent"))
    parents = context.find("parents")
    around = list(parents)[::-1] if is_sequence(parents) else []
    if isinstance(index, bool) or not isinstance(index, int):
        raise ExpressionValueError(
            "The 'parentOutput' function expects an argument 'index' of type integer."
        )
    if not 0 <= index < len(around):
        raise ExpressionValueError(f"Invalid index: {index} for parents size: {len(around)}")
    return _outputs_of(context, around[index])


def _outputs_of(context: RenderContext, parent: object) -> object:
    holder = _mapping(parent, "The variable `parent`")
    task = _mapping(holder.get("task"), "The task of `parent`").get("id")
    found = _mapping(context.find("outputs"), "The variable `outputs`").get(task)
    run = holder.get("taskrun")
    value = run.get("value") if is_mapping(run) else None
    return _of_value(context, found, value) if value is not None and is_mapping(found) else found


@function("tasksWithState", parameters="state", context=True)
def tasks_with_state(context: RenderContext, state: object) -> list[object]:
    """Return the tasks in a state, as maps of `taskId`, `state` and, in loops, `value`."""
    wanted = text_of(state, "The state").upper()
    tasks = context.find("tasks")
    found: list[object] = []
    for task_id, details in tasks.items() if is_mapping(tasks) else ():
        for key, detail in details.items() if is_mapping(details) else ():
            inner = detail.get("state") if is_mapping(detail) else None
            actual = detail if key == "state" and isinstance(detail, str) else inner
            if isinstance(actual, str) and actual.upper() == wanted:
                entry: dict[str, object] = {"taskId": task_id, "state": wanted}
                found.append(entry if actual is detail else {**entry, "value": value_of(str(key))})
    return found


@function("loopOutputs", parameters="outputs name")
def loop_outputs(outputs: object = None, name: object = None) -> list[object]:
    """Return one output of every iteration of a Loop; null where an iteration has it not."""
    if outputs is None or name is None:
        missing = "outputs" if outputs is None else "name"
        raise ExpressionValueError(
            f"The 'loopOutputs' function expects a non-null argument '{missing}'."
        )
    if not is_sequence(outputs):
        raise ExpressionValueError("The 'loopOutputs' function expects 'outputs' to be a list.")
    key = text_of(name, "The argument 'name'")
    result: list[object] = []
    for one in outputs:
        made = one.get("outputs") if is_mapping(one) else None
        result.append(made.get(key) if is_mapping(made) else None)
    return result


@function("outputFromIteration", parameters="outputs iteration")
def output_from_iteration(outputs: object, iteration: object) -> object:
    """Return what one iteration put out: of a list by its place, of a map by its key."""
    if is_mapping(outputs):
        return _entry(outputs, iteration)
    if not is_sequence(outputs):
        raise ExpressionValueError(
            "The 'outputFromIteration' function expects 'outputs' to be a list or a map."
        )
    place = int(iteration) if isinstance(iteration, str) and iteration.isdecimal() else iteration
    index = whole_of(place, "The argument 'iteration'")
    items = list(outputs)
    if not 0 <= index < len(items):
        raise ExpressionValueError(
            f"Iteration {index} is out of bounds: there are {len(items)} of them"
        )
    return items[index]


def _entry(outputs: Mapping[object, object], iteration: object) -> object:
    if iteration is None or is_mapping(iteration) or is_sequence(iteration):
        raise ExpressionValueError("The argument 'iteration' has to be a number or a text.")
    key = scalar_text(iteration)
    for candidate in (iteration, key):
        if candidate in outputs:
            return outputs[candidate]
    raise ExpressionValueError(f"Iteration '{key}' not found in outputs")
