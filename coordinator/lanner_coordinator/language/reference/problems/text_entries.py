"""Codes about texts with a format, and about expressions."""

from __future__ import annotations

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.language.reference.problems.entry import Entry, Shape

FORMATS = (
    Entry(
        code=Code.BAD_DURATION,
        what="Durations are written in ISO 8601: `PT30S`, `PT15M`, `PT1H30M`, `P1D`. Years and"
        " months are not allowed, as their length differs.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: Hello, timeout: 5 minutes}\n",
    ),
    Entry(
        code=Code.BAD_CRON,
        what="Five fields: minute, hour, day of the month, month, day of the week (0 and 7 are"
        " Sunday); with `withSeconds: true`, seconds come first. Or one of `@yearly`, `@annually`,"
        " `@monthly`, `@weekly`, `@daily`, `@midnight` and `@hourly`. An expression that never"
        " comes true, such as 30 February, is bad too.",
        example="triggers:\n  - {id: daily, type: core.trigger.Schedule, cron: 0 25 * * *}\n",
        shape=Shape.KEYS,
    ),
    Entry(
        code=Code.BAD_TIME_ZONE,
        what="Time zones have names of the IANA database: `Europe/Paris`, `UTC`.",
        example="triggers:\n  - {id: daily, type: core.trigger.Schedule, cron: '@daily',"
        " timezone: Pariss}\n",
        shape=Shape.KEYS,
    ),
    Entry(
        code=Code.BAD_REGULAR_EXPRESSION,
        what="The message says what is wrong with it.",
        example="inputs:\n  - {id: name, type: STRING, validator: '[a-z'}\n",
        shape=Shape.KEYS,
    ),
    Entry(
        code=Code.BAD_DATE,
        what="Dates are `2024-12-20`, times `10:00:00`, instants `2024-12-20T10:00:00Z` with a"
        " zone.",
        example="inputs:\n  - {id: day, type: DATE, after: 20.12.2024}\n",
        shape=Shape.KEYS,
    ),
)
"""About texts with a format, in order."""

EXPRESSIONS = (
    Entry(
        code=Code.BAD_EXPRESSION,
        what="The expression cannot be parsed, names a filter, function or test that does not"
        " exist, or gives it arguments that it cannot take. The place is inside of the text.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: '{{ flow.id | uper }}'}\n",
        warns=True,
    ),
    Entry(
        code=Code.UNKNOWN_INPUT,
        what="The flow defines no such input, and an expression reads it or a trigger gives it."
        " An expression that expects this and guards itself"
        " (`??`, `is defined`, `default`) is not shown.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: '{{ inputs.name }}'}\n",
        warns=True,
    ),
    Entry(
        code=Code.UNKNOWN_OUTPUT,
        what="The flow has no task with this id.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: '{{ outputs.load.uri }}'}\n",
        warns=True,
    ),
    Entry(
        code=Code.UNKNOWN_VARIABLE,
        what="The flow defines no such variable, and no task sets it.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: '{{ vars.name }}'}\n",
        warns=True,
    ),
    Entry(
        code=Code.OUTPUT_TOO_EARLY,
        what="The task whose output is read runs after the task that reads it, at the same time, or"
        " never; it is that task itself, or stands in a branch that runs instead of it. Or an input"
        " reads one that comes after it, or an input or a trigger reads the output of a task.",
        example="tasks:\n  - {id: say, type: core.log.Log, message: '{{ outputs.load.value }}'}\n"
        "  - {id: load, type: core.debug.Return, format: Hello}\n",
        warns=True,
    ),
    Entry(
        code=Code.UNKNOWN_OUTPUT_KEY,
        what="Tasks of this type write other outputs; the message lists them.",
        example="tasks:\n  - {id: load, type: core.debug.Return, format: Hello}\n"
        "  - {id: say, type: core.log.Log, message: '{{ outputs.load.uri }}'}\n",
        warns=True,
    ),
    Entry(
        code=Code.UNKNOWN_ROOT,
        what="The name looks like one that exists: `input.name` for `inputs.name`, or `name` where"
        " an input has that id; or it exists in loops only, as `taskrun.value`.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: '{{ input.name }}'}\n",
        warns=True,
    ),
)
"""About expressions, in order."""
