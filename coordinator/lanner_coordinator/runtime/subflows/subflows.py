"""Carries out what the engine wishes of children: start them, hear of their ends, kill them.

A child begins, and its end is told to its parent, in one commit wherever both can be changed in it;
otherwise the parent hears of it in a later one, and after a crash it asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from lanner_coordinator.engine import events
from lanner_coordinator.engine.commands import AwaitSubflow, KillSubflow, StartSubflow
from lanner_coordinator.engine.execution import Attempt, Execution, LiveExecution, TaskRun, restore
from lanner_coordinator.engine.ids import execution_of
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.runtime.errors import CoordinatorError, InvalidRequest, NotFound
from lanner_coordinator.runtime.group import Group, LiveEntry, Work
from lanner_coordinator.runtime.masking import mask
from lanner_coordinator.runtime.rendering import Rendering
from lanner_coordinator.runtime.subflows.starter import SubflowStarter
from lanner_coordinator.runtime.subflows.wish import SubflowWish
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import ArchivedExecution


class ChildFlows(Protocol):
    """Plans of the flows that children run."""

    def plan_now(self, namespace: str, flow_id: str, revision: int = 0) -> Plan | None:
        """The plan, when it can be had at once; absent: ask `plan`.

        Raises:
            NotFound: No such flow.
            InvalidRequest: It cannot be read any more.
        """

    async def plan(self, namespace: str, flow_id: str, revision: int = 0) -> Plan:
        """The plan; raises as `plan_now`."""


class Applying(Protocol):
    """How events reach executions within a group."""

    def feed(self, entry: LiveEntry, event: events.Event, group: Group) -> None:
        """Give a live execution an event."""

    def begin(self, event: events.ExecutionCreated, plan: Plan, group: Group) -> None:
        """Begin an execution."""

    def revive(
        self,
        archived: ArchivedExecution,
        plan: Plan,
        event: events.RestartRequested,
        group: Group,
    ) -> None:
        """Restart an archived execution; raises NotAllowed."""


class Subflows:
    """All children of all executions."""

    def __init__(
        self, *, starter: SubflowStarter, flows: ChildFlows, store: Store, rendering: Rendering
    ) -> None:
        self._starter = starter
        self._flows = flows
        self._store = store
        self._rendering = rendering

    # Starts

    def start(
        self, entry: LiveEntry, command: StartSubflow, group: Group, applying: Applying
    ) -> None:
        """Start the next child of an attempt; void when the attempt wants none of this index."""
        run, attempt = _wanting(entry, command)
        if run is None or attempt is None:
            return
        secrets: frozenset[str] = frozenset()
        try:
            wish = self._starter.wish(entry, run, command.index)
            secrets = wish.secrets
            if not wish.count:
                nothing = events.AttemptFinished(attempt_id=attempt.id, state=State.SUCCESS)
                applying.feed(entry, nothing, group)
                return
            if wish.restarts_failed and command.index < len(attempt.restarted_ids):
                child_id = attempt.restarted_ids[command.index]
                self._look_for(entry, command, wish, child_id, group, applying)
                return
            plan = self._flows.plan_now(wish.namespace, wish.flow_id, wish.revision)
            if plan is None:
                self._read_plan(entry, command, wish, group, applying)
            else:
                self._begin(entry, run, attempt, wish, plan, group, applying)
        except (ExpressionError, ValueError, CoordinatorError) as error:
            applying.feed(entry, _failed(run, attempt, error, secrets), group)

    def _begin(
        self,
        entry: LiveEntry,
        run: TaskRun,
        attempt: Attempt,
        wish: SubflowWish,
        plan: Plan,
        group: Group,
        applying: Applying,
    ) -> None:
        task = entry.live.plan.tasks[run.task_id].task
        event = self._starter.first_event(entry.live.execution, run, task.type, wish, plan)
        # The parent first: the child may end at once, and must find that it is awaited.
        applying.feed(entry, _started(attempt, event.execution_id, wish), group)
        applying.begin(event, plan, group)

    def _read_plan(
        self,
        entry: LiveEntry,
        command: StartSubflow,
        wish: SubflowWish,
        group: Group,
        applying: Applying,
    ) -> None:
        async def lookup() -> Work:
            found: Plan | CoordinatorError
            try:
                found = await self._flows.plan(wish.namespace, wish.flow_id, wish.revision)
            except (NotFound, InvalidRequest) as error:
                found = error
            return self._beginning(command, wish, found, applying)

        group.look_up(entry.id, lookup)

    def _beginning(
        self,
        command: StartSubflow,
        wish: SubflowWish,
        found: Plan | CoordinatorError,
        applying: Applying,
    ) -> Work:
        def work(entry: LiveEntry | None, group: Group) -> None:
            run, attempt = _wanting(entry, command)
            if entry is None or run is None or attempt is None:
                return
            try:
                if isinstance(found, CoordinatorError):
                    raise found
                self._begin(entry, run, attempt, wish, found, group, applying)
            except CoordinatorError as error:
                applying.feed(entry, _failed(run, attempt, error, wish.secrets), group)

        return work

    # Restarts

    def _look_for(
        self,
        entry: LiveEntry,
        command: StartSubflow,
        wish: SubflowWish,
        child_id: str,
        group: Group,
        applying: Applying,
    ) -> None:
        async def lookup() -> Work:
            archived = await self._store.execution(child_id)
            found: Plan | CoordinatorError = NotFound(f"execution {child_id} does not exist")
            try:
                if archived is None:
                    found = await self._flows.plan(wish.namespace, wish.flow_id, wish.revision)
                    return self._beginning(command, wish, found, applying)
                summary = archived.summary
                found = await self._flows.plan(
                    summary.namespace, summary.flow_id, summary.flow_revision
                )
            except (NotFound, InvalidRequest) as error:
                return self._beginning(command, wish, error, applying)
            return self._going_on(command, wish, archived, found, applying)

        group.look_up(entry.id, lookup)

    def _going_on(
        self,
        command: StartSubflow,
        wish: SubflowWish,
        archived: ArchivedExecution,
        plan: Plan,
        applying: Applying,
    ) -> Work:
        """Go on with a child of the attempt before: restart it, unless it runs or ended well."""
        child = LiveExecution(restore(archived.snapshot), plan)
        child_id = child.execution.id

        def work(entry: LiveEntry | None, group: Group) -> None:
            run, attempt = _wanting(entry, command)
            if entry is None or run is None or attempt is None:
                return
            live = group.live.get(child_id)
            if live is not None and live.has_ended:
                # It ended again since it was looked up, and nobody was told.
                self._look_for(entry, command, wish, child_id, group, applying)
                return
            # The parent first, as when a child begins: one that is restarted may end at once.
            applying.feed(entry, _started(attempt, child_id, wish), group)
            if live is None and child.execution.state.is_failure:
                event = events.RestartRequested(by=f"execution {entry.id}")
                applying.revive(archived, plan, event, group)
            elif live is None and wish.is_awaited:
                applying.feed(entry, self._ended(entry, child), group)

        return work

    # Ends

    def tell_parent(self, entry: LiveEntry, group: Group, applying: Applying) -> None:
        """Tell the parent of an execution that it has ended."""
        child = entry.live
        parent_id = execution_of(child.execution.parent_run_id)
        parent = group.live.get(parent_id)
        if parent is None or child.execution.state is State.RETRIED:
            return
        if not parent.is_in_flight:
            applying.feed(parent, self._ended(parent, child), group)
            return

        def work(parent: LiveEntry | None, group: Group) -> None:
            if parent is not None:
                applying.feed(parent, self._ended(parent, child), group)

        group.post(parent_id, work)

    def tell_successor(
        self, child: Execution, successor_id: str, group: Group, applying: Applying
    ) -> None:
        """Tell the parent of an execution which execution took its place."""
        parent_id = execution_of(child.parent_run_id)
        event = _replaced(child, successor_id)

        def work(parent: LiveEntry | None, group: Group) -> None:
            if parent is not None:
                applying.feed(parent, event, group)

        parent = group.live.get(parent_id)
        if parent is not None and parent.is_in_flight:
            group.post(parent_id, work)
        elif parent is not None:
            work(parent, group)

    def ask(
        self, entry: LiveEntry, command: AwaitSubflow, group: Group, applying: Applying
    ) -> None:
        """See whether a child has ended while nobody could tell its parent."""
        child_id = command.execution_id

        async def lookup() -> Work:
            child = await self._archived(child_id)

            def work(parent: LiveEntry | None, group: Group) -> None:
                if parent is None or child_id in group.live:
                    return
                gone = events.SubflowEnded(
                    task_run_id=command.task_run_id,
                    execution_id=child_id,
                    state=State.FAILED,
                    error=f"execution {child_id} does not exist any more",
                )
                successor = child and _successor(child.execution, group)
                if child is None:
                    event: events.Event = gone
                elif successor:
                    event = _replaced(child.execution, successor)
                else:
                    event = self._ended(parent, child)
                applying.feed(parent, event, group)

            return work

        if child_id not in group.live:
            group.look_up(entry.id, lookup)

    async def _archived(self, child_id: str) -> LiveExecution | None:
        archived = await self._store.execution(child_id)
        if archived is None:
            return None
        summary = archived.summary
        plan = await self._flows.plan(summary.namespace, summary.flow_id, summary.flow_revision)
        return LiveExecution(restore(archived.snapshot), plan)

    def _ended(self, parent: LiveEntry, child: LiveExecution) -> events.SubflowEnded:
        execution = child.execution
        run = parent.live.execution.task_runs.get(execution.parent_run_id)
        state, error, is_broken = execution.state, "", False
        if state is State.RETRIED:
            state = State.FAILED  # nobody knows what came in its place
        outputs: Mapping[str, object] = {}
        if run is not None:
            try:
                outputs = self._outputs(parent, run, child)
            except ExpressionError as broken:
                is_broken, error = True, f'task "{run.task_id}": outputs: {broken}'
        if state.is_failure:
            reason = f": {execution.error}" if execution.error else ""
            error = f"execution {execution.id} ended {state}{reason}"
        return events.SubflowEnded(
            task_run_id=execution.parent_run_id,
            execution_id=execution.id,
            state=state,
            outputs=dict(outputs),
            error=error,
            are_outputs_broken=is_broken,
        )

    def _outputs(
        self, parent: LiveEntry, run: TaskRun, child: LiveExecution
    ) -> Mapping[str, object]:
        """What the task gives of the child: its flow outputs, or what the task says itself."""
        attempt = run.attempt
        if attempt is None or attempt.children is None or attempt.children.is_batched:
            return {}
        asked = parent.live.plan.tasks[run.task_id].task.properties.get("outputs")
        if child.plan.flow.outputs or not isinstance(asked, Mapping):
            return child.execution.outputs
        return self._rendering.child_outputs(child, asked)

    # Kills

    def kill(
        self, entry: LiveEntry, command: KillSubflow, group: Group, applying: Applying
    ) -> None:
        """Kill a child that is live."""
        parent_id = entry.id

        def work(child: LiveEntry | None, group: Group) -> None:
            if child is None:
                return
            for event in _kills(child, command, parent_id):
                applying.feed(child, event, group)

        child = group.live.get(command.execution_id)
        if child is not None and child.is_in_flight:
            group.post(command.execution_id, work)
        else:
            work(child, group)


def _replaced(child: Execution, successor_id: str) -> events.SubflowReplaced:
    return events.SubflowReplaced(
        task_run_id=child.parent_run_id, execution_id=child.id, successor_id=successor_id
    )


def _successor(child: Execution, group: Group) -> str:
    """The live execution in the place of one that ended RETRIED; empty: there is none.

    Looked for only after a crash between the end and the word of it to the parent.
    """
    if child.state is not State.RETRIED:
        return ""
    first = child.original_id or child.id
    return next(
        (
            entry.id
            for entry in group.live.values()
            if entry.live.execution.original_id == first
            and entry.live.execution.parent_run_id == child.parent_run_id
        ),
        "",
    )


def _kills(child: LiveEntry, command: KillSubflow, parent_id: str) -> list[events.KillRequested]:
    """A first kill, and a second one where `finally` is to be stopped too."""
    execution = child.live.execution
    if execution.state.is_terminal:
        return []
    count = int(not execution.is_killing) + int(command.is_forced and not execution.is_kill_forced)
    request = events.KillRequested(
        by=f"execution {parent_id}",
        reason="it was killed itself",
        grace_seconds=command.grace_seconds,
    )
    return [request] * count


def _wanting(
    entry: LiveEntry | None, command: StartSubflow
) -> tuple[TaskRun | None, Attempt | None]:
    """Task run and attempt, when they still want the child of this index."""
    run = entry.live.execution.run_of(command.attempt_id) if entry else None
    attempt = run.attempt if run else None
    if entry is None or run is None or attempt is None or run.state is State.KILLING:
        return None, None
    if entry.live.execution.is_on_hold:
        # It is asked for again when the hold ends.
        return None, None
    children = attempt.children
    if children is not None and children.is_cut:
        return None, None
    count = len(children.ids) if children else 0
    return (run, attempt) if count == command.index else (None, None)


def _started(attempt: Attempt, child_id: str, wish: SubflowWish) -> events.SubflowStarted:
    return events.SubflowStarted(
        attempt_id=attempt.id,
        execution_id=child_id,
        count=wish.count,
        is_batched=wish.iteration is not None,
        is_awaited=wish.is_awaited,
        is_transmitted=wish.is_transmitted,
    )


def _failed(
    run: TaskRun, attempt: Attempt, error: Exception, secrets: frozenset[str]
) -> events.AttemptFinished:
    return events.AttemptFinished(
        attempt_id=attempt.id,
        state=State.FAILED,
        error=f'task "{run.task_id}": {mask(str(error), secrets)}',
        cause="subflow",
    )
