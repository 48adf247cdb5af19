"""What people do to an execution: retry, replay, kill, change or delete it."""

from __future__ import annotations

import asyncio
from typing import Protocol

from lanner_coordinator.engine.events import (
    EndStateSet,
    KillRequested,
    LabelsSet,
    RestartRequested,
    ResumeRequested,
    TaskRunMarked,
)
from lanner_coordinator.engine.execution import restore
from lanner_coordinator.engine.rules.eligibility import (
    END_STATES,
    MARKED_STATES,
    Act,
    RunAct,
    refusal,
    run_refusal,
    target_refusal,
)
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.archive import summarize
from lanner_coordinator.runtime.artifacts import Owner
from lanner_coordinator.runtime.course import Repair
from lanner_coordinator.runtime.errors import InvalidRequest, NotAllowed, NotFound
from lanner_coordinator.runtime.executions.labels import changed_labels
from lanner_coordinator.runtime.executions.pausing import Pausing
from lanner_coordinator.runtime.executions.replays import Replays
from lanner_coordinator.runtime.executions.run_references import (
    find_run,
    folder_owner,
    outermost_list,
)
from lanner_coordinator.runtime.executions.wishes import Details, Wish
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.runtime.group import Group, LiveEntry, Work
from lanner_coordinator.runtime.keyed_locks import KeyedLocks
from lanner_coordinator.runtime.refusals import refused
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import ArchivedExecution, Commit, ExecutionSummary


class ExecutionFiles(Protocol):
    """The artifacts of executions, as they are deleted with them."""

    async def delete_execution(self, owner: Owner) -> None:
        """Remove all artifacts of an execution; none is fine."""


class Acts:
    """Acts on single executions, which are named by their whole id."""

    def __init__(
        self,
        *,
        store: Store,
        executor: Executor,
        application: Application,
        flows: FlowRegistry,
        replays: Replays,
        pausing: Pausing,
        files: ExecutionFiles,
    ) -> None:
        self._store = store
        self._executor = executor
        self._application = application
        self._flows = flows
        self._replays = replays
        self._pausing = pausing
        self._files = files
        self._under_way: KeyedLocks[str] = KeyedLocks()

    async def do(self, act: Act, execution_id: str, wish: Wish) -> ExecutionSummary:
        """Do an act; the execution (of a replay: the new one) as it is when the act is durable.

        Raises:
            NotFound: There is no such execution, or no such task run or revision.
            NotAllowed: Its state does not allow it.
            InvalidRequest: Its flow cannot be read any more, or what is wished makes no sense.
            Overloaded: Too much is waiting.
            NotDurable: It could not be committed.
        """
        # A caller that goes away must not let the next one in before the act is durable.
        return await asyncio.shield(self._do_alone(act, execution_id, wish))

    async def remove(self, execution_id: str, by: str, *, keeps_files: bool) -> None:
        """Remove an ended execution, and its files unless they are kept.

        Raises:
            NotFound: There is no such execution.
            NotAllowed: It has not ended.
            Overloaded: Too much is waiting.
            NotDurable: It could not be committed.
        """
        async with self._under_way.hold(execution_id):
            await self._delete(execution_id, Wish(by=by), keeps_files=keeps_files)

    async def kill(self, execution_id: str, by: str, *, spares_children: bool) -> None:
        """Kill an execution, unless it is being killed already. Raises as `do`."""
        live = self._executor.live(execution_id)
        if live is None or not live.execution.is_killing:
            details = Details(spares_children=spares_children)
            await self.do(Act.KILL, execution_id, Wish(by=by, details=details))

    async def mark(
        self, execution_id: str, run_reference: str, state: State, wish: Wish
    ) -> ExecutionSummary:
        """Say in which state a task run has ended; the execution goes on from there.

        RUNNING resumes one that is PAUSED. Raises as `do`.
        """
        return await asyncio.shield(self._mark_alone(execution_id, run_reference, state, wish))

    async def _do_alone(self, act: Act, execution_id: str, wish: Wish) -> ExecutionSummary:
        """One act on an execution at a time: it begins with what the archive held last."""
        async with self._under_way.hold(execution_id):
            match act:
                case Act.KILL | Act.FORCE_RUN | Act.UNQUEUE | Act.PAUSE | Act.RESUME:
                    return await self._ask(act, execution_id, wish)
                case Act.DELETE:
                    return await self._delete(execution_id, wish)
                case Act.REPLAY:
                    archived = await self._archived(act, execution_id)
                    return await self._replays.replay(archived, wish)
                case Act.RETRY:
                    return await self._retry(execution_id, wish)
                case Act.CHANGE_STATE | Act.SET_LABELS:
                    archived = await self._archived(act, execution_id)
                    return await self._repair(archived, _change(act, archived, wish), wish)

    async def _mark_alone(
        self, execution_id: str, run_reference: str, state: State, wish: Wish
    ) -> ExecutionSummary:
        async with self._under_way.hold(execution_id):
            if state is State.RUNNING:
                work = self._application.resume(execution_id, run_reference, wish.by, wish.reason)
                return await self._submit(execution_id, work, wish)
            archived = await self._archived(Act.CHANGE_STATE, execution_id)
            execution = restore(archived.snapshot)
            run = find_run(execution, run_reference)
            phase = outermost_list(execution, run)
            why_not = run_refusal(
                RunAct.MARK,
                execution.state,
                run.state,
                phase,
                shares_folder=folder_owner(execution, run) is not None,
            )
            if why_not:
                raise NotAllowed(f'task run "{run_reference}" cannot be marked: {why_not}')
            event = TaskRunMarked(
                task_run_id=run.id,
                state=_target(state, MARKED_STATES),
                by=wish.by,
                reason=wish.reason,
            )
            return await self._repair(archived, event, wish)

    async def _archived(self, act: Act, execution_id: str) -> ArchivedExecution:
        """An archived execution that allows the act."""
        live = self._executor.live(execution_id)
        if live is not None:
            # One that runs `afterExecution` has an end state and is live all the same.
            raise refused(act, execution_id, refusal(act, live.execution.state, goes_on=True))
        archived = await self._store.execution(execution_id)
        if archived is None:
            raise NotFound(f'no execution has the id "{execution_id}"')
        why_not = refusal(act, archived.summary.state)
        if why_not:
            raise refused(act, execution_id, why_not)
        return archived

    async def _retry(self, execution_id: str, wish: Wish) -> ExecutionSummary:
        archived = await self._archived(Act.RETRY, execution_id)
        if wish.details.revision not in (0, archived.summary.flow_revision):
            return await self._replays.restart(archived, wish)
        event = RestartRequested(by=wish.by, reason=wish.reason)
        return await self._repair(archived, event, wish)

    async def _repair(
        self, archived: ArchivedExecution, event: Repair, wish: Wish
    ) -> ExecutionSummary:
        summary = archived.summary
        plan = await self._flows.plan(summary.namespace, summary.flow_id, summary.flow_revision)
        work = self._application.repair(archived, plan, event, wish.look)
        return await self._submit(summary.id, work, wish)

    async def _ask(self, act: Act, execution_id: str, wish: Wish) -> ExecutionSummary:
        try:
            return await self._submit(execution_id, self._asking(act, execution_id, wish), wish)
        except NotFound:
            archived = await self._store.execution(execution_id)
            if archived is None:
                raise NotFound(f'no execution has the id "{execution_id}"') from None
            why_not = refusal(act, archived.summary.state)
            raise refused(act, execution_id, why_not) from None

    def _asking(self, act: Act, execution_id: str, wish: Wish) -> Work:
        if act is Act.PAUSE:
            return self._pausing.pause(execution_id, wish.by, wish.reason)
        if act is Act.RESUME:
            details = wish.details
            resumed = ResumeRequested(
                by=wish.by,
                reason=wish.reason,
                task_run_id=details.task_run,
                decision=details.decision,
                comment=details.comment,
            )
            return self._pausing.resume(execution_id, resumed, details.inputs)
        if act is not Act.KILL:
            return self._application.force(execution_id, act, wish.by, wish.reason)
        event = KillRequested(
            by=wish.by,
            reason=wish.reason,
            grace_seconds=wish.grace_seconds,
            spares_children=wish.details.spares_children,
        )
        return self._application.kill(execution_id, event)

    async def _delete(
        self, execution_id: str, wish: Wish, *, keeps_files: bool = False
    ) -> ExecutionSummary:
        archived = await self._archived(Act.DELETE, execution_id)

        def work(entry: LiveEntry | None, group: Group) -> None:
            if entry is not None:
                state = entry.live.execution.state
                raise refused(Act.DELETE, execution_id, refusal(Act.DELETE, state, goes_on=True))
            group.removed.append(execution_id)
            if wish.items:
                group.attached.append(Commit(batch_items=wish.items))

        await self._executor.submit(execution_id, work)
        # What a crash leaves of the files here belongs to nobody and harms nobody.
        if not keeps_files:
            await self._files.delete_execution(_owner(archived.summary))
        return archived.summary

    async def _submit(self, execution_id: str, act: Work, wish: Wish) -> ExecutionSummary:
        summaries: list[ExecutionSummary] = []

        def work(entry: LiveEntry | None, group: Group) -> None:
            act(entry, group)
            if wish.items:
                group.attached.append(Commit(batch_items=wish.items))
            summaries.append(summarize(group.touched[execution_id].live.execution))

        await self._executor.submit(execution_id, work)
        return summaries[-1]


def _change(act: Act, archived: ArchivedExecution, wish: Wish) -> EndStateSet | LabelsSet:
    details = wish.details
    if act is Act.CHANGE_STATE:
        try:
            state = State(details.state)
        except ValueError:
            raise InvalidRequest(f'"{details.state}" is no state') from None
        return EndStateSet(state=_target(state, END_STATES), by=wish.by, reason=wish.reason)
    labels = changed_labels(
        archived.summary.labels,
        details.labels,
        details.removed_labels,
        replaces=details.replaces_labels,
    )
    return LabelsSet(labels=labels, by=wish.by, reason=wish.reason)


def _target(state: State, allowed: tuple[State, ...]) -> State:
    why_not = target_refusal(state, allowed)
    if why_not:
        raise InvalidRequest(f"it cannot be changed to that state: {why_not}")
    return state


def _owner(summary: ExecutionSummary) -> Owner:
    return Owner(namespace=summary.namespace, flow_id=summary.flow_id, execution_id=summary.id)
