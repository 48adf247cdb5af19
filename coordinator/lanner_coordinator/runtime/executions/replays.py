"""Executions are repeated as new ones: from the start, from a task run, in another revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lanner_coordinator.engine.events import ExecutionCreated, ExecutionReplayed
from lanner_coordinator.engine.execution import Execution, restore
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.engine.rules.eligibility import RunAct, run_refusal
from lanner_coordinator.engine.rules.replay import REPLAY_LABEL, missing_in
from lanner_coordinator.engine.rules.restart import RESTARTED_LABEL
from lanner_coordinator.flow.given_inputs import given_values
from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.archive import summarize
from lanner_coordinator.runtime.errors import NotAllowed
from lanner_coordinator.runtime.executions.inputs import InputResolver
from lanner_coordinator.runtime.executions.run_references import (
    find_run,
    folder_owner,
    outermost_list,
)
from lanner_coordinator.runtime.executions.wishes import LATEST_REVISION, Details, Wish
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.runtime.group import Group, LiveEntry
from lanner_coordinator.runtime.ids import IdFactory
from lanner_coordinator.runtime.wanted import when_read
from lanner_coordinator.store.records import ArchivedExecution, Commit, ExecutionSummary

Replayed = ExecutionCreated | ExecutionReplayed


class Replays:
    """Makes new executions of archived ones."""

    def __init__(
        self,
        *,
        executor: Executor,
        application: Application,
        flows: FlowRegistry,
        resolver: InputResolver,
        ids: IdFactory,
    ) -> None:
        self._executor = executor
        self._application = application
        self._flows = flows
        self._resolver = resolver
        self._ids = ids

    async def replay(self, archived: ArchivedExecution, wish: Wish) -> ExecutionSummary:
        """Repeat an execution; the new one, durable.

        Raises:
            NotFound: No such task run, or no such revision.
            NotAllowed: The task run cannot be replayed, or the revision does not have it.
            InvalidRequest: Inputs are wrong, or the revision cannot be read.
            Overloaded: Too much is waiting.
            NotDurable: It could not be committed.
        """
        original = restore(archived.snapshot)
        plan = await self._plan(archived.summary, wish.details.revision)
        run_id = ""
        if wish.details.task_run:
            run_id = _run_id(original, self._application.as_begun_now(plan), wish.details)
        new_id = self._ids.new_id()
        inputs = await when_read(lambda: self._inputs(original, plan, wish.details.inputs, new_id))
        labels = {**_without_restart(original.labels), REPLAY_LABEL: "true"}
        event: Replayed
        if run_id:
            event = _replayed(archived, new_id, plan, inputs, labels, wish, run_id)
        else:
            event = _created(original, new_id, plan, inputs, labels)
        return await self._begin(event, plan, wish)

    async def restart(self, archived: ArchivedExecution, wish: Wish) -> ExecutionSummary:
        """Go on from all that failed, as a new execution in another revision.

        Raises as `replay`.
        """
        original = restore(archived.snapshot)
        plan = await self._plan(archived.summary, wish.details.revision)
        labels = {**original.labels, RESTARTED_LABEL: "true"}
        new_id = self._ids.new_id()
        event = _replayed(archived, new_id, plan, original.inputs, labels, wish, "")
        return await self._begin(event, plan, wish)

    async def _plan(self, summary: ExecutionSummary, revision: int) -> Plan:
        if revision == LATEST_REVISION:
            return await self._flows.plan(summary.namespace, summary.flow_id)
        number = revision or summary.flow_revision
        return await self._flows.plan(summary.namespace, summary.flow_id, number)

    def _inputs(
        self, original: Execution, plan: Plan, changes: Mapping[str, object], new_id: str
    ) -> dict[str, object]:
        """Inputs of the new execution: as they were, unless some are changed."""
        if not changes:
            return original.inputs
        raw = dict(given_values(plan.flow.inputs, changes))
        for one in plan.flow.inputs:
            value = _nested(original.inputs, one.id)
            if one.id not in raw and one.id not in changes and value is not None:
                raw[one.id] = value
        return self._resolver.resolve(plan, raw, new_id)

    async def _begin(self, event: Replayed, plan: Plan, wish: Wish) -> ExecutionSummary:
        summaries: list[ExecutionSummary] = []
        items = [replace(item, message=event.execution_id) for item in wish.items]
        attached = Commit(batch_items=items) if items else None
        begin = self._application.beginning(event, plan, attached, wish.look)

        def work(entry: LiveEntry | None, group: Group) -> None:
            begin(entry, group)
            summaries.append(summarize(group.touched[event.execution_id].live.execution))

        await self._executor.submit(event.execution_id, work)
        return summaries[-1]


def _run_id(original: Execution, plan: Plan, details: Details) -> str:
    """Id of the task run to replay from: of what shared a folder, all begins anew."""
    run = find_run(original, details.task_run)
    phase = outermost_list(original, run)
    why_not = run_refusal(RunAct.REPLAY, original.state, run.state, phase)
    if why_not:
        raise NotAllowed(f'task run "{details.task_run}" cannot be replayed: {why_not}')
    missing = missing_in(plan, original, run.id)
    if missing:
        raise NotAllowed(
            f'task run "{details.task_run}" cannot be replayed: revision {plan.revision} does not '
            f'have the task "{missing}" in the same place'
        )
    return (folder_owner(original, run) or run).id


def _created(
    original: Execution,
    new_id: str,
    plan: Plan,
    inputs: dict[str, object],
    labels: dict[str, str],
) -> ExecutionCreated:
    return ExecutionCreated(
        execution_id=new_id,
        namespace=original.namespace,
        flow_id=original.flow_id,
        flow_revision=plan.revision,
        inputs=inputs,
        labels=labels,
        trigger=original.trigger,
        original_id=original.original_id or original.id,
        parent_id=original.id,
        lineage=original.lineage,
        repeats=[*original.repeats, original.id],
    )


def _replayed(
    archived: ArchivedExecution,
    new_id: str,
    plan: Plan,
    inputs: dict[str, object],
    labels: dict[str, str],
    wish: Wish,
    run_id: str,
) -> ExecutionReplayed:
    return ExecutionReplayed(
        execution_id=new_id,
        snapshot=archived.snapshot,
        flow_revision=plan.revision,
        inputs=inputs,
        labels=labels,
        trigger=restore(archived.snapshot).trigger,
        from_run_id=run_id,
        by=wish.by,
        reason=wish.reason,
    )


def _without_restart(labels: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in labels.items() if name != RESTARTED_LABEL}


def _nested(values: Mapping[str, object], input_id: str) -> object:
    """The value of an input; ids with dots are nested maps."""
    value: object = values
    for part in input_id.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
