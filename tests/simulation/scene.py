"""What an ended execution leaves for the next one, read off the flow by the oracle's side."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.model import Task
from tests.simulation.grammar import ITERATION
from tests.simulation.records import FAILURES, Key, Record

LATER = ("errors", "finally", "afterExecution")
"""Lists of a container that run after its tasks, in order."""

ROOT: Key = ("", ())


@dataclass(frozen=True, slots=True)
class Scene:
    """The task runs of an ended execution of a flow."""

    plan: Plan
    runs: Mapping[Key, Record]

    def failed(self) -> set[Key]:
        """Task runs that failed."""
        return {
            key
            for key, record in self.runs.items()
            if record.state in FAILURES
            and not (record.state == "FAILED" and self._is_forgiven(key))
        }

    def _is_forgiven(self, key: Key) -> bool:
        """Whether it is an iteration of a Loop that goes on when one fails."""
        parent_id = self.plan.tasks[key[0]].parent_id
        parent = self.plan.tasks[parent_id].task if parent_id else None
        return (
            parent is not None
            and parent.properties.get("transmitFailed") is False
            and (self.plan.tasks[key[0]].task.type == ITERATION)
        )

    def above(self, key: Key) -> Sequence[Key]:
        """Task runs above one, from the nearest on."""
        keys: list[Key] = []
        while (key := self.runs[key].above) != ROOT:
            keys.append(key)
        return keys

    def waits(self, keys: Collection[Key]) -> bool:
        """Whether one of these containers waits for more than its children, or ended by itself.

        What becomes of its wait and of the rest of its children has tests of its own.
        """
        if any(self.runs[key].restarts_anew for key in keys):
            return True
        tasks = [self.plan.tasks[key[0]].task for key in keys]
        types = {task.type.rpartition(".")[2] for task in tasks}
        is_told = any(task.outputs or task.properties.get("fetchType") == "STORE" for task in tasks)
        return is_told or bool(types & {"Pause", "Approval", "LoopUntil", "WorkingDirectory"})

    def list_of(self, key: Key) -> str:
        """Name of the list that a task run is in."""
        parent_id = self.plan.tasks[key[0]].parent_id
        branches = self.plan.tasks[parent_id].task.branches if parent_id else self.plan.branches
        found = next(
            str(name)
            for name, tasks in branches.items()
            if any(task.id == key[0] for task in tasks)
        )
        return "afterExecution" if found.startswith("listeners.") else found

    def without_later_lists(self, opened: Collection[Key]) -> dict[Key, Record]:
        """All but what opened containers (the flow always) had in their later lists."""
        gone: set[Key] = set()
        for key, record in self.runs.items():
            is_opened = record.above == ROOT or record.above in opened
            if record.above in gone or (is_opened and self.list_of(key) in LATER):
                gone.add(key)
        return {key: record for key, record in self.runs.items() if key not in gone}

    def before(self, chosen: Key) -> dict[Key, Record]:
        """What is kept for a replay from one of them, and that one."""
        path = [chosen, *self.above(chosen)]
        gone: set[Key] = set()
        for key, record in self.runs.items():
            beside = next((one for one in path if self.runs[one].above == record.above), None)
            comes_after = beside is not None and key != beside and self._is_after(beside, key)
            if record.above in gone or record.above == chosen or comes_after:
                gone.add(key)
        return {key: record for key, record in self.runs.items() if key not in gone}

    def _is_after(self, chosen: Key, other: Key) -> bool:
        """Whether a task run comes after another one in the same container."""
        here, there = self.list_of(chosen), self.list_of(other)
        if here != there or here in LATER:
            order = [name for name in (here, there) if name in LATER]
            rank = {name: place for place, name in enumerate(("", *LATER))}
            first = rank[here] if here in order else 0
            second = rank[there] if there in order else 0
            return second > first or (here == there and self._place(other) > self._place(chosen))
        above = self.runs[chosen].above
        task = self.plan.tasks[above[0]].task if above != ROOT else None
        return self._is_after_task(task, chosen, other)

    def _is_after_task(self, task: Task | None, chosen: Key, other: Key) -> bool:
        name = task.type.rpartition(".")[2] if task else ""
        is_later = self._place(other) > self._place(chosen)
        if task is None or name not in (
            "Parallel",
            "EachParallel",
            "Dag",
            "ForEach",
            "EachSequential",
            "Loop",
        ):
            return is_later
        if name == "Dag":
            return other[0] in _dependants(task, chosen[0])
        if name in ("Parallel", "EachParallel"):
            return False
        if name == "Loop":
            values = list(dict.fromkeys(_values(task)))
            follows = values.index(other[1][-1]) > values.index(chosen[1][-1])
            return task.properties["concurrencyLimit"] == 1 and follows
        if chosen[1] == other[1]:
            return is_later
        values = _values(task)
        is_single = name == "EachSequential" or task.properties["concurrencyLimit"] == 1
        follows = values.index(other[1][-1]) > values.index(chosen[1][-1])
        return is_single and follows and self._place(other) >= self._place(chosen)

    def _place(self, key: Key) -> int:
        parent_id = self.plan.tasks[key[0]].parent_id
        branches = self.plan.tasks[parent_id].task.branches if parent_id else self.plan.branches
        tasks = branches[self.list_of(key)]
        return [task.id for task in tasks].index(key[0])


def _values(task: Task) -> list[str]:
    """Of a loop."""
    values = task.properties.get("values", task.properties.get("value"))
    assert isinstance(values, list)
    return values


def _dependants(task: Task, child_id: str) -> set[str]:
    later: set[str] = set()
    while True:
        more = {
            one
            for one, others in task.dependencies.items()
            if one not in later and ({child_id} | later) & set(others)
        }
        if not more:
            return later
        later |= more
