"""Changes of flows: checked sources become revisions, all of a request or none.

Whatever changes a flow also changes the records of its triggers, in the same commit. Changes are
made one after the other; reading sources, which may take long, is done before that.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from lanner_coordinator.flow.diagnostics import Problem, in_order
from lanner_coordinator.flow.model import Flow
from lanner_coordinator.flow.reader import ReadResult
from lanner_coordinator.flow.reading.subflows import unknown_flow
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import Changed, InvalidRequest
from lanner_coordinator.runtime.flows.changes import (
    AppliedFlow,
    Change,
    FlowChange,
    GivenDeletion,
    GivenSource,
    SourceCheck,
    TriggerChanges,
    TriggerKeeper,
)
from lanner_coordinator.runtime.flows.reading import LONG_SOURCE, FlowReader, errors_of, told
from lanner_coordinator.runtime.flows.registry import FlowRegistry, no_such_flow
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit, FlowRecord

SOURCE_LIMIT_BYTES = 1024 * 1024
"""Size of one source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Next:
    """What an applied source leads to."""

    applied: AppliedFlow
    text: str
    flow: Flow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What is applied together."""

    sources: Sequence[GivenSource]
    flows: Sequence[Flow]
    results: Sequence[ReadResult]
    deletions: Sequence[GivenDeletion]


class FlowEditor:
    """Checks and changes flows. Methods belong to the event loop's thread."""

    def __init__(
        self, *, store: Store, clock: Clock, reader: FlowReader, flows: FlowRegistry
    ) -> None:
        self._store = store
        self._clock = clock
        self._reader = reader
        self._flows = flows
        self._keeper: TriggerKeeper | None = None
        self._changing = asyncio.Lock()

    def keep_triggers(self, keeper: TriggerKeeper) -> None:
        """Tell `keeper` of all changes from now on."""
        self._keeper = keeper

    async def validate(self, sources: Sequence[GivenSource]) -> Sequence[SourceCheck]:
        """What is wrong with each source; stores nothing."""
        results = await self._read_given(sources)
        flows = [result.flow for result in results if result.flow]
        return [
            SourceCheck(
                name=given.name,
                namespace=result.flow.namespace if result.flow else "",
                flow_id=result.flow.id if result.flow else "",
                problems=self._problems(result, flows),
            )
            for given, result in zip(sources, results, strict=True)
        ]

    async def apply(
        self,
        sources: Sequence[GivenSource],
        *,
        by: str,
        dry_run: bool = False,
        deletions: Sequence[GivenDeletion] = (),
    ) -> Sequence[AppliedFlow]:
        """Store each source as a new revision of its flow and delete flows, or none of it.

        Args:
            sources: An unchanged one makes no revision.
            by: Who applies them.
            dry_run: Tell what would be done and do nothing.
            deletions: Flows to delete in the same moment.

        Raises:
            InvalidRequest: Sources have errors, or two are of one flow, or one is of a flow to
                delete.
            NotFound: A flow to delete does not exist.
            Changed: A flow is not at the revision that was named.
        """
        results = await self._read_given(sources)
        flows = _flows_without_errors(sources, results)
        _check_not_given(deletions, flows)
        given = _Given(sources=sources, flows=flows, results=results, deletions=deletions)
        # A caller that goes away must not part what is durable from what is in memory.
        return await asyncio.shield(self._apply(given, by, dry_run=dry_run))

    async def _apply(self, given: _Given, by: str, *, dry_run: bool) -> Sequence[AppliedFlow]:
        async with self._changing:
            steps = [
                await self._next(source, flow, self._problems(result, given.flows, given.deletions))
                for source, flow, result in zip(
                    given.sources, given.flows, given.results, strict=True
                )
            ]
            gone = [self._gone(one, by) for one in given.deletions]
            changed = [step for step in steps if step.applied.change is not Change.UNCHANGED]
            if (changed or gone) and not dry_run:
                await self._carry_out(changed, gone, by)
        return [*(step.applied for step in steps), *map(_deleted, gone)]

    async def delete(self, namespace: str, flow_id: str, *, by: str) -> None:
        """Delete a flow; its revisions and executions are kept, its triggers end.

        Raises:
            NotFound: No such flow.
        """
        await asyncio.shield(self._delete(namespace, flow_id, by))

    async def _delete(self, namespace: str, flow_id: str, by: str) -> None:
        async with self._changing:
            given = GivenDeletion(namespace=namespace, flow_id=flow_id)
            await self._carry_out([], [self._gone(given, by)], by)

    def _gone(self, given: GivenDeletion, by: str) -> FlowRecord:
        """The last revision of a flow, which says that it is deleted."""
        current = self._flows.current_of(given.namespace, given.flow_id)
        if current is None:
            raise no_such_flow(given.namespace, given.flow_id)
        if given.if_revision not in (None, current.revision):
            raise Changed(
                f"flow {given.namespace}/{given.flow_id} is to be deleted at revision "
                f"{given.if_revision} and is at revision {current.revision}; "
                "look at what changed and apply again"
            )
        return replace(
            current,
            revision=current.revision + 1,
            applied_at=self._clock.now(),
            applied_by=by,
            is_deleted=True,
        )

    async def _read_given(self, sources: Sequence[GivenSource]) -> Sequence[ReadResult]:
        for given in sources:
            if len(given.text.encode()) > SOURCE_LIMIT_BYTES:
                raise InvalidRequest(f'source "{given.name}" is larger than 1 MB')
        if sum(len(given.text) for given in sources) < LONG_SOURCE:
            return [self._reader.read_given(given) for given in sources]
        return [await asyncio.to_thread(self._reader.read_given, given) for given in sources]

    def _problems(
        self,
        result: ReadResult,
        given: Sequence[Flow],
        deletions: Sequence[GivenDeletion] = (),
    ) -> Sequence[Problem]:
        """What is wrong with a source, and the flows that it names and that will not be there."""
        if not result.mentions:
            return result.problems
        known = {(flow.namespace, flow.id) for flow in given}
        gone = {(one.namespace, one.flow_id) for one in deletions}
        unknown = [
            mention
            for mention in result.mentions
            if mention.key not in known
            and (mention.key in gone or self._flows.current_of(*mention.key) is None)
        ]
        if unknown:
            known |= self._flows.keys() - gone
        return in_order([*result.problems, *(unknown_flow(one, known) for one in unknown)])

    async def _next(self, given: GivenSource, flow: Flow, problems: Sequence[Problem]) -> _Next:
        current = self._flows.current_of(flow.namespace, flow.id)
        self._check_revision(given, flow, current)
        if current is not None and current.source == given.text:
            change, revision = Change.UNCHANGED, current.revision
        elif current is not None:
            change, revision = Change.UPDATED, current.revision + 1
        else:
            deleted = await self._store.flow_revision(flow.namespace, flow.id, 0)
            change, revision = Change.CREATED, (deleted.revision if deleted else 0) + 1
        applied = AppliedFlow(
            name=given.name,
            namespace=flow.namespace,
            flow_id=flow.id,
            revision=revision,
            change=change,
            problems=problems,
        )
        return _Next(applied=applied, text=given.text, flow=flow)

    def _check_revision(self, given: GivenSource, flow: Flow, current: FlowRecord | None) -> None:
        is_at = current.revision if current else 0
        if given.if_revision is None or given.if_revision == is_at:
            return
        what = f"is at revision {is_at}" if is_at else "does not exist"
        wanted = f"revision {given.if_revision}" if given.if_revision else "no such flow"
        raise Changed(
            f'source "{given.name}" expects {wanted}, but flow {flow.namespace}/{flow.id} {what}; '
            "look at what changed and apply again"
        )

    async def _carry_out(self, steps: Sequence[_Next], gone: Sequence[FlowRecord], by: str) -> None:
        now = self._clock.now()
        records = [
            FlowRecord(
                namespace=step.applied.namespace,
                flow_id=step.applied.flow_id,
                revision=step.applied.revision,
                source=step.text,
                applied_at=now,
                applied_by=by,
            )
            for step in steps
        ]
        changes = [
            FlowChange(
                namespace=step.applied.namespace,
                flow_id=step.applied.flow_id,
                before=self._flow_of(self._flows.current_of(step.flow.namespace, step.flow.id)),
                after=step.flow,
            )
            for step in steps
        ]
        changes += [
            FlowChange(
                namespace=record.namespace,
                flow_id=record.flow_id,
                before=self._flow_of(self._flows.current_of(record.namespace, record.flow_id)),
                after=None,
            )
            for record in gone
        ]
        async with self._triggers(changes) as triggers:
            await self._commit([*records, *gone], triggers)
            for record, step in zip(records, steps, strict=True):
                self._flows.replace(record, step.flow)
            for record in gone:
                self._flows.remove(record.namespace, record.flow_id)

    def _flow_of(self, record: FlowRecord | None) -> Flow | None:
        if record is None:
            return None
        try:
            return self._flows.plan_of(record.namespace, record.flow_id, record.revision).flow
        except InvalidRequest:
            return None

    @asynccontextmanager
    async def _triggers(self, changes: Sequence[FlowChange]) -> AsyncIterator[TriggerChanges]:
        if self._keeper is None:
            yield TriggerChanges()
            return
        async with self._keeper.changing(changes) as triggers:
            yield triggers

    async def _commit(self, records: Sequence[FlowRecord], triggers: TriggerChanges) -> None:
        await self._store.commit(
            Commit(flows=records, triggers=triggers.changed, removed_triggers=triggers.removed)
        )


def _deleted(record: FlowRecord) -> AppliedFlow:
    return AppliedFlow(
        name="",
        namespace=record.namespace,
        flow_id=record.flow_id,
        revision=record.revision,
        change=Change.DELETED,
        problems=(),
    )


def _check_not_given(deletions: Sequence[GivenDeletion], flows: Sequence[Flow]) -> None:
    given = {(flow.namespace, flow.id) for flow in flows}
    both = [one for one in deletions if (one.namespace, one.flow_id) in given]
    if both:
        raise InvalidRequest(
            f"flow {both[0].namespace}/{both[0].flow_id} is to be applied and to be deleted"
        )


def _flows_without_errors(
    sources: Sequence[GivenSource], results: Sequence[ReadResult]
) -> Sequence[Flow]:
    flows: dict[tuple[str, str], Flow] = {}
    complaints: list[str] = []
    for given, result in zip(sources, results, strict=True):
        flow = result.flow
        if flow is None:
            complaints.append(f'"{given.name}": {told(result.problems)}')
        elif (flow.namespace, flow.id) in flows:
            complaints.append(f'"{given.name}": flow {flow.namespace}/{flow.id} is given twice')
        else:
            flows[flow.namespace, flow.id] = flow
    if complaints:
        problems = [problem for result in results for problem in errors_of(result.problems)]
        raise InvalidRequest(f"nothing was applied: {'; '.join(complaints)}", problems)
    return list(flows.values())
