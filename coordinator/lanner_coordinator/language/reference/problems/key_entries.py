"""Codes about keys and values."""

from __future__ import annotations

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.language.reference.problems.entry import Entry, Setting, Shape

ENTRIES = (
    Entry(
        code=Code.NO_EFFECT,
        what="The key is accepted, so that flows of Kestra can be used as they are, and changes"
        " nothing. The message says why.",
        example="tasks:\n  - id: all\n    type: core.flow.Sequential\n    logToFile: true\n"
        "    tasks: [{id: hello, type: core.log.Log, message: Hello}]\n",
        warns=True,
    ),
    Entry(
        code=Code.UNKNOWN_KEY,
        what="The flow, the task or the type has no such key. Keys are written exactly as"
        " documented, `allowFailure` and not `allowfailure`.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: Hello, allowfailure: true}\n",
    ),
    Entry(
        code=Code.MISSING_KEY,
        what="A key that must be there is not, or it has no value. A property that plugin defaults"
        " give is not missing.",
        example="tasks:\n  - {id: hello, type: core.log.Log}\n",
    ),
    Entry(
        code=Code.WRONG_TYPE,
        what="A list stands where a text is needed, a text where a number is needed. Where a"
        " property is rendered, a text with an expression fits everywhere.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: Hello, disabled: [yes]}\n",
    ),
    Entry(
        code=Code.EMPTY,
        what="A list of tasks or values, or a text, must hold something.",
        example="tasks:\n  - {id: both, type: core.flow.Parallel, tasks: []}\n",
    ),
    Entry(
        code=Code.NOT_A_CHOICE,
        what="The property takes some words only, which the message lists.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: Hello, level: LOUD}\n",
    ),
    Entry(
        code=Code.OUT_OF_RANGE,
        what="A number is too small or too large, a text too long, or bounds contradict each other,"
        " such as an `interval` that is longer than `maxInterval`.",
        example="concurrency: {limit: 0}\n",
        shape=Shape.KEYS,
    ),
    Entry(
        code=Code.BAD_PATTERN,
        what="The type gives a regular expression for this property.",
        example="tasks:\n  - {id: send, type: com.example.Send, to: nobody}\n",
        setting=Setting.PLUGIN,
    ),
    Entry(
        code=Code.CONFLICT,
        what="For example `runIf` and `when`, which are two words for the same, or `values` and"
        " `expression` of a `SELECT`.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: Hello, runIf: 'true',"
        " when: 'true'}\n",
    ),
    Entry(
        code=Code.NOT_SUPPORTED,
        what="The key or type exists in Kestra, and this version cannot do what it asks for.",
        example="quotas: []\n",
        shape=Shape.KEYS,
    ),
    Entry(
        code=Code.DEPRECATED,
        what="The key or type works and has a newer form, which the message gives.",
        example="taskDefaults: []\n",
        shape=Shape.KEYS,
        warns=True,
    ),
)
"""In order."""
