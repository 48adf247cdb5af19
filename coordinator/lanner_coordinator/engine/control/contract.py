"""The contract of a control: it chooses children, the step starts them.

`begin` is called once, when the container's steering values are known; `advance` after each end of
a child of the tasks phase, never after a failure. Both return the children to start now and change
only the container's bookkeeping. A container whose control returns nothing while no child runs is
through with its tasks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from lanner_coordinator.engine.execution import Container, TaskRun
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.wait import Wait
from lanner_coordinator.flow.model import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A child to start.

    Attributes:
        task: Which task.
        value: Value of its iteration; absent: not in a loop.
        iteration: Index of that value, from 0.
    """

    task: Task
    value: str | None = None
    iteration: int | None = None


class ControlError(Exception):
    """The steering values make no sense; the container fails with this sentence."""


class Control(Protocol):
    """A way to run children."""

    properties: Mapping[str, str]
    """Properties that the runtime evaluates before `begin`: name to `text` or `typed`."""

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """The first children.

        Raises:
            ControlError: The values make no sense.
        """

    def advance(self, plan: Plan, container: Container, ended: TaskRun | None) -> Sequence[Child]:
        """The next children.

        `ended` is absent when a restarted container goes on where nothing ran.
        """

    def outputs(self, container: Container, values: Mapping[str, object]) -> dict[str, object]:
        """Outputs of the container itself, known once it began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedWait:
    """A wait that is over.

    Attributes:
        wait: The wait.
        values: What was evaluated.
        elapsed: Since the container began.
    """

    wait: Wait
    values: Mapping[str, object]
    elapsed: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterWait:
    """What follows from the end of a wait.

    Attributes:
        children: To start now.
        state: How the wait counts, as the end of a child would.
        error: Why it failed; a sentence.
        begins_round: The task runs of the round before are removed first.
    """

    children: Sequence[Child] = ()
    state: State = State.SUCCESS
    error: str = ""
    begins_round: bool = False


class WaitingControl(Control, Protocol):
    """A control that may set `container.wait` in `begin`, `advance` and `after_wait`.

    The step sets the wait up, and the container does not end before the wait has.
    """

    checked_properties: Mapping[str, str]
    """What the runtime evaluates at the end of a wait of kind CHECK, as `properties`."""

    def after_wait(self, plan: Plan, container: Container, past: EndedWait) -> AfterWait:
        """Go on, or end.

        Args:
            plan: Of the execution.
            container: Whose wait is over; it has no wait any more.
            past: The wait that it had.

        Raises:
            ControlError: The values make no sense.
        """
