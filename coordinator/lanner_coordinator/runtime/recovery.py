"""Live executions from the journal: after a crash, and after a commit that failed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from itertools import groupby

from lanner_coordinator.engine import events
from lanner_coordinator.engine.commands import Command
from lanner_coordinator.engine.decide import begin, decide, open_commands
from lanner_coordinator.engine.execution import LiveExecution, restore
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.runtime.group import LiveEntry
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import JournalRecord

logger = logging.getLogger(__name__)

PlanOf = Callable[[str, str, int], Plan]
"""The plan of a flow's revision, by namespace, id and revision."""


async def recover(store: Store, plan_of: PlanOf) -> Sequence[tuple[LiveEntry, Sequence[Command]]]:
    """All live executions and what is still to be done for them.

    An execution whose flow cannot be read any more is left out with an error in the log; its
    journal is kept.
    """
    recovered = []
    for execution_id, records in groupby(await store.journal(), lambda record: record.execution_id):
        try:
            entry = fold(list(records), plan_of)
        except Exception:
            logger.exception("execution %s cannot be rebuilt from its journal", execution_id)
            continue
        recovered.append((entry, open_commands(entry.live)))
    attempt_ids = [
        attempt.id
        for entry, _ in recovered
        for run_id in entry.live.execution.open_runs
        if (attempt := entry.live.execution.task_runs[run_id].attempt) is not None
    ]
    last_lines = await store.last_lines(attempt_ids)
    for entry, _ in recovered:
        entry.lines = {
            attempt_id: line
            for attempt_id, line in last_lines.items()
            if attempt_id.startswith(f"{entry.id}-")
        }
    return recovered


def fold(records: Sequence[JournalRecord], plan_of: PlanOf) -> LiveEntry:
    """The execution of its journal.

    Raises:
        ValueError: The journal does not begin with a beginning.
    """
    first = events.decode_event(records[0].record)
    live = _beginning(first, plan_of)
    for record in records[1:]:
        recorded = events.decode_event(record.record)
        decide(live, recorded.event, recorded.at)
    return LiveEntry(
        live=live,
        sequence=records[-1].sequence,
        is_archived_before=isinstance(first.event, events.ExecutionRestored),
    )


def _beginning(first: events.RecordedEvent, plan_of: PlanOf) -> LiveExecution:
    event = first.event
    if isinstance(event, events.ExecutionCreated):
        plan = plan_of(event.namespace, event.flow_id, event.flow_revision)
    elif isinstance(event, events.ExecutionRestored):
        execution = restore(event.snapshot)
        plan = plan_of(execution.namespace, execution.flow_id, execution.flow_revision)
    else:
        raise ValueError(f"the journal begins with {type(event).__name__}")
    live, _ = begin(event, first.at, plan)
    return live
