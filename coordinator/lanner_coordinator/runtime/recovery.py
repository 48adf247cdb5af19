"""Live executions from the journal: after a crash, and after a commit that failed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Protocol

from lanner_coordinator.engine import events
from lanner_coordinator.engine.commands import Command
from lanner_coordinator.engine.decide import begin, decide, open_commands
from lanner_coordinator.engine.execution import LiveExecution, restore
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.runtime.group import LiveEntry
from lanner_coordinator.runtime.secrets.sealing import may_have_sealed
from lanner_coordinator.store.protocol import Store

logger = logging.getLogger(__name__)

FlowKey = tuple[str, str, int]
"""Namespace, id and revision of a flow."""


class Plans(Protocol):
    """Plans of flows' revisions."""

    async def preload(self, keys: Iterable[FlowKey]) -> None:
        """Read these revisions, so that `plan_of` has them at once."""

    def plan_of(self, namespace: str, flow_id: str, revision: int) -> Plan:
        """The plan of a revision that was preloaded.

        Raises:
            LookupError: It was not, or cannot be read.
        """


async def recover(store: Store, plans: Plans) -> Sequence[tuple[LiveEntry, Sequence[Command]]]:
    """All live executions and what is still to be done for them.

    An execution whose flow cannot be read any more is left out with an error in the log; its
    journal is kept.
    """
    written = [
        list(records)
        for _, records in groupby(await store.journal(), lambda record: record.execution_id)
    ]
    journals = [
        [(record.sequence, events.decode_event(record.record)) for record in records]
        for records in written
    ]
    await plans.preload({_flow_key(journal[0][1].event) for journal in journals})
    recovered = []
    for records, journal in zip(written, journals, strict=True):
        try:
            entry = _entry(journal, plans)
        except Exception:
            logger.exception("an execution cannot be rebuilt from its journal: %s", journal[0])
            continue
        entry.has_sealed = any(
            may_have_sealed(event.event, record.record)
            for record, (_, event) in zip(records, journal, strict=True)
        )
        recovered.append((entry, open_commands(entry.live)))
    await _find_last_lines(store, [entry for entry, _ in recovered])
    return recovered


async def refold(store: Store, entry: LiveEntry) -> Sequence[Command]:
    """Put an entry back to what the journal says; what is still to be done for it."""
    records = await store.execution_journal(entry.id)
    journal = [(record.sequence, events.decode_event(record.record)) for record in records]
    entry.live = _fold([recorded for _, recorded in journal], entry.live.plan)
    entry.sequence = journal[-1][0]
    entry.told_count = len(entry.live.execution.changes)
    entry.has_ended = False
    return open_commands(entry.live)


def _entry(journal: Sequence[tuple[int, events.RecordedEvent]], plans: Plans) -> LiveEntry:
    first = journal[0][1].event
    plan = plans.plan_of(*_flow_key(first))
    live = _fold([recorded for _, recorded in journal], plan)
    return LiveEntry(
        live=live,
        told_count=len(live.execution.changes),
        sequence=journal[-1][0],
        is_archived_before=isinstance(first, events.ExecutionRestored),
    )


def _fold(journal: Sequence[events.RecordedEvent], plan: Plan) -> LiveExecution:
    first = journal[0]
    if not isinstance(first.event, events.FirstEvent):
        raise TypeError(f"the journal begins with {type(first.event).__name__}")
    live, _ = begin(first.event, first.at, plan)
    for recorded in journal[1:]:
        decide(live, recorded.event, recorded.at)
    return live


def _flow_key(first: events.Event) -> FlowKey:
    if isinstance(first, events.ExecutionCreated):
        return first.namespace, first.flow_id, first.flow_revision
    if isinstance(first, events.ExecutionReplayed):
        execution = restore(first.snapshot)
        return execution.namespace, execution.flow_id, first.flow_revision
    if isinstance(first, events.ExecutionRestored):
        execution = restore(first.snapshot)
        return execution.namespace, execution.flow_id, execution.flow_revision
    raise TypeError(f"the journal begins with {type(first).__name__}")


async def _find_last_lines(store: Store, entries: Sequence[LiveEntry]) -> None:
    """Tell each execution which lines of its attempts are written: none is written twice."""
    by_attempt = {
        attempt.id: entry
        for entry in entries
        for run_id in entry.live.execution.open_runs
        if (attempt := entry.live.execution.task_runs[run_id].attempt) is not None
    }
    for attempt_id, line in (await store.last_lines(list(by_attempt))).items():
        by_attempt[attempt_id].lines[attempt_id] = line
