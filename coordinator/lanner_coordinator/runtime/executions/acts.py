"""What people do to an execution: retry it, kill it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from lanner_coordinator.engine.events import KillRequested, RestartRequested
from lanner_coordinator.engine.rules.eligibility import Act, refusal
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.archive import summarize
from lanner_coordinator.runtime.errors import NotAllowed, NotFound
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.runtime.group import Group, LiveEntry, Work
from lanner_coordinator.runtime.keyed_locks import KeyedLocks
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import BatchItemRecord, Commit, ExecutionSummary

GRACE_SECONDS = 10.0
"""Between the polite and the hard signal to the tasks of a killed execution."""

_VERBS = {Act.RETRY: "retried", Act.KILL: "killed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who wants an act and why.

    Attributes:
        by: Who.
        reason: Kept in the execution's log; may be empty.
        grace_seconds: For a kill.
        items: Items of batches that become durable with the act.
    """

    by: str
    reason: str = ""
    grace_seconds: float = GRACE_SECONDS
    items: Sequence[BatchItemRecord] = ()


class Acts:
    """Acts on single executions, which are named by their whole id."""

    def __init__(
        self,
        *,
        store: Store,
        executor: Executor,
        application: Application,
        flows: FlowRegistry,
    ) -> None:
        self._store = store
        self._executor = executor
        self._application = application
        self._flows = flows
        self._under_way: KeyedLocks[str] = KeyedLocks()

    async def do(self, act: Act, execution_id: str, wish: Wish) -> ExecutionSummary:
        """Do an act; the execution as it is when the act is durable.

        Raises:
            NotFound: There is no such execution.
            NotAllowed: Its state does not allow it.
            InvalidRequest: A retry, and its flow cannot be read any more.
            Overloaded: Too much is waiting.
            NotDurable: It could not be committed.
        """
        # A caller that goes away must not let the next one in before the act is durable.
        return await asyncio.shield(self._do_alone(act, execution_id, wish))

    async def _do_alone(self, act: Act, execution_id: str, wish: Wish) -> ExecutionSummary:
        """One act on an execution at a time: a retry begins with what the archive held last."""
        async with self._under_way.hold(execution_id):
            if act is Act.RETRY:
                return await self._retry(execution_id, wish)
            return await self._kill(execution_id, wish)

    async def _retry(self, execution_id: str, wish: Wish) -> ExecutionSummary:
        live = self._executor.live(execution_id)
        if live is not None:
            # One that runs `afterExecution` has an end state and is live all the same.
            state = live.execution.state
            raise _refused(Act.RETRY, execution_id, state, f"it has not ended yet ({state})")
        archived = await self._store.execution(execution_id)
        if archived is None:
            raise NotFound(f'no execution has the id "{execution_id}"')
        summary = archived.summary
        if refusal(Act.RETRY, summary.state):
            raise _refused(Act.RETRY, execution_id, summary.state)
        plan = await self._flows.plan(summary.namespace, summary.flow_id, summary.flow_revision)
        event = RestartRequested(by=wish.by, reason=wish.reason)
        return await self._submit(
            execution_id, self._application.restart(archived.snapshot, plan, event), wish
        )

    async def _kill(self, execution_id: str, wish: Wish) -> ExecutionSummary:
        event = KillRequested(by=wish.by, reason=wish.reason, grace_seconds=wish.grace_seconds)
        try:
            return await self._submit(
                execution_id, self._application.kill(execution_id, event), wish
            )
        except NotFound:
            archived = await self._store.execution(execution_id)
            if archived is None:
                raise NotFound(f'no execution has the id "{execution_id}"') from None
            raise _refused(Act.KILL, execution_id, archived.summary.state) from None

    async def _submit(self, execution_id: str, act: Work, wish: Wish) -> ExecutionSummary:
        summaries: list[ExecutionSummary] = []

        def work(entry: LiveEntry | None, group: Group) -> None:
            act(entry, group)
            if wish.items:
                group.attached.append(Commit(batch_items=wish.items))
            summaries.append(summarize(group.touched[execution_id].live.execution))

        await self._executor.submit(execution_id, work)
        return summaries[-1]


def _refused(act: Act, execution_id: str, state: State, reason: str = "") -> NotAllowed:
    why_not = refusal(act, state) or reason
    return NotAllowed(f"execution {execution_id} cannot be {_VERBS[act]}: {why_not}")
