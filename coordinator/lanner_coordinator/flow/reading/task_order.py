"""Where tasks stand in a flow, and what surely runs before, after or instead of what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lanner_coordinator.flow.model import Flow, Task

IN_ORDER = frozenset({"Sequential", "AllowFailure", "If", "Switch", "Pause"})
"""Types whose children run one after the other, each at most once."""

_ONE_OF = frozenset({"If", "Switch"})
"""Types that run one of their branches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One level on the way down to a task.

    Attributes:
        holder: The branch of a flowable, or the section of the flow.
        index: In the branch.
        rank: Branches of one flowable with a higher rank run after those with a lower one.
        is_ordered: Whether the tasks of the branch run one after the other, once.
        alternative_to: The flowable that runs this branch or another one; empty: none.
    """

    holder: str
    index: int
    rank: int
    is_ordered: bool
    alternative_to: str = ""


Place = Sequence[Step]
"""The steps from the top down to a task."""


def places_of(flow: Flow) -> Mapping[str, Place]:
    """The place of every task, by id."""
    places: dict[str, Place] = {}
    sections = (
        flow.tasks,
        flow.errors,
        flow.finally_tasks,
        *(listener.tasks for listener in flow.listeners),
        flow.after_execution,
    )
    for rank, tasks in enumerate(sections):
        step = Step(holder=f"section {rank}", index=0, rank=rank, is_ordered=True)
        _place(tasks, step, (), places)
    return places


def runs_once(place: Place) -> bool:
    """Whether a task runs at most once, and nothing of it at the same time as its neighbours."""
    return all(step.is_ordered for step in place)


def is_later(own: Place, other: Place) -> bool:
    """Whether the task at `other` surely runs after the one at `own`."""
    step, their = _parting(own, other)
    if step is None or their is None:
        return False
    if step.holder != their.holder:
        return step.rank < their.rank
    return step.is_ordered and step.index < their.index


def is_instead(own: Place, other: Place) -> bool:
    """Whether the task at `other` surely does not run where the one at `own` runs."""
    step, their = _parting(own, other)
    return (
        step is not None
        and their is not None
        and step.holder != their.holder
        and bool(step.alternative_to)
        and step.alternative_to == their.alternative_to
    )


def _parting(own: Place, other: Place) -> tuple[Step | None, Step | None]:
    """The first steps in which two ways differ; none where a loop or Parallel is above them."""
    for mine, theirs in zip(own, other, strict=False):
        if mine != theirs:
            return mine, theirs
        if not mine.is_ordered:
            break
    return None, None


def _place(tasks: Iterable[Task], at: Step, above: Place, places: dict[str, Place]) -> None:
    for index, task in enumerate(tasks):
        step = Step(
            holder=at.holder,
            index=index,
            rank=at.rank,
            is_ordered=at.is_ordered,
            alternative_to=at.alternative_to,
        )
        steps = (*above, step)
        places.setdefault(task.id, steps)
        name = task.type.rpartition(".")[2]
        for branch, below in task.branches.items():
            late = {"errors": 1, "finally": 2}.get(branch, 0)
            inner = Step(
                holder=f"{task.id}.{branch}",
                index=0,
                rank=late,
                is_ordered=late > 0 or name in IN_ORDER,
                alternative_to=task.id if not late and name in _ONE_OF else "",
            )
            _place(below, inner, steps, places)
