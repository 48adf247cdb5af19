"""Answers the conditions of triggers with what the coordinator knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.conditions.contract import Observed, Subject
from lanner_coordinator.flow.conditions.table import all_hold
from lanner_coordinator.flow.expression import EffectError
from lanner_coordinator.flow.model import Condition, Trigger
from lanner_coordinator.runtime.executions.inputs import InputResolver
from lanner_coordinator.runtime.schedule.variables import zoned_text
from lanner_coordinator.runtime.wanted import Wanted


class Conditions:
    """Answers conditions."""

    def __init__(self, resolver: InputResolver) -> None:
        self._resolver = resolver

    def of_schedule(self, trigger: Trigger, plan: Plan) -> Callable[[datetime], bool] | None:
        """Whether the conditions of a schedule hold for a date; absent: it has none.

        The answer raises ConditionError and ExpressionError, and may be asked for in a thread.
        """
        if not trigger.conditions:
            return None

        def holds(date: datetime) -> bool:
            try:
                return self.hold(trigger.conditions, plan, {"date": zoned_text(date)})
            except Wanted as wanted:
                wanted.begin()
                raise EffectError(str(wanted)) from wanted

        return holds

    def hold(
        self, conditions: Sequence[Condition], plan: Plan, trigger: Mapping[str, object]
    ) -> bool:
        """Whether conditions hold for what a trigger knows: `trigger.*`.

        Raises:
            ConditionError: They cannot be answered.
            ExpressionError: Something in them cannot be rendered.
        """
        variables = {
            **self._resolver.variables(plan, ""),
            "labels": plan.flow.labels,
            "trigger": trigger,
            "schedule": trigger,
        }
        return all_hold(conditions, self.subject(plan, variables))

    def subject(
        self, plan: Plan, variables: Mapping[str, object], observed: Observed | None = None
    ) -> Subject:
        """What conditions of a flow's trigger look at.

        Args:
            plan: Of the flow.
            variables: What expressions see.
            observed: The execution of another flow; absent: there is none.
        """

        def render(value: object) -> object:
            return self._resolver.render(plan, value, variables, "")

        return Subject(
            namespace=plan.flow.namespace,
            flow_id=plan.flow.id,
            render=render,
            observed=observed,
        )
