"""What a Loop keeps of its iterations that have ended: how many, and what they gave.

Each end costs the same, whatever their number.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from lanner_coordinator.engine.control.loop import counts, item_of
from lanner_coordinator.engine.execution import Container, TaskRun

OUTPUTS = "outputs"
"""The output of a loop that holds those of its iterations."""


def is_iteration(run: TaskRun) -> bool:
    """Whether a task run is an iteration of a Loop."""
    return run.scope == run.id


def note_end(loop: TaskRun, container: Container, iteration: TaskRun) -> None:
    """Count an iteration that ended, and keep what it gave."""
    state = iteration.state.value
    container.ended_counts[state] = container.ended_counts.get(state, 0) + 1
    if iteration.outputs and not iteration.state.is_failure:
        kept = loop.outputs.setdefault(OUTPUTS, [])
        if isinstance(kept, list):
            entry = {"item": item_of(container, iteration), OUTPUTS: iteration.outputs}
            index = iteration.iteration or 0
            if not kept or _place(kept[-1]) < index:
                kept.append(entry)
            else:
                kept.insert(bisect_left(kept, index, key=_place), entry)
    loop.outputs.update(counts(container))


def take_back(loop: TaskRun, container: Container, iteration: TaskRun) -> None:
    """An iteration that had ended works anew."""
    state = iteration.state.value
    left = container.ended_counts.get(state, 0) - 1
    container.ended_counts.pop(state, None)
    if left > 0:
        container.ended_counts[state] = left
    kept = loop.outputs.get(OUTPUTS)
    if isinstance(kept, list):
        place = bisect_left(kept, iteration.iteration or 0, key=_place)
        if place < len(kept) and _place(kept[place]) == iteration.iteration:
            del kept[place]
    loop.outputs.pop("uri", None)
    loop.outputs.update(counts(container))


def recount(loop: TaskRun, container: Container, iterations: Sequence[TaskRun]) -> None:
    """Bring a loop that is opened again up to date with the iterations that there are."""
    container.ended_counts = {}
    loop.outputs.clear()
    for iteration in iterations:
        if iteration.state.is_terminal:
            note_end(loop, container, iteration)
    loop.outputs.update(counts(container))


def _place(entry: object) -> int:
    item = entry.get("item") if isinstance(entry, Mapping) else None
    index = item.get("iteration") if isinstance(item, Mapping) else None
    return index if isinstance(index, int) else 0
