"""The tasks of a stored template, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Number

from lanner_coordinator.engine.control.contract import Child, ControlError
from lanner_coordinator.engine.control.sequential import Sequential
from lanner_coordinator.engine.execution import Container
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.types.native_type import shown


class Template(Sequential):
    """A Sequential whose children stand in a template and see what it was given as `args`."""

    properties: Mapping[str, str] = {"args": "text"}

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """The first task of the template.

        Raises:
            ControlError: The template could not be put in.
        """
        why_not = plan.refusals.get(container.task_id)
        if why_not:
            raise ControlError(why_not)
        return self.advance(plan, container, None)

    def outputs(self, container: Container, values: Mapping[str, object]) -> dict[str, object]:
        """`args`, if there are any, as texts."""
        args = values.get("args")
        if not isinstance(args, Mapping):
            return {}
        texts = {name: shown(one) if isinstance(one, Number) else one for name, one in args.items()}
        return {"args": texts}
