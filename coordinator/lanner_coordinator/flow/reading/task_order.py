"""Where tasks stand in a flow, and what surely runs before, after or instead of what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lanner_coordinator.flow.model import Flow, Task

IN_ORDER = frozenset(
    {"Sequential", "AllowFailure", "If", "Switch", "Pause", "Approval", "WorkingDirectory"}
)
"""Types whose children run one after the other, each at most once."""

_AT_ONCE = frozenset({"Parallel", "Dag"})
"""Types whose children run at the same time, each at most once."""

_NOTHING_BEFORE: Mapping[str, frozenset[str]] = {}

_AFTER_OUTPUTS = 3
"""Rank of the first section that runs after the flow's outputs are made: `listeners`."""

_ONE_OF = frozenset({"If", "Switch"})
"""Types that run one of their branches."""

_DECIDED = ("onApprove", "onDeny")
"""Branches of an Approval of which one runs, after what ran before the decision."""

_RANKS = {**dict.fromkeys(_DECIDED, 1), "errors": 2, "finally": 3}
"""Of the branches that run after others of the same flowable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One level on the way down to a task.

    Attributes:
        holder: The branch of a flowable, or the section of the flow.
        index: In the branch.
        rank: Branches of one flowable with a higher rank run after those with a lower one.
        is_ordered: Whether the tasks of the branch run one after the other, once.
        alternative_to: The flowable that runs this branch or another one; empty: none.
        task_id: The task of this step.
        is_beside: Whether the tasks of the branch run at the same time.
        after: Of a Dag, the siblings that have surely ended before this one.
        repeats: Whether the branch runs more than once.
        has_value: Whether its tasks have a `taskrun.value` all the same.
    """

    holder: str
    index: int
    rank: int
    is_ordered: bool
    alternative_to: str = ""
    task_id: str = ""
    is_beside: bool = False
    after: frozenset[str] = frozenset()
    repeats: bool = False
    has_value: bool = False


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


def is_beside(own: Place, other: Place) -> bool:
    """Whether the task at `other` runs at the same time as the one at `own`, or may do so."""
    for mine, theirs in zip(own, other, strict=False):
        if mine.task_id == theirs.task_id and not mine.repeats:
            continue
        return (
            mine.holder == theirs.holder
            and mine.task_id != theirs.task_id
            and mine.is_beside
            and theirs.task_id not in mine.after
        )
    return False


def is_after_outputs(place: Place) -> bool:
    """Whether a task runs after the outputs of the flow are made."""
    return place[0].rank >= _AFTER_OUTPUTS


def is_in_loop(place: Place) -> bool:
    """Whether a task stands in a loop or its errors, or in a Switch: its tasks have a value too."""
    return any(step.repeats or step.has_value for step in place)


def _parting(own: Place, other: Place) -> tuple[Step | None, Step | None]:
    """The first steps in which two ways differ; none where a loop or Parallel is above them."""
    for mine, theirs in zip(own, other, strict=False):
        if mine != theirs:
            return mine, theirs
        if not mine.is_ordered:
            break
    return None, None


def _place(
    tasks: Iterable[Task],
    at: Step,
    above: Place,
    places: dict[str, Place],
    before: Mapping[str, frozenset[str]] = _NOTHING_BEFORE,
) -> None:
    for index, task in enumerate(tasks):
        step = Step(
            holder=at.holder,
            index=index,
            rank=at.rank,
            is_ordered=at.is_ordered,
            alternative_to=at.alternative_to,
            task_id=task.id,
            is_beside=at.is_beside,
            after=before.get(task.id, frozenset()),
            repeats=at.repeats,
            has_value=at.has_value,
        )
        steps = (*above, step)
        places.setdefault(task.id, steps)
        name = task.type.rpartition(".")[2]
        for branch, below in task.branches.items():
            late = branch in ("errors", "finally")
            is_alternative = not late and (name in _ONE_OF or branch in _DECIDED)
            inner = Step(
                holder=f"{task.id}.{branch}",
                index=0,
                rank=_RANKS.get(branch, 0),
                is_ordered=late or name in IN_ORDER,
                alternative_to=task.id if is_alternative else "",
                is_beside=not late and _runs_beside(task, name),
                has_value=name == "Switch" or name not in (*IN_ORDER, *_AT_ONCE),
                repeats=not late and name not in (*IN_ORDER, *_AT_ONCE),
            )
            _place(below, inner, steps, places, _ended_before(task))


def _runs_beside(task: Task, name: str) -> bool:
    """Whether the children of a task run at the same time; a limit of 1 makes a row of them."""
    return name in _AT_ONCE and str(task.properties.get("concurrent", 0)) != "1"


def _ended_before(task: Task) -> Mapping[str, frozenset[str]]:
    """For each child of a Dag, those that it waits for, by way of others too."""
    found: dict[str, frozenset[str]] = {}
    for child, direct in task.dependencies.items():
        seen, pending = set[str](), list(direct)
        while pending:
            one = pending.pop()
            if one not in seen:
                seen.add(one)
                pending.extend(task.dependencies.get(one, ()))
        found[child] = frozenset(seen)
    return found
