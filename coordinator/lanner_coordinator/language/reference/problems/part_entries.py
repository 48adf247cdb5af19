"""Codes about how the parts of flows fit together."""

from __future__ import annotations

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.language.reference.problems.entry import Entry, Setting, Shape

ENTRIES = (
    Entry(
        code=Code.UNKNOWN_DEPENDENCY,
        what="`dependsOn` of a Dag's task names a sibling, that of an input another input.",
        example="inputs:\n  - {id: day, type: DATE, dependsOn: {inputs: [kind]}}\n",
        shape=Shape.KEYS,
    ),
    Entry(
        code=Code.DEPENDENCY_CYCLE,
        what="Tasks or inputs wait for each other, so none of them can be first. The message shows"
        " the circle.",
        example="tasks:\n  - id: graph\n    type: core.flow.Dag\n    tasks:\n"
        "      - {task: {id: a, type: core.log.Log, message: a}, dependsOn: [b]}\n"
        "      - {task: {id: b, type: core.log.Log, message: b}, dependsOn: [a]}\n",
    ),
    Entry(
        code=Code.UNREACHABLE_TASK,
        what="A task before it always ends the list (`Fail` without a condition), or its condition,"
        " the condition of an `If` or the value of a `Switch` is a constant that leads elsewhere.",
        example="tasks:\n  - {id: stop, type: core.execution.Fail}\n"
        "  - {id: never, type: core.log.Log, message: Hello}\n",
        warns=True,
    ),
    Entry(
        code=Code.DUPLICATE_FLOW,
        what="Two of the files given have the same namespace and id.",
        example="description: Stands in two files.\n",
        shape=Shape.KEYS,
        setting=Setting.TWICE,
    ),
    Entry(
        code=Code.RECURSIVE_SUBFLOW,
        what="A `Subflow` or `ForEachItem` names its own flow.",
        example="tasks:\n  - {id: again, type: core.flow.Subflow, namespace: company.team,"
        " flowId: demo}\n",
    ),
    Entry(
        code=Code.UNKNOWN_FLOW,
        what="A task starts, or a trigger waits for, a flow that is neither stored nor given"
        " together with this one. Without a coordinator only folders are looked at, and only for"
        " flows of namespaces that have other flows in them.",
        example="tasks:\n  - {id: child, type: core.flow.Subflow, namespace: company.team,"
        " flowId: nobody}\n",
        setting=Setting.NOT_STORED,
        warns=True,
    ),
)
"""In order."""
