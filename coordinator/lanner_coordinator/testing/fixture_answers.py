"""Answers attempts with the fixtures of a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lanner_coordinator.engine import events
from lanner_coordinator.engine.execution import TaskRun
from lanner_coordinator.engine.plan import Plan, make_plan
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.flow.model import Flow, Task, TaskKind
from lanner_coordinator.runtime.group import LiveEntry
from lanner_coordinator.runtime.inline_result import InlineResult
from lanner_coordinator.testing.given_templates import completed_already
from lanner_coordinator.testing.model import TaskFixture

RenderForRun = Callable[[LiveEntry, TaskRun, object], object]
"""Renders a map or a text of a fixture as the task run sees it, secrets sealed or masked.

Raises ExpressionError.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingFixture:
    """A task that would have run on an agent.

    Attributes:
        flow_id: Of its flow.
        task_id: Which.
        task_type: Its type.
        value: Of its iteration; absent: it is in none.
        attempt: Number of its attempt.
    """

    flow_id: str
    task_id: str
    task_type: str
    value: str | None
    attempt: int


class FixtureAnswers:
    """Stands in for tasks that have a fixture, and for agents where there is none.

    Attributes:
        missing: Tasks that needed a fixture, in order.
        broken: Fixtures that could not be rendered, with a sentence.
        used: Fixtures that answered.
    """

    def __init__(
        self,
        fixtures: Sequence[TaskFixture],
        flow_id: str,
        render: RenderForRun,
        *,
        has_agent: bool = False,
    ) -> None:
        self._has_agent = has_agent
        self._by_task: dict[tuple[str, str], list[TaskFixture]] = {}
        for fixture in fixtures:
            key = (fixture.flow_id or flow_id, fixture.task_id)
            self._by_task.setdefault(key, []).append(fixture)
        self._render = render
        self.missing: dict[MissingFixture, None] = {}
        self.broken: list[tuple[TaskFixture, str]] = []
        self.used: list[TaskFixture] = []

    def answer(self, entry: LiveEntry, run: TaskRun, attempt_id: str) -> InlineResult | None:
        """What the fixture of a task says.

        Where there is no agent, a task of agents without one ends the execution.
        """
        task = entry.live.plan.tasks[run.task_id].task
        fixture = self._fitting(entry, run)
        if run.container is not None and self._has_agent:
            return None
        if run.container is not None:
            # Nothing is put into a folder that no agent has, and nothing is kept of it.
            done = events.AttemptFinished(attempt_id=attempt_id, state=State.SUCCESS)
            return InlineResult(event=done)
        if fixture is not None:
            return self._told(entry, run, attempt_id, fixture)
        if task.kind is not TaskKind.AGENT or self._has_agent:
            return None
        self.miss(entry, run, task.type)
        return _failed(attempt_id, f'task "{task.id}" has no fixture')

    def miss(self, entry: LiveEntry, run: TaskRun, task_type: str) -> None:
        """Take note of a task run that has no fixture and cannot be run."""
        missing = MissingFixture(
            flow_id=entry.live.execution.flow_id,
            task_id=run.task_id,
            task_type=task_type,
            value=_value(run),
            attempt=len(run.attempts),
        )
        self.missing[missing] = None

    def _fitting(self, entry: LiveEntry, run: TaskRun) -> TaskFixture | None:
        """The fixture that says most of what the attempt is; of several the first."""
        key = (entry.live.execution.flow_id, run.task_id)
        fitting = [one for one in self._by_task.get(key, ()) if _fits(one, entry, run)]
        return max(fitting, key=_closeness, default=None)

    def _told(
        self, entry: LiveEntry, run: TaskRun, attempt_id: str, fixture: TaskFixture
    ) -> InlineResult:
        self.used.append(fixture)
        try:
            outputs = self._render(entry, run, dict(fixture.outputs))
            error = str(self._render(entry, run, fixture.error))
        except ExpressionError as problem:
            self.broken.append((fixture, str(problem)))
            return _failed(attempt_id, f'the fixture of task "{run.task_id}": {problem}')
        is_failed = fixture.state is State.FAILED
        event = events.AttemptFinished(
            attempt_id=attempt_id,
            state=fixture.state,
            outputs=dict(outputs) if isinstance(outputs, Mapping) else {},
            error=error or (f'the fixture of task "{run.task_id}" says so' if is_failed else ""),
            cause="task" if is_failed else "",
        )
        return InlineResult(event=event)


def with_stand_ins(plan: Plan, fixtures: Sequence[TaskFixture]) -> Plan:
    """A plan in which flowables that have a fixture are single tasks: nothing below them runs."""
    ids = {one.task_id for one in fixtures if not one.flow_id}
    flowables = {
        planned.task.id
        for planned in plan.tasks.values()
        if planned.task.id in ids and planned.task.kind is TaskKind.FLOWABLE
    }
    if not flowables:
        return plan
    replaced = make_plan(_replaced(plan.flow, flowables), plan.revision)
    refusals = {key: why for key, why in plan.refusals.items() if key not in flowables}
    replaced = replace(replaced, refusals=refusals)
    return completed_already(replaced) if plan.complete else replaced


def _replaced(flow: Flow, ids: set[str]) -> Flow:
    def tasks(listed: Sequence[Task]) -> Sequence[Task]:
        return tuple(map(task, listed))

    def task(one: Task) -> Task:
        if one.id in ids:
            return replace(one, kind=TaskKind.AGENT, type=STAND_IN, branches={}, dependencies={})
        branches = {name: tasks(below) for name, below in one.branches.items()}
        return replace(one, branches=branches)

    return replace(
        flow,
        tasks=tasks(flow.tasks),
        errors=tasks(flow.errors),
        finally_tasks=tasks(flow.finally_tasks),
        after_execution=tasks(flow.after_execution),
    )


STAND_IN = "a fixture"
"""The type of the task in the place of a flowable: no control steers it."""


def _fits(fixture: TaskFixture, entry: LiveEntry, run: TaskRun) -> bool:
    return (
        fixture.value in (None, _value(run))
        and (fixture.iteration is None or fixture.iteration in _iterations(entry, run))
        and fixture.attempt in (None, len(run.attempts))
    )


def _closeness(fixture: TaskFixture) -> int:
    return sum(one is not None for one in (fixture.value, fixture.iteration, fixture.attempt))


def _value(run: TaskRun) -> str | None:
    if run.value is not None:
        return str(run.value)
    return str(run.path[-1]) if run.path else None


def _iterations(entry: LiveEntry, run: TaskRun) -> Iterator[int]:
    """Number of the nearest iteration that a task run is in, or is."""
    for one in (run, *entry.live.execution.ancestors(run)):
        if one.iteration is not None:
            yield one.iteration
            return


def _failed(attempt_id: str, error: str) -> InlineResult:
    """The end of an attempt and of its execution: going on would make no sense."""
    return InlineResult(
        event=events.AttemptFinished(
            attempt_id=attempt_id, state=State.FAILED, error=error, cause="fixture", is_exit=True
        )
    )
