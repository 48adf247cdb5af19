"""The lanes of a container, read off the flow, and what they wait for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lanner_coordinator.flow.model import Task
from tests.simulation.records import Lane
from tests.simulation.world import Path


def waits_of(
    lanes: Sequence[Lane], dependencies: Mapping[str, Sequence[str]]
) -> dict[int, set[str]]:
    """What each lane waits for, of what there is."""
    there = {lane[0][0].id for lane in lanes}
    return {
        index: {other for other in dependencies.get(lane[0][0].id, ()) if other in there}
        for index, lane in enumerate(lanes)
    }


def freed(missing: dict[int, set[str]], ended: str) -> Iterable[int]:
    """Lanes that wait for nothing any more, now that a task has ended."""
    for index, others in missing.items():
        if ended in others:
            others.remove(ended)
            if not others:
                yield index


def enabled(lanes: Iterable[Lane]) -> list[Lane]:
    """The lanes without tasks that are disabled."""
    kept = [[step for step in lane if not step[0].is_disabled] for lane in lanes]
    return [lane for lane in kept if lane]


def lanes_of_sequence(task: Task, name: str, path: Path) -> list[Lane] | None:
    """The one lane of a flowable whose tasks run one by one; absent: it has no such branch."""
    tasks = task.branches.get("tasks", ())
    if name == "If":
        tasks = task.branches["then" if task.properties["condition"] else "else"]
    if name == "Switch":
        branch = f"cases.{task.properties['value']}"
        if branch not in task.branches:
            branch = "defaults"
        if branch not in task.branches:
            return None
        tasks = task.branches[branch]
    return [[(child, path) for child in tasks]]
