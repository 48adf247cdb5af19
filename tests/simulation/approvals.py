"""What an Approval is asked in the simulation, and what the oracle makes of it."""

from __future__ import annotations

import random

from lanner_coordinator.flow.duration import parse_duration
from lanner_coordinator.flow.model import Task, TaskKind
from tests.simulation.kept import WAIT
from tests.simulation.records import FAILURES, Lane, Record
from tests.simulation.timeline import TICK
from tests.simulation.world import Path, World

_GOING_ON = ("CONTINUE", "CONTINUE", "WARN", "FAIL")
_LEAVING = {"SUCCEED": "SUCCESS", "CANCEL": "CANCELLED", "KILL": "KILLED"}
_LISTS = {"APPROVED": "onApprove", "DENIED": "onDeny"}
_NAMES = {"APPROVED": "approve", "DENIED": "deny", "EXPIRED": "expire"}


def approval_properties(chance: random.Random, *, has_exits: bool) -> dict[str, object]:
    """How long an Approval waits, and what follows; some approve themselves."""
    behaviors = (*_GOING_ON, *_LEAVING) if has_exits else _GOING_ON
    properties: dict[str, object] = {
        f"{name}Behavior": chance.choice(behaviors) for name in _NAMES.values()
    }
    if chance.random() < 0.5:
        properties["timeout"] = f"PT{chance.randint(1, 30_000_000) / 1_000_000:.6f}S"
    properties["autoApprove"] = chance.random() < 0.15
    return properties


class Approvals:
    """The part of the oracle that knows Approvals."""

    def __init__(self, world: World) -> None:
        self._world = world

    def lane(self, task: Task, path: Path, record: Record, old: Record | None) -> Lane:
        """What runs before the question, the wait, and what runs after the decision.

        `old` is what there was before it was opened again; a decision that was made is kept.
        """
        before = [(child, path) for child in task.branches["onWait"]]
        if task.properties["autoApprove"]:
            record.decision = "APPROVED"
            return self._after(task, path, record.decision)
        if old is not None and old.decision:
            record.decision = old.decision
            return [*before, *self._after(task, path, record.decision)]
        length = self._world.resumption(task, path) * TICK
        decision = self._world.decision(task, path)
        if "timeout" in task.properties and ticks_of_value(task.properties["timeout"]) < length:
            length, decision = ticks_of_value(task.properties["timeout"]), "EXPIRED"
        asked: dict[str, object] = {"length": length, "decision": decision}
        wait = Task(id=task.id, type=WAIT, kind=TaskKind.FLOWABLE, properties=asked)
        return [*before, (wait, path), *self._after(task, path, decision)]

    def _after(self, task: Task, path: Path, decision: str) -> Lane:
        return [(child, path) for child in task.branches.get(_LISTS.get(decision, ""), ())]

    def wait(self, asked: Task, now: int, deadline: int, record: Record) -> tuple[str, int]:
        """How the wait that begins now ends, and when: by somebody, its date or a kill."""
        end = now + int(str(asked.properties["length"]))
        if end > deadline:
            record.restarts_anew = True
            return "KILLED", deadline
        record.decision = str(asked.properties["decision"])
        return "SUCCESS", end

    def verdict(self, task: Task, record: Record, states: set[str], *, is_late: bool) -> str:
        """The state that the decision adds to those of the tasks; empty: it adds none.

        A failure is never hidden.
        """
        if not record.decision or states & set(FAILURES) or is_late:
            return ""
        behavior = str(task.properties[f"{_NAMES[record.decision]}Behavior"])
        record.restarts_anew = behavior not in ("CONTINUE", "WARN")
        return {"CONTINUE": "", "WARN": "WARNING", "FAIL": "FAILED", **_LEAVING}[behavior]


def ends_all(task: Task, record: Record) -> bool:
    """Whether the decision ends the execution at once."""
    return str(task.properties[f"{_NAMES[record.decision]}Behavior"]) in _LEAVING


def ticks_of_value(duration: object) -> int:
    """Length of a duration that stands in a property, in ticks."""
    return round(parse_duration(str(duration)).total_seconds() * 1_000_000) * TICK
