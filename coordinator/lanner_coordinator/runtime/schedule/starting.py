"""What is started for a date of a schedule, or kept for a window that was missed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from lanner_coordinator.engine.events import TriggerInfo
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.conditions.contract import ConditionError
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.flow.instants import format_instant
from lanner_coordinator.flow.model import Trigger
from lanner_coordinator.runtime.executions.triggered import Triggered
from lanner_coordinator.runtime.flow_triggers.misses import Miss
from lanner_coordinator.runtime.schedule import steps
from lanner_coordinator.runtime.schedule.definition import Schedule
from lanner_coordinator.runtime.schedule.variables import date_variables, zoned_text
from lanner_coordinator.store.trigger_records import TriggerRecord


async def judged(
    date: datetime, schedule: Schedule, holds: Callable[[datetime], bool] | None
) -> tuple[dict[str, object] | None, str]:
    """Variables of a date (absent: the conditions do not hold), and why nobody can tell."""
    if holds is None:
        return date_variables(schedule.timing, date), ""
    try:
        if not holds(date):
            return None, ""
        # The nearest dates for which the conditions hold may be far away.
        return await asyncio.to_thread(date_variables, schedule.timing, date, holds), ""
    except (ConditionError, ExpressionError) as error:
        message = f'conditions of trigger "{schedule.trigger.id}": {error}'
        return {"date": zoned_text(date)}, message


def triggered(
    step: steps.Start,
    schedule: Schedule,
    plan: Plan,
    record: TriggerRecord,
    execution_id: str,
    variables: Mapping[str, object],
) -> Triggered:
    """The execution of a date.

    Args:
        step: What is due.
        schedule: Whose.
        plan: Of its flow.
        record: Durable with the execution.
        execution_id: New id.
        variables: Of the trigger.
    """
    trigger, backfill = schedule.trigger, step.backfill
    return Triggered(
        execution_id=execution_id,
        plan=plan,
        trigger=TriggerInfo(
            kind=step.kind, id=trigger.id, type=trigger.type, variables=dict(variables)
        ),
        inputs={**trigger.inputs, **(backfill.inputs if backfill else {})},
        labels=trigger.labels,
        added_labels=backfill.labels if backfill else {},
        record=record,
    )


def missed(
    miss: Miss, trigger: Trigger, plan: Plan, record: TriggerRecord, execution_id: str
) -> Triggered:
    """The execution that tells of a window that was missed; arguments as of `triggered`."""
    return Triggered(
        execution_id=execution_id,
        plan=plan,
        trigger=TriggerInfo(
            kind="flow",
            id=trigger.id,
            type=trigger.type,
            variables={"deadline": format_instant(miss.end)},
        ),
        inputs={},
        labels=trigger.labels,
        added_labels=miss.precondition.miss_labels,
        record=record,
    )
