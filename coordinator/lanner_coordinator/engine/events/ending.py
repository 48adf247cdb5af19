"""What came out at the end of an execution, and what watched over it."""

from __future__ import annotations

from lanner_coordinator.engine.events.base import EventBase


class SlaBroken(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="sla_broken"):
    """An assertion of the flow does not hold.

    `index` is its place among the flow's promises.
    """

    index: int


class ListenersChosen(
    EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="listeners_chosen"
):
    """The conditions of the flow's listeners were looked at.

    `indexes` are the places of those that hold.
    """

    indexes: list[int]


class OutputsEvaluated(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="outputs"):
    """The flow's outputs were evaluated."""

    values: dict[str, object]


class OutputsFailed(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="outputs_failed"):
    """A flow output cannot be evaluated; the execution fails."""

    error: str
