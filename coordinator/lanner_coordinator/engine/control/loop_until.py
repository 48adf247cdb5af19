"""Children again and again until a condition holds: LoopUntil."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from lanner_coordinator.engine.control.contract import AfterWait, Child, EndedWait
from lanner_coordinator.engine.control.durations import read_duration
from lanner_coordinator.engine.control.parallel import read_limit
from lanner_coordinator.engine.control.sequential import Sequential
from lanner_coordinator.engine.execution import Container, TaskRun
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.wait import Wait, WaitKind
from lanner_coordinator.flow.expression import is_truthy

DEFAULT_ITERATION_COUNT = 100
"""Rounds, where `maxIterations` does not say it."""

DEFAULT_DURATION = timedelta(hours=1)
"""From the start of the loop, where `maxDuration` does not say it."""

DEFAULT_INTERVAL = timedelta(seconds=1)
"""Between two rounds, where `interval` does not say it."""


class LoopUntil(Sequential):
    """Runs its children, then checks the condition; waits and begins anew where it does not hold.

    Only the task runs of the last round are kept, so that a loop may run for weeks.
    """

    properties: Mapping[str, str] = {}
    checked_properties: Mapping[str, str] = {
        "condition": "text", "checkFrequency": "typed", "failOnMaxReached": "typed"
    }  # fmt: skip

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """The first child of the first round."""
        container.round_number = 1
        container.round_owner = container.run_id
        return self.advance(plan, container, None)

    def advance(self, plan: Plan, container: Container, ended: TaskRun | None) -> Sequence[Child]:
        """The next child; after the last one the condition is checked."""
        children = super().advance(plan, container, ended)
        if not children:
            container.wait = Wait(kind=WaitKind.CHECK)
        return children

    def outputs(self, container: Container, values: Mapping[str, object]) -> dict[str, object]:
        """`iterationCount`: the number of the round, from 1."""
        return {"iterationCount": container.round_number}

    def after_wait(self, plan: Plan, container: Container, past: EndedWait) -> AfterWait:
        """After the check: the end, or a wait; after the wait: the first child of a new round."""
        if past.wait.kind is WaitKind.TIME:
            container.next_index = 0
            return AfterWait(children=self.advance(plan, container, None), begins_round=True)
        if is_truthy(past.values.get("condition")):
            return AfterWait()
        container.round_number += 1
        frequency = past.values.get("checkFrequency")
        frequency = frequency if isinstance(frequency, Mapping) else {}
        limit = read_limit(frequency, "maxIterations", DEFAULT_ITERATION_COUNT)
        longest = read_duration(frequency, "maxDuration")
        longest = DEFAULT_DURATION if longest is None else longest
        if container.round_number > limit or past.elapsed > longest:
            return _given_up(past.values, container.round_number - 1)
        interval = read_duration(frequency, "interval")
        interval = DEFAULT_INTERVAL if interval is None else interval
        container.wait = Wait(kind=WaitKind.TIME, duration=interval)
        return AfterWait()


def _given_up(values: Mapping[str, object], round_count: int) -> AfterWait:
    if not is_truthy(values.get("failOnMaxReached")):
        return AfterWait()
    rounds = "1 round" if round_count == 1 else f"{round_count} rounds"
    return AfterWait(state=State.FAILED, error=f"the condition did not hold after {rounds}")
