"""What is there already of a container's lanes, when an execution is opened again."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from tests.simulation.records import FAILURES, Key, Lane, Record

WAIT = "wait"
"""Type of what stands for the wait of a pause."""


@dataclass(slots=True)
class Kept:
    """What is there already of some lanes, by index of the lane.

    Attributes:
        steps: Lane and place of each.
        pending: How many of a lane.
        next_place: Where a lane goes on.
        ended: Lanes that have nothing more to do.
        waiting: Lanes that go on when it is their turn.
        active: Lanes that go on at once.
        has_failed: One has failed and does not work anew.
    """

    steps: list[tuple[int, int]] = field(default_factory=list)
    pending: dict[int, int] = field(default_factory=dict)
    next_place: dict[int, int] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    active: int = 0
    has_failed: bool = False


def kept_of(
    lanes: Sequence[Lane],
    limit: int,
    records: Mapping[Key, Record],
    again: Container[Key],
    *,
    forgives: bool = False,
) -> Kept:
    """What is there of some lanes, of which `limit` may run at once (0: all)."""
    failures = set(FAILURES) - ({"FAILED"} if forgives else set())
    kept = Kept()
    for index, lane in enumerate(lanes):
        keys = {
            place: (task.id, path)
            for place, (task, path) in enumerate(lane)
            if task.type != WAIT and (task.id, path) in records
        }
        if not keys:
            continue
        kept.steps.extend((index, place) for place in keys)
        kept.pending[index] = len(keys)
        kept.next_place[index] = max(keys) + 1
        ended = [key for key in keys.values() if key not in again]
        kept.has_failed |= any(records[key].state in failures for key in ended)
        if len(ended) == len(keys) and max(keys) + 1 == len(lane):
            kept.ended.add(index)
        elif limit == 1 and kept.active:
            kept.waiting.add(index)
        else:
            kept.active += 1
    return kept
