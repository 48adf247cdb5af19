"""Iterations of their own for each value of a list, a map or a file: Loop.

The loop starts iterations, at most `concurrencyLimit` at once; an iteration runs its tasks one
after the other and then gives its outputs. What ended is counted in the loop's container, so that
an iteration costs the same however many there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from lanner_coordinator.engine.control.contract import AfterWait, Child, ControlError, EndedWait
from lanner_coordinator.engine.control.for_each import value_text
from lanner_coordinator.engine.control.parallel import read_limit
from lanner_coordinator.engine.control.sequential import Sequential
from lanner_coordinator.engine.execution import Container, TaskRun
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.engine.wait import Wait, WaitKind
from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.expression.sealed_names import value_of
from lanner_coordinator.flow.types.loop import FETCH_TYPES

_SHOWN_CHARACTERS = 1_000
"""Of a loop's values, in an error."""


class Loop:
    """Iterations in the order of the values, at most `concurrencyLimit` at once."""

    properties: Mapping[str, str] = {
        "values": "typed", "concurrencyLimit": "typed", "transmitFailed": "typed",
        "fetchType": "text",
    }  # fmt: skip
    checked_properties: Mapping[str, str] = {}

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """As many iterations as the limit allows.

        Raises:
            ControlError: The values make no sense.
        """
        written = plan.tasks[container.task_id].task.properties.get("values")
        container.values, container.keys = read_values(values.get("values"))
        if isinstance(written, Sequence) and not isinstance(written, str):
            container.values = list(dict.fromkeys(container.values))
        container.limit = read_limit(values, "concurrencyLimit", 1)
        transmits = values.get("transmitFailed")
        container.forgives = transmits is not None and not is_truthy(transmits)
        container.stores = _read_storing(values)
        return self._start(plan, container, container.limit or None)

    def advance(self, plan: Plan, container: Container, ended: TaskRun | None) -> Sequence[Child]:
        """An iteration for the one that ended; after the last one the outputs are stored."""
        room = container.limit - container.busy_count if container.limit else None
        children = self._start(plan, container, room)
        if not (children or container.running_count) and self._is_to_be_stored(plan, container):
            container.wait = Wait(kind=WaitKind.CHECK)
        return children

    def outputs(self, container: Container, values: Mapping[str, object]) -> dict[str, object]:
        """Counts of the iterations and, once their outputs are stored, the file."""
        stored = {"uri": values["uri"]} if "uri" in values else {}
        return {**counts(container), **stored}

    def after_wait(self, plan: Plan, container: Container, past: EndedWait) -> AfterWait:
        """The outputs are stored: nothing more is to be done."""
        return AfterWait()

    @staticmethod
    def _start(plan: Plan, container: Container, room: int | None) -> Sequence[Child]:
        tasks = plan.branch(container.task_id, "tasks")
        first, total = container.next_index, len(container.values)
        last = total if room is None else min(total, first + room)
        container.next_index = max(first, last)
        return [
            Child(task=tasks[0], value=container.values[index], iteration=index)
            for index in range(first, last)
        ]

    @staticmethod
    def _is_to_be_stored(plan: Plan, container: Container) -> bool:
        declared = plan.branch(container.task_id, "tasks")[0].outputs
        return container.stores and bool(declared) and bool(container.values)


class Iteration(Sequential):
    """The tasks of a Loop one after the other, for one value; then its outputs, if it has any."""

    checked_properties: Mapping[str, str] = {}

    def advance(self, plan: Plan, container: Container, ended: TaskRun | None) -> Sequence[Child]:
        """The next child; after the last one the outputs are evaluated."""
        children = super().advance(plan, container, ended)
        if not children and plan.tasks[container.task_id].task.outputs:
            container.wait = Wait(kind=WaitKind.CHECK)
        return children

    def outputs(self, container: Container, values: Mapping[str, object]) -> dict[str, object]:
        """What was evaluated."""
        found = values.get("outputs")
        return dict(found) if isinstance(found, Mapping) else {}

    def after_wait(self, plan: Plan, container: Container, past: EndedWait) -> AfterWait:
        """Nothing more is to be done."""
        return AfterWait()


def counts(container: Container) -> dict[str, object]:
    """How many iterations there are, run and have ended."""
    return {
        "iterationCount": len(container.values),
        "runningIterations": container.next_index - sum(container.ended_counts.values()),
        "terminatedIterations": dict(container.ended_counts),
    }


def item_of(container: Container, iteration: TaskRun) -> dict[str, object]:
    """What tells an iteration from the others in the outputs of its loop."""
    index = iteration.iteration or 0
    key = {"key": container.keys[index]} if container.keys else {}
    value = None if iteration.value is None else value_of(iteration.value)
    return {"value": value, "iteration": index, **key}


def read_values(value: object) -> tuple[list[str], list[str]]:
    """The values of a loop as texts and, if they are those of a map, its keys.

    Raises:
        ControlError: It is neither a list nor a map nor the JSON text of one, or a value is null.
    """
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except msgspec.DecodeError as error:
            shown = str(value)[:_SHOWN_CHARACTERS]
            raise ControlError(
                "the loop's values must be a list, a map, the JSON text of one or the URI of a "
                f"file, but are `{shown}`"
            ) from error
    keys: list[str] = []
    if isinstance(value, Mapping):
        keys, value = [str(key) for key in value], list(value.values())
    if not isinstance(value, Sequence) or isinstance(value, str):
        shown = str(value)[:_SHOWN_CHARACTERS]
        raise ControlError(f"the loop's values must be a list or a map, but are `{shown}`")
    if any(item is None for item in value):
        shown = msgspec.json.encode(value).decode()[:_SHOWN_CHARACTERS]
        raise ControlError(f"Found a null value inside the iteration values={shown}")
    return [value_text(item) for item in value], keys


def _read_storing(values: Mapping[str, object]) -> bool:
    chosen = str(values.get("fetchType") or FETCH_TYPES[0])
    if chosen not in FETCH_TYPES:
        raise ControlError(f"`fetchType` must be one of {', '.join(FETCH_TYPES)}, not `{chosen}`")
    return chosen == "STORE" or (chosen == "AUTO" and bool(values.get("isFile")))
