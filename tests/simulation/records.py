"""What the oracle keeps of each task run, and what a task run has from above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lanner_coordinator.flow.model import Retry, Task
from tests.simulation.timeline import TICK
from tests.simulation.world import NEVER, Path

Key = tuple[str, Path]
Lane = Sequence[tuple[Task, Path]]
FAILURES = ("FAILED", "KILLED", "CANCELLED")
GONE = "GONE"
"""Outcome of a task whose shared folder is lost: all that share it begin anew."""


@dataclass(slots=True, kw_only=True)
class Record:
    """One task run as it must be.

    Attributes:
        above: Task run above.
        state: How it ends.
        began: When it was created, in ticks.
        ended: When it ended, in ticks.
        attempts: All of them.
        counted: Those that were not lost.
        rounds: Of a loop until a condition holds: the last one.
        wait_state: Of a pause that was over: how that counts; empty: it is not over.
        decision: Of an Approval; empty: there is none.
        works: Attempts to fill or collect its shared folder.
        lost_count: Shared folders that it lost.
        restarts_anew: It ended badly by itself, so that a restart keeps nothing of it.
    """

    above: Key
    state: str
    began: int
    ended: int
    attempts: int = 0
    counted: int = 0
    rounds: int = 0
    wait_state: str = ""
    decision: str = ""
    works: int = 0
    lost_count: int = 0
    restarts_anew: bool = False


@dataclass(slots=True, kw_only=True)
class Shared:
    """The folder that the tasks of a WorkingDirectory share.

    Attributes:
        lost_count: How many there were before it.
        is_made: An agent worked in it.
        is_lost: Its agent is gone.
    """

    lost_count: int = 0
    is_made: bool = False
    is_lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a task run has from above: who it is in, the retry rule, if a kill spares it.

    `stop_at` is when the timeout of something above stops it.
    What is below a scope that forgives may fail without consequence.
    And the folder that it works in, if that is shared.
    """

    key: Key = ("", ())
    retry: Retry | None = None
    is_shielded: bool = False
    rescue: Rescue | None = None
    stop_at: int = NEVER * TICK
    forgives: bool = False
    shared: Shared | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue:
    """The `errors` that run before a retry, and what they have from above."""

    lane: Lane
    scope: Scope


def drop_below(records: dict[Key, Record], key: Key) -> None:
    """Forget all that is below a task run."""
    for other in [other for other, record in records.items() if record.above == key]:
        drop_below(records, other)
        records.pop(other, None)
