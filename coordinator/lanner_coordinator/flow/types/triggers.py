"""`core.trigger.*`: what starts executions by itself."""

from __future__ import annotations

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.state_names import SPELLINGS, TERMINAL_STATES
from lanner_coordinator.flow.types.schemas import (
    PREFIX,
    Schema,
    any_map,
    boolean,
    duration,
    one_of,
    record,
    text,
)

_CORE = f"{PREFIX}core.trigger."
_TIMEZONE: Schema = {
    "type": "string",
    "format": "timezone",
    "description": "Name such as `Europe/Paris`; absent: that of the coordinator.",
}
_RECOVERY = one_of(
    "Which of the dates missed while the coordinator was away are made up for.",
    ("ALL", "LAST", "NONE"),
    default="ALL",
)
_DATES = record(
    date=text("The date of this execution."),
    next=text("The one after it."),
    previous=text("The one before it."),
)

SCHEDULE = TypeDescription(
    name=f"{_CORE}Schedule",
    kind=None,
    description="Start the flow at the times of a cron expression.",
    properties_schema=record(
        ["cron"],
        cron={
            "type": "string",
            "format": "cron",
            "description": "Minute, hour, day, month, day of the week; or `@daily` and the like.",
        },
        timezone=_TIMEZONE,
        withSeconds=boolean("Whether the cron expression starts with a field for seconds."),
        lateMaximumDelay=duration("A date missed by more than this is skipped."),
        recoverMissedSchedules=_RECOVERY,
    ),
    outputs_schema=_DATES,
    examples=(
        "id: every_morning\ntype: io.kestra.plugin.core.trigger.Schedule\ncron: '0 6 * * *'\n",
        """id: first_monday
type: io.kestra.plugin.core.trigger.Schedule
cron: '0 6 * * 1'
when: "{{ isDayWeekInMonth(trigger.date, 'MONDAY', 'FIRST') }}"
""",
    ),
)

SCHEDULE_ON_DATES = TypeDescription(
    name=f"{_CORE}ScheduleOnDates",
    kind=None,
    description="Start the flow at certain dates.",
    properties_schema=record(
        ["dates"],
        dates={
            "type": "array",
            "minItems": 1,
            "items": {"type": "string"},
            "description": "Dates; one without an offset is in the time zone of the trigger.",
        },
        timezone=_TIMEZONE,
        recoverMissedSchedules=_RECOVERY,
    ),
    outputs_schema=_DATES,
    examples=(
        "id: launch\ntype: io.kestra.plugin.core.trigger.ScheduleOnDates\n"
        "timezone: Europe/Vienna\ndates: ['2026-12-01T09:00:00', '2026-12-24T18:00:00Z']\n",
    ),
)

FLOW = TypeDescription(
    name=f"{_CORE}Flow",
    kind=None,
    description="Start the flow after executions of other flows.",
    properties_schema=record(
        states={
            "type": "array",
            "items": {"enum": list(SPELLINGS)},
            "minItems": 1,
            "description": "States to react to; absent: those that an execution ends in.",
            "default": list(TERMINAL_STATES),
        },
        preconditions=any_map("Flows and filters that must all be met within `timeWindow`."),
        dependsOn={
            "type": "array",
            "items": {"type": "object"},
            "description": "Flows of which an execution must have ended within `window`.",
        },
        mode=one_of(
            "How many of `dependsOn` are needed.", ("ALL", "ANY", "AT_LEAST"), default="ALL"
        ),
        minSatisfied={
            "type": "integer",
            "minimum": 1,
            "description": "How many, for `mode: AT_LEAST`.",
        },
        window=any_map("`deadline`, `from` and `to`, `every` and `offset`, or `lookback`."),
        onMiss=any_map("What is done when a window ends before the flows have been seen."),
    ),
    outputs_schema=record(
        executionId=text("The execution that was the last one needed."),
        namespace=text("Namespace of its flow."),
        flowId=text("Id of its flow."),
        flowRevision={"type": "integer", "description": "Revision of its flow."},
        state=text("Its state."),
        startDate=text("When it was started."),
        endDate=text("When it ended."),
        executionLabels=any_map("Its labels."),
        firstFailedTaskId=text("The task that failed first."),
        lastTaskId=text("The task that was started last."),
        outputs=any_map("Outputs of its flow; of several flows also below the id of each."),
    ),
    examples=(
        """id: after_load
type: io.kestra.plugin.core.trigger.Flow
states: [SUCCESS]
conditions:
  - type: io.kestra.plugin.core.condition.ExecutionFlow
    namespace: company.etl
    flowId: load_orders
inputs:
  day: "{{ trigger.outputs.day }}"
""",
        """id: after_both
type: io.kestra.plugin.core.trigger.Flow
dependsOn:
  - {namespace: company.etl, flowId: load_orders}
  - {namespace: company.etl, flowId: load_customers}
window: {deadline: '09:00:00', timezone: Europe/Vienna}
""",
    ),
)

WEBHOOK = TypeDescription(
    name=f"{_CORE}Webhook",
    kind=None,
    description="Start the flow by an HTTP request to its own address.",
    properties_schema=record(
        ["key"],
        key={
            "type": "string",
            "minLength": 1,
            "maxLength": 256,
            "description": "The secret end of the address; best an expression with `secret()`.",
        },
        wait=boolean("Whether the request is answered when the execution has ended."),
        returnOutputs=boolean("Whether that answer is the outputs of the flow."),
        responseContentType=text("Content type of an answer with outputs."),
        responseCode={
            "type": "integer",
            "minimum": 200,
            "maximum": 599,
            "description": "Status of an answer; 200 if absent.",
        },
    ),
    outputs_schema=record(
        body={"description": "The request's body: JSON as a value, all else as a text."},
        headers=any_map("Its headers in lower case, a list of texts each."),
        parameters=any_map("Its query parameters, a list of texts each."),
    ),
    examples=(
        """id: order
type: io.kestra.plugin.core.trigger.Webhook
key: "{{ secret('ORDER_KEY') }}"
when: "{{ trigger.body.total > 100 }}"
""",
    ),
)

TRIGGERS = (SCHEDULE, SCHEDULE_ON_DATES, FLOW, WEBHOOK)
