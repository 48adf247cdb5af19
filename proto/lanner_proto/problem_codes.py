"""What each problem code of a flow means: for the console, SARIF and `docs/problems.md`.

The codes themselves belong to the language; this table is shared, so that a program that is told a
code by a coordinator can explain it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

DOCUMENT = "https://github.com/lanner-dev/lanner/blob/main/docs/problems.md"
"""Where every code has a section."""


class Explanation(NamedTuple):
    """What a code means."""

    title: str
    """A few words, the heading in `docs/problems.md`."""
    why: str
    """Why it is a problem: one sentence."""
    fix: str
    """What to do where the problem itself does not tell: one sentence."""


_EXPLANATIONS = {
    "LNR001": Explanation(
        "the source is no YAML",
        "The parser gave up here, so nothing behind it can be read.",
        "Quote the text, or indent the line like its siblings.",
    ),
    "LNR002": Explanation(
        "an expression is not quoted",
        "A `{` without quotes starts a map in YAML, not a text.",
        'Write `"{{ flow.id }}"`.',
    ),
    "LNR003": Explanation(
        "a key stands twice",
        "A map has each key once; one of the two values would be lost without a word.",
        "Remove one of the two.",
    ),
    "LNR004": Explanation(
        "a tab in the indentation",
        "YAML counts spaces to see what belongs together, and a tab has no width.",
        "Indent with spaces.",
    ),
    "LNR005": Explanation(
        "a tag",
        "Tags such as `!!python/object` make objects, which flows never do.",
        "Remove the tag, or quote a text that starts with `!`.",
    ),
    "LNR006": Explanation(
        "an alias that names nothing",
        "`*name` repeats what stands behind `&name`, which must come before it.",
        "Set the anchor before it, or quote a text that starts with `*`.",
    ),
    "LNR007": Explanation(
        "several documents",
        "One source is one flow with one history of revisions.",
        "Put each flow into a file of its own.",
    ),
    "LNR008": Explanation(
        "the source is too large",
        "Limits keep a small text from becoming a huge flow, as nested aliases do.",
        "Put long texts into files, and parts of the flow into flows of their own.",
    ),
    "LNR009": Explanation(
        "the source is no flow",
        "A flow is a map with at least `id`, `namespace` and `tasks`.",
        "Write a map with `id`, `namespace` and `tasks`.",
    ),
    "LNR010": Explanation(
        "a character that cannot stand in YAML",
        "Control characters are not allowed; often the file is not encoded in UTF-8.",
        "Remove it, or store the file in UTF-8.",
    ),
    "LNR011": Explanation(
        "a key that is no text",
        "Properties are found by their names, which are texts.",
        "Quote it.",
    ),
    "LNR019": Explanation(
        "something has no effect",
        "The key is read so that flows of Kestra load, and it changes nothing here.",
        "Remove the key, if nothing else reads the flow.",
    ),
    "LNR020": Explanation(
        "an unknown key",
        "A key that nobody reads is a typo or belongs elsewhere; it would be ignored silently.",
        "Correct the key, or remove it.",
    ),
    "LNR021": Explanation(
        "a key is missing",
        "Without it nobody can say what is to be done.",
        "Add the key.",
    ),
    "LNR022": Explanation(
        "a value of the wrong type",
        "The property takes values of another kind.",
        "Write a value of the kind that the message names.",
    ),
    "LNR023": Explanation(
        "a value is empty",
        "There must be something to run, to choose from or to say.",
        "Add something, or remove the key.",
    ),
    "LNR024": Explanation(
        "a value that is not one of those allowed",
        "The property knows some words only.",
        "Write one of them.",
    ),
    "LNR025": Explanation(
        "a value out of range",
        "The value can never be used as it is.",
        "Write a value within the bounds that the message names.",
    ),
    "LNR026": Explanation(
        "a text that does not match its pattern",
        "The type says how this text must be written.",
        "Write the text as the pattern wants it.",
    ),
    "LNR027": Explanation(
        "keys that exclude each other",
        "Both together contradict each other or say the same twice.",
        "Keep one of them.",
    ),
    "LNR028": Explanation(
        "not supported by this version",
        "Ignoring it would run something else than what is written.",
        "Remove the key; the message says what there is instead.",
    ),
    "LNR029": Explanation(
        "an older form",
        "It works, and flows written today use the newer name.",
        "Run `lanner flow migrate`.",
    ),
    "LNR030": Explanation(
        "an id that cannot be one",
        "Ids are parts of addresses, file names and expressions.",
        "Write the id with these characters.",
    ),
    "LNR031": Explanation(
        "a namespace that cannot be one",
        "Namespaces are parts of addresses and paths.",
        "Write the namespace with these characters.",
    ),
    "LNR032": Explanation(
        "a flow id that is a word for an action",
        "Kestra's addresses end with these words, so it refuses such ids.",
        "Choose another id.",
    ),
    "LNR033": Explanation(
        "an id that is taken",
        "Outputs and states are found by id, so it must be unique.",
        "Rename one of the two.",
    ),
    "LNR034": Explanation(
        "a system label",
        "Labels that start with `system.` are set by the coordinator.",
        "Choose another key.",
    ),
    "LNR035": Explanation(
        "the id or namespace was changed",
        "Executions and triggers know a flow by both, so they stay what they are.",
        "Apply the changed flow as one of its own, and delete the other.",
    ),
    "LNR040": Explanation(
        "an unknown type",
        "No program that is known runs tasks of this type.",
        "Correct the name, or connect an agent that runs the type.",
    ),
    "LNR041": Explanation(
        "a type that this version does not run",
        "Kestra has the type; a task of it would never start here.",
        "Use another type, or an agent that offers this one.",
    ),
    "LNR042": Explanation(
        "a type that is not known yet",
        "No agent has told which types it runs, so its properties cannot be checked.",
        "Connect an agent, or give its types with `--types`.",
    ),
    "LNR043": Explanation(
        "a type at the wrong place",
        "Triggers and tasks are run by different parts.",
        "Put it where the message says.",
    ),
    "LNR050": Explanation(
        "a bad duration",
        "Durations are written in ISO 8601, such as `PT30S`.",
        "Write it like `PT30S`, `PT15M`, `PT1H30M` or `P1D`.",
    ),
    "LNR051": Explanation(
        "a bad cron expression",
        "The schedule would never come due.",
        "Mend what the message names.",
    ),
    "LNR052": Explanation(
        "a bad time zone",
        "Zones are names of the IANA database.",
        "Write a name such as `Europe/Paris` or `UTC`.",
    ),
    "LNR053": Explanation(
        "a bad regular expression",
        "It cannot be compiled, so it never matches.",
        "Mend the expression.",
    ),
    "LNR054": Explanation(
        "a bad date or time",
        "Dates and times are written in ISO 8601.",
        "Write it like `2024-12-20`, `10:00:00` or `2024-12-20T10:00:00Z`.",
    ),
    "LNR060": Explanation(
        "a bad expression",
        "What uses the expression fails at the moment it is rendered.",
        "Mend the expression; put text with braces of another language into"
        " `{% raw %}…{% endraw %}`.",
    ),
    "LNR070": Explanation(
        "an unknown input",
        "The expression fails when it is rendered, as the flow has no such input.",
        "Correct the name, or add the input to `inputs`.",
    ),
    "LNR071": Explanation(
        "an output of an unknown task",
        "The expression fails when it is rendered, as no task writes this output.",
        "Correct the id, or add the task.",
    ),
    "LNR072": Explanation(
        "an unknown variable",
        "The expression fails when it is rendered, as the flow has no such variable.",
        "Correct the name, or define it in `variables`.",
    ),
    "LNR073": Explanation(
        "a value that does not exist yet",
        "It is not there when it is read: what gives it comes later, or never.",
        "Move what is read before what reads it, or guard the expression with `??`.",
    ),
    "LNR074": Explanation(
        "an output that the task does not have",
        "The expression fails when it is rendered, as tasks of this type never write it.",
        "Read one that the type has.",
    ),
    "LNR075": Explanation(
        "a variable that does not exist",
        "The expression fails when it is rendered, as nothing has this name.",
        "Correct the name.",
    ),
    "LNR080": Explanation(
        "a dependency that does not exist",
        "It could never be waited for.",
        "Correct the id, or remove the dependency.",
    ),
    "LNR081": Explanation(
        "a circle of dependencies",
        "Each waits for the other, so none can be first.",
        "Remove one of the dependencies in the circle.",
    ),
    "LNR082": Explanation(
        "a task that never runs",
        "What stands before it always leads elsewhere.",
        "Remove the task, or what always leads past it.",
    ),
    "LNR083": Explanation(
        "two sources of one flow",
        "Only one of them can be stored under this namespace and id.",
        "Give one of them another id, or remove it.",
    ),
    "LNR086": Explanation(
        "a flow that starts itself",
        "It would start itself for ever.",
        "Name another flow, or use a loop.",
    ),
    "LNR087": Explanation(
        "a flow that does not exist yet",
        "What starts it fails, and what waits for it waits in vain, until it is stored.",
        "Correct the id, or apply that flow before this one runs.",
    ),
    "LNR090": Explanation(
        "a tested flow that is not there",
        "A suite names its flow, which must be in one of the files given with it.",
        "Name the file or folder of the flow too.",
    ),
    "LNR091": Explanation(
        "a test names what its flow does not have",
        "A fixture for it would never be used, and the real thing would run instead.",
        "Correct the name.",
    ),
}

EXPLANATIONS: Mapping[str, Explanation] = MappingProxyType(_EXPLANATIONS)
"""By code, in order."""
