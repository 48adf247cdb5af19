"""One child after the other, in a list that a steering value may choose.

The flow itself, Sequential, AllowFailure, If, Switch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.engine.control.contract import Child, ControlError
from lanner_coordinator.engine.execution import Container, TaskRun
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.expression import is_truthy


class Sequential:
    """One after the other; stops at the first failure."""

    properties: Mapping[str, str] = {}

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """The first child."""
        return self.advance(plan, container, None)

    def advance(self, plan: Plan, container: Container, ended: TaskRun | None) -> Sequence[Child]:
        """The next child."""
        children = plan.branch(container.task_id, container.branch)
        if container.next_index >= len(children):
            return ()
        child = children[container.next_index]
        container.next_index += 1
        return (Child(task=child),)

    def outputs(self, container: Container, values: Mapping[str, object]) -> dict[str, object]:
        """None."""
        return {}


class If(Sequential):
    """`then` or `else`, by a condition that is evaluated once."""

    properties: Mapping[str, str] = {"condition": "text"}

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """The first child of the chosen list."""
        container.branch = "then" if is_truthy(values.get("condition")) else "else"
        return self.advance(plan, container, None)

    def outputs(self, container: Container, values: Mapping[str, object]) -> dict[str, object]:
        """`evaluationResult`."""
        return {"evaluationResult": container.branch == "then"}


class Switch(Sequential):
    """The list whose key is the value's text, else `defaults`."""

    properties: Mapping[str, str] = {"value": "text"}

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """The first child of the chosen list.

        Raises:
            ControlError: No case has this value and there is no default.
        """
        task = plan.tasks[container.task_id].task
        value = _text(values.get("value"))
        for branch in (f"cases.{value}", "defaults"):
            if branch in task.branches:
                container.branch = branch
                return self.advance(plan, container, None)
        raise ControlError(
            f'switch "{task.id}": no case for the value "{value}" and no defaults; '
            "add the case or a `defaults` list"
        )

    def outputs(self, container: Container, values: Mapping[str, object]) -> dict[str, object]:
        """`value` and whether the default list was taken."""
        return {
            "value": _text(values.get("value")),
            "defaults": container.branch == "defaults",
        }


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
