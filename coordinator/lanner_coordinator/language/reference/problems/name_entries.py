"""Codes about names and types."""

from __future__ import annotations

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.language.reference.problems.entry import Entry, Setting, Shape

_TASKS = "tasks:\n  - {id: hello, type: core.log.Log, message: Hello}\n"

NAMES = (
    Entry(
        code=Code.BAD_ID,
        what="Ids of flows, inputs and outputs are made of letters, digits, `.`, `_` and `-`, those"
        " of tasks and triggers have no dots. They start with a letter or digit.",
        example="tasks:\n  - {id: say hello, type: core.log.Log, message: Hello}\n",
    ),
    Entry(
        code=Code.BAD_NAMESPACE,
        what="A namespace is made of small letters, digits, `.`, `_` and `-`; the first is a letter"
        " or digit.",
        example=f"id: demo\nnamespace: Company\n{_TASKS}",
        shape=Shape.SOURCE,
    ),
    Entry(
        code=Code.RESERVED_ID,
        what="Kestra refuses ids such as `pause` or `restart`. Lanner takes them, but the flow"
        " cannot be moved to Kestra.",
        example=f"id: pause\nnamespace: company.team\n{_TASKS}",
        shape=Shape.SOURCE,
        warns=True,
    ),
    Entry(
        code=Code.DUPLICATE_ID,
        what="Task ids are unique over all tasks of a flow, those in branches, `errors` and"
        " `finally` too. Ids of inputs, outputs and triggers are unique among themselves.",
        example="errors:\n  - {id: hello, type: core.log.Log, message: Failed}\n",
        shape=Shape.KEYS,
    ),
    Entry(
        code=Code.SYSTEM_LABEL,
        what="A label of the flow starts with `system.`; `system.readOnly` is the one that a flow"
        " may set.",
        example="labels: {system.username: ann}\n",
        shape=Shape.KEYS,
    ),
    Entry(
        code=Code.FIXED_KEY,
        what="A flow is replaced by one with another id or namespace.",
        example=f"id: demo\nnamespace: company.other\n{_TASKS}",
        shape=Shape.SOURCE,
        setting=Setting.UPDATE,
    ),
)
"""About names, in order."""

TYPES = (
    Entry(
        code=Code.UNKNOWN_TYPE,
        what="No task type or trigger type has this name. `lanner agent list` shows which agents"
        " are connected; a type that an agent offers is known while the coordinator has seen it.",
        example="tasks:\n  - {id: hello, type: core.log.Logg, message: Hello}\n",
    ),
    Entry(
        code=Code.TYPE_NOT_RUN,
        what="Kestra has the type, and Lanner does not run it yet.",
        example="tasks:\n  - {id: old, type: core.kv.Version}\n",
    ),
    Entry(
        code=Code.TYPE_NOT_KNOWN_YET,
        what="No agent has told which types it runs since the coordinator was set up, so nobody can"
        " say whether the type exists. The flow is stored; its properties are checked when it is"
        " applied again.",
        example="tasks:\n  - {id: load, type: io.kestra.plugin.jdbc.duckdb.Query, sql: SELECT 1}\n",
        setting=Setting.NO_AGENT,
        warns=True,
    ),
    Entry(
        code=Code.TYPE_ELSEWHERE,
        what="A trigger stands among the tasks, or a task among the triggers.",
        example="tasks:\n  - {id: daily, type: core.trigger.Schedule, cron: '@daily'}\n",
    ),
)
"""About types, in order."""
