"""Codes about keys and values."""

from __future__ import annotations

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.language.reference.problems.entry import Entry, Setting, Shape

ENTRIES = (
    Entry(
        code=Code.NO_EFFECT,
        what="The key is accepted, so that flows of Kestra can be used as they are, and changes"
        " nothing. The message says why.",
        fix="Remove the key, if nothing else reads the flow.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: Hello, logToFile: true}\n",
        warns=True,
    ),
    Entry(
        code=Code.UNKNOWN_KEY,
        what="The flow, the task or the type has no such key. Keys are written exactly as"
        " documented, `allowFailure` and not `allowfailure`.",
        fix="Write the key that the message suggests, or remove it.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: Hello, allowfailure: true}\n",
    ),
    Entry(
        code=Code.MISSING_KEY,
        what="A key that must be there is not, or it has no value. A property that plugin defaults"
        " give is not missing.",
        fix="Add the key.",
        example="tasks:\n  - {id: hello, type: core.log.Log}\n",
    ),
    Entry(
        code=Code.WRONG_TYPE,
        what="A list stands where a text is needed, a text where a number is needed. Where a"
        " property is rendered, a text with an expression fits everywhere.",
        fix="Write a value of the kind that the message names.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: Hello, disabled: [yes]}\n",
    ),
    Entry(
        code=Code.EMPTY,
        what="A list of tasks or values, or a text, must hold something.",
        fix="Add something, or remove the key.",
        example="tasks:\n  - {id: both, type: core.flow.Parallel, tasks: []}\n",
    ),
    Entry(
        code=Code.NOT_A_CHOICE,
        what="The property takes some words only, which the message lists.",
        fix="Write one of them.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: Hello, level: LOUD}\n",
    ),
    Entry(
        code=Code.OUT_OF_RANGE,
        what="A number is too small or too large, a text too long, or bounds contradict each other,"
        " such as an `interval` that is longer than `maxInterval`.",
        fix="Write a value within the bounds that the message names.",
        example="concurrency: {limit: 0}\n",
        shape=Shape.KEYS,
    ),
    Entry(
        code=Code.BAD_PATTERN,
        what="The type gives a regular expression for this property.",
        fix="Write the text as the pattern wants it.",
        example="tasks:\n  - {id: send, type: com.example.Send, to: nobody}\n",
        setting=Setting.PLUGIN,
    ),
    Entry(
        code=Code.CONFLICT,
        what="For example `runIf` and `when`, which are two words for the same, or `values` and"
        " `expression` of a `SELECT`.",
        fix="Keep one of them.",
        example="tasks:\n  - {id: hello, type: core.log.Log, message: Hello, runIf: 'true',"
        " when: 'true'}\n",
    ),
    Entry(
        code=Code.NOT_SUPPORTED,
        what="The key exists in Kestra and this version of Lanner cannot do what it asks for.",
        fix="Remove the key; the message says what there is instead.",
        example="quotas: []\n",
        shape=Shape.KEYS,
    ),
    Entry(
        code=Code.DEPRECATED,
        what="The key or type works and has a newer form, which the message gives.",
        fix="Run `lanner flow migrate`.",
        example="taskDefaults: []\n",
        shape=Shape.KEYS,
        warns=True,
    ),
)
"""In order."""
