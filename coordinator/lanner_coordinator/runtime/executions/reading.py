"""Reads one execution, live or archived, as it is on disk.

The executor is ahead of the disk by the commits that are under way. What is shown must not be taken
back by a crash, so a live execution is looked at in the executor's own queue: when the answer
comes, all that it shows is durable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from lanner_coordinator.engine.execution import restore
from lanner_coordinator.engine.plan import Plan, completed
from lanner_coordinator.runtime.dispatcher import Dispatcher
from lanner_coordinator.runtime.errors import InvalidRequest, NotFound
from lanner_coordinator.runtime.executions.references import References
from lanner_coordinator.runtime.executions.views import ExecutionView, Shown, live_view
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.runtime.group import Group, LiveEntry
from lanner_coordinator.runtime.secrets.sealing import masked_values
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import ArchivedExecution

_Shown = TypeVar("_Shown")


class ExecutionReader:
    """Shows single executions."""

    def __init__(
        self,
        *,
        store: Store,
        executor: Executor,
        dispatcher: Dispatcher,
        flows: FlowRegistry,
        references: References,
        shown: Shown = masked_values,
    ) -> None:
        self._store = store
        self._executor = executor
        self._dispatcher = dispatcher
        self._flows = flows
        self._references = references
        self._shown = shown

    async def read(self, reference: str, show: Callable[[ExecutionView], _Shown]) -> _Shown:
        """What `show` makes of an execution.

        Args:
            reference: Id, unique start of one, `@latest` or `@failed`.
            show: Called once, must not wait, must keep nothing of the view.

        Raises:
            NotFound: No such execution, or several.
        """
        execution_id = await self._references.resolve(reference)
        shown = await self.read_live(execution_id, show)
        if shown is not None:
            return shown
        return show(await self.archived_view(execution_id))

    async def read_live(
        self,
        execution_id: str,
        show: Callable[[ExecutionView], _Shown],
        run_ids: Sequence[str] | None = None,
    ) -> _Shown | None:
        """What `show` makes of a live execution; absent: it is not live.

        Args:
            execution_id: Which.
            show: As for `read`.
            run_ids: Task runs that it will look at; absent: all.
        """

        def show_entry(entry: LiveEntry) -> _Shown:
            view = live_view(entry.live, self._dispatcher, run_ids)
            return show(replace(view, shown=self._shown))

        return await self.look_at(execution_id, show_entry)

    async def look_at(
        self, execution_id: str, look: Callable[[LiveEntry], _Shown]
    ) -> _Shown | None:
        """What `look` makes of a live execution; absent: it is not live.

        Args:
            execution_id: Which.
            look: Called once in the executor's group, which an error would undo; must not wait,
                must change and keep nothing.
        """
        if execution_id not in self._executor.entries:
            return None
        found: list[_Shown] = []

        def work(entry: LiveEntry | None, group: Group) -> None:
            if entry is not None:
                found.append(look(entry))

        await self._executor.submit(execution_id, work)
        return found[0] if found else None

    async def archived_view(self, execution_id: str) -> ExecutionView:
        """View of an archived execution.

        Raises:
            NotFound: There is none.
        """
        archived = await self._store.execution(execution_id)
        if archived is None:
            raise NotFound(f'no execution has the id "{execution_id}"')
        execution = restore(archived.snapshot)
        plan = await self.plan_of(archived)
        return ExecutionView(
            execution=execution,
            plan=completed(plan, execution.templates) if plan else None,
            shown=self._shown,
        )

    async def plan_of(self, archived: ArchivedExecution) -> Plan | None:
        """Plan of an archived execution; absent: its revision cannot be read any more."""
        summary = archived.summary
        try:
            return await self._flows.plan(summary.namespace, summary.flow_id, summary.flow_revision)
        except (NotFound, InvalidRequest):
            return None
