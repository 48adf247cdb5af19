"""Random flows over all constructs that the engine has."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from lanner_coordinator.flow.model import (
    AgentLostPolicy,
    Flow,
    FlowOutput,
    InputType,
    Listener,
    Retry,
    RetryBehavior,
    RetryType,
    Task,
    TaskKind,
)
from lanner_coordinator.flow.policies import ResultCache
from tests.simulation.approvals import approval_properties

FLOW = "io.kestra.plugin.core.flow."
SLEEP = f"{FLOW}Sleep"
LOOP = f"{FLOW}Loop"
ITERATION = f"{LOOP}$Iteration"
EXIT = "io.kestra.plugin.core.execution.Exit"
_MAX_DEPTH = 3
SUBFLOW = TaskKind.SUBFLOW
_LEAVES = {TaskKind.NATIVE: 35, TaskKind.SUBFLOW: 20, TaskKind.AGENT: 45}
_FLOWABLES = (
    "Sequential",
    "WorkingDirectory",
    "AllowFailure",
    "If",
    "Switch",
    "Parallel",
    "Dag",
    "ForEach",
    "EachSequential",
    "EachParallel",
    "ForEachItem",
    "LoopUntil",
    "Pause",
)
_MAYBE_LOOPS = ("ForEach", "EachSequential", "ForEachItem")
"""Types in whose place a Loop may stand."""


class Grammar:
    """Writes one flow.

    Attributes:
        chance: Decides.
        more: Decides which tasks are special kinds of what chance made them.
        templates: Decides which lists of tasks stand in a template.
        caching: Decides which tasks have their results kept.
        approvals: Decides which pauses ask for a decision.
        count: Tasks so far; also their ids.
        has_exits: Some of them may end the execution at once.
    """

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(f"{seed}/flow")
        self.more = random.Random(f"{seed}/more")
        self.templates = random.Random(f"{seed}/templates")
        self.caching = random.Random(f"{seed}/caching")
        self.approvals = random.Random(f"{seed}/approvals")
        self.count = 0
        self.has_exits = self.chance.random() < 0.2

    def flow(self) -> Flow:
        """A whole flow."""
        return Flow(
            id="flow",
            namespace="simulation",
            tasks=self.tasks(0, 1, 4),
            errors=self.some(0.3, 2),
            finally_tasks=self.some(0.3, 2),
            after_execution=self.some(0.2, 2),
            listeners=tuple(
                Listener(tasks=self.tasks(2, 1, 2))
                for _ in range(self.chance.choice((0, 0, 0, 0, 1, 2)))
            ),
            retry=self.retry(0.1),
        )

    def some(self, share: float, depth: int) -> tuple[Task, ...]:
        """A list that is mostly empty."""
        return self.tasks(depth, 1, 2) if self.chance.random() < share else ()

    def tasks(self, depth: int, least: int, most: int) -> tuple[Task, ...]:
        """A list of tasks."""
        return tuple(self.task(depth) for _ in range(self.chance.randint(least, most)))

    def task(self, depth: int) -> Task:
        """A leaf or, not too deep, a flowable."""
        self.count += 1
        chance = self.chance
        task = Task(
            id=f"t{self.count}",
            type="a.task",
            kind=chance.choices(tuple(_LEAVES), tuple(_LEAVES.values()))[0],
            retry=self.retry(0.15),
            run_if="{{ maybe }}" if chance.random() < 0.15 else None,
            is_disabled=chance.random() < 0.05,
            allow_failure=chance.random() < 0.1,
            allow_warning=chance.random() < 0.1,
            on_agent_lost=chance.choice(tuple(AgentLostPolicy)),
        )
        if chance.random() < 0.12:
            task = replace(task, timeout=f"PT{chance.randint(1, 15_000_000) / 1_000_000:.6f}S")
        if task.kind is TaskKind.NATIVE and chance.random() < 0.2:
            task = replace(task, type=SLEEP)
        elif task.kind is TaskKind.NATIVE and self.has_exits and chance.random() < 0.3:
            states = ("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED")
            task = replace(task, type=EXIT, properties={"state": chance.choice(states)})
        elif task.kind is not SUBFLOW and self.more.random() < 0.1:
            said: dict[str, object] = {"said": task.kind}
            task = replace(task, kind=TaskKind.TEMPLATED, properties=said)
        if depth >= _MAX_DEPTH or chance.random() < 0.5:
            return self.leaf(task)
        return self.flowable(task, depth + 1)

    def leaf(self, task: Task) -> Task:
        """The same task as one that starts executions, or whose result may be kept."""
        if task.kind is SUBFLOW:
            return replace(task, properties=self.children())
        if self.caching.random() < 0.15 and task.type != EXIT:
            return replace(task, result_cache=ResultCache())
        return task

    def flowable(self, task: Task, depth: int) -> Task:
        """The same task as a flowable of any type."""
        name = self.chance.choice(_FLOWABLES)
        if name == "Pause":
            task = replace(task, timeout=None)  # its own, with tests of its own
        branches = {"errors": self.some(0.2, depth), "finally": self.some(0.2, depth)}
        if name in _MAYBE_LOOPS and self.more.random() < 0.6:
            return self.loop(task, branches, depth)
        properties: dict[str, object] = {}
        dependencies: dict[str, tuple[str, ...]] = {}
        if name == "If":
            branches |= {"then": self.tasks(depth, 1, 2), "else": self.some(0.5, depth)}
            properties = {"condition": self.chance.random() < 0.5}
        elif name == "Switch":
            branches |= {"cases.a": self.tasks(depth, 1, 2), "cases.b": self.tasks(depth, 1, 2)}
            if self.chance.random() < 0.6:
                branches["defaults"] = self.tasks(depth, 1, 2)
            properties = {"value": self.chance.choice("abc")}
        elif name == "WorkingDirectory":
            branches["tasks"] = self.sharing()
            properties = {
                work: ["x"]
                for work in ("inputFiles", "outputFiles", "cache")
                if self.chance.random() < 0.25
            }
        else:
            branches["tasks"] = self.tasks(depth, 0, 4) if name != "ForEachItem" else self.parts()
            properties = self.steering(name)
        if name == "Sequential" and self.templates.random() < 0.4:
            name, properties = "Template", {"args": {"a": self.templates.random()}}
        if name == "Pause":
            name, properties = self.waiting(branches, properties)
        if name == "Dag":
            dependencies = self.dependencies(branches["tasks"])
        return replace(
            task,
            type=FLOW + name,
            kind=TaskKind.FLOWABLE,
            branches=branches,
            properties=properties,
            dependencies=dependencies,
        )

    def waiting(
        self, branches: dict[str, tuple[Task, ...]], properties: dict[str, object]
    ) -> tuple[str, dict[str, object]]:
        """Type and properties of what waits for somebody, whose lists are put in place."""
        before = self.tasks(_MAX_DEPTH, 0, 1)
        if self.approvals.random() < 0.5:
            branches["onPause"] = before
            return "Pause", properties
        tasks = branches.pop("tasks")
        half = self.approvals.randint(0, len(tasks))
        branches |= {"onWait": before, "onApprove": tasks[:half], "onDeny": tasks[half:]}
        return "Approval", approval_properties(self.approvals, has_exits=self.has_exits)

    def loop(self, task: Task, branches: dict[str, tuple[Task, ...]], depth: int) -> Task:
        """A Loop over its iterations, which have all the lists and the retry."""
        self.count += 1
        output = FlowOutput(id="n", type=InputType.INT, value=1)
        iteration = Task(
            id=f"t{self.count}",
            type=ITERATION,
            kind=TaskKind.FLOWABLE,
            branches={**branches, "tasks": self.tasks(depth, 0, 3)},
            outputs=(output,) if self.more.random() < 0.5 else (),
            retry=task.retry,
        )
        properties = {
            **self.steering("ForEach"),
            "transmitFailed": self.more.random() < 0.6,
            "fetchType": self.more.choice(("AUTO", "STORE")),
        }
        return replace(
            task,
            type=LOOP,
            kind=TaskKind.FLOWABLE,
            branches={"tasks": (iteration,)},
            properties=properties,
            retry=None,
        )

    def sharing(self) -> tuple[Task, ...]:
        """Tasks that work in one folder: neither flowables nor such that start executions."""
        return tuple(
            replace(task, kind=TaskKind.AGENT, properties={}) if task.kind is SUBFLOW else task
            for task in self.tasks(_MAX_DEPTH, 1, 4)
        )

    def parts(self) -> tuple[Task, ...]:
        """What a ForEachItem stands for: a split, its batches, and a merge."""
        kinds = (TaskKind.NATIVE, SUBFLOW, TaskKind.NATIVE)
        self.count += len(kinds)
        return tuple(
            Task(
                id=f"t{self.count - 2 + index}",
                type="a.task",
                kind=kind,
                properties=self.children() if kind is SUBFLOW else {},
            )
            for index, kind in enumerate(kinds)
        )

    def steering(self, name: str) -> dict[str, object]:
        """Limits and values of a flowable."""
        values = [self.chance.choice("xyz") for _ in range(self.chance.randint(0, 4))]
        limit = self.chance.randint(0, 3)
        if name == "Pause":
            return self.pause()
        steering: dict[str, dict[str, object]] = {
            "ForEach": {"values": values, "concurrencyLimit": limit},
            "EachSequential": {"value": values},
            "EachParallel": {"value": values, "concurrent": limit},
            "Parallel": {"concurrent": limit},
            "Dag": {"concurrent": limit},
            "LoopUntil": {
                "checkFrequency": {"maxIterations": limit, "interval": f"PT{limit}.0321S"},
                "failOnMaxReached": self.chance.random() < 0.5,
            },
        }
        return steering.get(name, {})

    def pause(self) -> dict[str, object]:
        """How long a pause lasts and what follows; mostly somebody resumes it before."""
        chance = self.chance
        properties: dict[str, object] = {}
        if chance.random() < 0.6:
            properties["pauseDuration"] = f"PT{chance.randint(1, 30_000_000) / 1_000_000:.6f}S"
            properties["behavior"] = chance.choice(("RESUME", "WARN", "FAIL", "CANCEL"))
        return properties

    def children(self) -> dict[str, object]:
        """How many executions a task starts, and what it makes of their ends."""
        return {
            "count": self.chance.choice((1, 1, 1, 2, 3)),
            "wait": self.chance.random() < 0.8,
            "transmitFailed": self.chance.random() < 0.8,
        }

    def dependencies(self, tasks: tuple[Task, ...]) -> dict[str, tuple[str, ...]]:
        """Each child may wait for children before it."""
        return {
            task.id: tuple(other.id for other in tasks[:index] if self.chance.random() < 0.4)
            for index, task in enumerate(tasks)
        }

    def retry(self, share: float) -> Retry | None:
        """A retry rule, now and then; the random kind has a test of its own."""
        chance = self.chance
        if chance.random() >= share:
            return None
        return Retry(
            type=chance.choice((RetryType.CONSTANT, RetryType.EXPONENTIAL)),
            interval=timedelta(microseconds=chance.randint(1, 5_000_000)),
            max_interval=timedelta(seconds=8) if chance.random() < 0.5 else None,
            max_attempts=chance.randint(1, 4),
            max_duration=timedelta(seconds=20) if chance.random() < 0.3 else None,
            warn_on_retry=chance.random() < 0.3,
            behavior=RetryBehavior.CREATE_NEW_EXECUTION
            if chance.random() < 0.2 and not self.has_exits
            else RetryBehavior.RETRY_FAILED_TASK,
        )
