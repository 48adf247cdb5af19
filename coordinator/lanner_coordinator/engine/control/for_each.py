"""Children once for each value of a list: ForEach, EachSequential, EachParallel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from lanner_coordinator.engine.control.contract import Child, ControlError
from lanner_coordinator.engine.control.parallel import read_limit
from lanner_coordinator.engine.execution import Container, TaskRun
from lanner_coordinator.engine.plan import Plan

_SHOWN_CHARACTERS = 1_000
"""Of a loop's values, in an error."""


def loop_values(value: object) -> list[str]:
    """Values of a loop as texts: a list or the JSON text of one; repeated ones are dropped.

    Raises:
        ControlError: It is neither, or a value is null.
    """
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except msgspec.DecodeError as error:
            raise ControlError(
                f"the loop's values must be a list or the JSON text of one, but are `{value}`"
            ) from error
    if isinstance(value, Mapping):
        value = [{"key": key, "value": item} for key, item in value.items()]
    if not isinstance(value, Sequence):
        raise ControlError(f"the loop's values must be a list, but are `{value}`")
    if any(item is None for item in value):
        raise ControlError(_null_complaint(value))
    return list(dict.fromkeys(value_text(item) for item in value))


def _null_complaint(values: Sequence[object]) -> str:
    count = sum(1 for item in values if item is None)
    return f"Found '{count}' null values on Each, with values={_shown(values)[:_SHOWN_CHARACTERS]}"


def _shown(value: object) -> str:
    """A value as Kestra's messages show it: `[a, {k=v}, null]`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={_shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return str(value)


def value_text(value: object) -> str:
    """A value of a loop as a text: JSON, unless it is one."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


class ForEach:
    """Each value runs its children one after the other.

    At most `concurrencyLimit` values at once.
    """

    properties: Mapping[str, str] = {"values": "typed", "concurrencyLimit": "typed"}

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """The first child of as many values as the limit allows."""
        container.values = loop_values(values.get("values"))
        container.limit = read_limit(values, "concurrencyLimit", 1)
        return self._start_values(plan, container)

    def advance(self, plan: Plan, container: Container, ended: TaskRun | None) -> Sequence[Child]:
        """The next child of the value whose child ended or, after its last one.

        Of further values.
        """
        tasks = plan.branch(container.task_id, container.branch)
        if ended is not None and ended.iteration is not None:
            position = container.positions.get(ended.iteration, len(tasks))
            if position < len(tasks):
                container.positions[ended.iteration] = position + 1
                return (self._child(container, ended.iteration, plan, position),)
            container.positions.pop(ended.iteration, None)
        return self._start_values(plan, container)

    def outputs(self, container: Container, values: Mapping[str, object]) -> dict[str, object]:
        """None."""
        return {}

    def _start_values(self, plan: Plan, container: Container) -> Sequence[Child]:
        tasks = plan.branch(container.task_id, container.branch)
        children = []
        while tasks and container.next_index < len(container.values):
            if container.limit and len(container.positions) >= container.limit:
                break
            iteration = container.next_index
            container.next_index += 1
            position = container.begun_at.pop(iteration, 0)
            if position < len(tasks):
                container.positions[iteration] = position + 1
                children.append(self._child(container, iteration, plan, position))
        return children

    @staticmethod
    def _child(container: Container, iteration: int, plan: Plan, position: int) -> Child:
        task = plan.branch(container.task_id, container.branch)[position]
        return Child(task=task, value=container.values[iteration], iteration=iteration)


class EachSequential(ForEach):
    """The older name of ForEach with one value at a time; its values are called `value`."""

    properties: Mapping[str, str] = {"value": "typed"}

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """The first child of the first value."""
        container.values = loop_values(values.get("value"))
        container.limit = 1
        return self._start_values(plan, container)


class EachParallel:
    """All children of all values at once, at most `concurrent` of them."""

    properties: Mapping[str, str] = {"value": "typed", "concurrent": "typed"}

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """As many children as the limit allows."""
        container.values = loop_values(values.get("value"))
        container.limit = read_limit(values, "concurrent", 0)
        return self.advance(plan, container, None)

    def advance(self, plan: Plan, container: Container, ended: TaskRun | None) -> Sequence[Child]:
        """Further children, value by value."""
        tasks = plan.branch(container.task_id, container.branch)
        total = len(tasks) * len(container.values)
        last = total
        if container.limit:
            last = min(total, container.next_index + container.limit - container.busy_count)
        children = []
        for index in range(container.next_index, last):
            iteration, position = divmod(index, len(tasks))
            value = container.values[iteration]
            children.append(Child(task=tasks[position], value=value, iteration=iteration))
        container.next_index = max(last, container.next_index)
        return children

    def outputs(self, container: Container, values: Mapping[str, object]) -> dict[str, object]:
        """None."""
        return {}
