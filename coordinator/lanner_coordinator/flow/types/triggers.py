"""`core.trigger.*`: what starts executions by itself."""

from __future__ import annotations

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.types.schemas import boolean, duration, one_of, record, text

SCHEDULE = TypeDescription(
    name="io.kestra.plugin.core.trigger.Schedule",
    kind=None,
    description="Start the flow at the times of a cron expression.",
    properties_schema=record(
        ["cron"],
        cron={
            "type": "string",
            "format": "cron",
            "description": "Minute, hour, day, month, day of the week; or `@daily` and the like.",
        },
        timezone={
            "type": "string",
            "format": "timezone",
            "description": "Name such as `Europe/Paris`; absent: that of the coordinator.",
        },
        withSeconds=boolean("Whether the cron expression starts with a field for seconds."),
        lateMaximumDelay=duration("A date missed by more than this is skipped."),
        recoverMissedSchedules=one_of(
            "Which of the dates missed while the coordinator was away are made up for.",
            ("ALL", "LAST", "NONE"),
            default="ALL",
        ),
    ),
    outputs_schema=record(
        date=text("The date of this execution."),
        next=text("The one after it."),
        previous=text("The one before it."),
    ),
    examples=(
        "id: every_morning\ntype: io.kestra.plugin.core.trigger.Schedule\ncron: '0 6 * * *'\n",
    ),
)

TRIGGERS = (SCHEDULE,)
