"""What tests of schedules look at."""

from __future__ import annotations

from lanner_coordinator.store.trigger_records import TriggerRecord
from tests.support.services_stage import Services, daily


def record_of(on: Services, flow_id: str = "nightly") -> TriggerRecord:
    """Record of a flow's schedule."""
    record = on.scheduler.records.get(daily(flow_id))
    assert record is not None
    return on.scheduler.settled(record)


async def dates(on: Services) -> list[tuple[str, str]]:
    """Kind and date of every execution, oldest first."""
    found = []
    for row in await on.all_summaries():
        trigger = (await on.execution(row.id)).trigger
        found.append((trigger.kind, str(trigger.variables["date"])[5:16]))
    return found
