"""What a condition looks at, and what a type of condition is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lanner_coordinator.flow.model import Condition
from lanner_coordinator.flow.types.schemas import PREFIX, Schema

CONDITION_PREFIX = f"{PREFIX}core.condition."
"""What the names of all conditions start with."""


class ConditionError(ValueError):
    """A condition cannot be answered; with a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """An execution of another flow, in the state that it has just reached.

    Attributes:
        namespace: Of its flow.
        flow_id: Of its flow.
        state: Name of the state.
        labels: Its labels.
        outputs: Outputs of its flow; empty: it has none.
        attempt_states: States of the attempts of each task run.
    """

    namespace: str
    flow_id: str
    state: str
    labels: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, object] = field(default_factory=dict)
    attempt_states: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What conditions look at.

    Attributes:
        namespace: Of the flow that the trigger belongs to.
        flow_id: Of that flow.
        render: Renders a value with what the trigger knows, keeping its type; raises
            ExpressionError.
        observed: The execution that a flow trigger looks at; absent: another kind of trigger.
        render_when: Renders a `when`, which sees the other execution's own flow; absent: as
            `render`.
    """

    namespace: str
    flow_id: str
    render: Callable[[object], object]
    observed: Observed | None = None
    render_when: Callable[[object], object] | None = None

    def when(self, expression: object) -> object:
        """The value of a `when`; raises ExpressionError."""
        return (self.render_when or self.render)(expression)


Holds = Callable[[Condition, Subject], bool]
"""Whether a condition holds; raises ConditionError and ExpressionError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionType:
    """One type of condition.

    Attributes:
        name: Canonical.
        description: A sentence.
        schema: JSON Schema of its own properties, without the conditions in it.
        holds: The predicate.
        children: Whether `conditions` holds a list or a map of conditions; empty: it has none.
        fits_schedules: Whether it makes sense where there is no other execution.
        deprecated: What to use instead; empty: it is not deprecated.
    """

    name: str
    description: str
    schema: Schema
    holds: Holds
    children: Literal["", "list", "map"] = ""
    fits_schedules: bool = True
    deprecated: str = ""


def observed(condition: Condition, subject: Subject) -> Observed:
    """The execution that a condition is about.

    Raises:
        ConditionError: There is none.
    """
    if subject.observed is None:
        name = condition.type.rpartition(".")[2]
        raise ConditionError(f"`{name}` needs the execution of another flow, and there is none")
    return subject.observed
