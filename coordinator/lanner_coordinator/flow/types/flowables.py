"""`core.flow.*`: tasks that hold tasks. What they do is decided in the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types import approval, for_each_item, loop
from lanner_coordinator.flow.types.schemas import (
    Schema,
    any_map,
    boolean,
    duration,
    one_of,
    record,
    text,
    whole,
)

TEMPLATE_TYPE = "io.kestra.plugin.core.flow.Template"
"""The type that puts a stored template in."""


class BranchShape(StrEnum):
    """How a property holds tasks."""

    TASKS = "tasks"
    """A list of tasks."""
    CASES = "cases"
    """A map whose values are lists of tasks."""
    GRAPH = "graph"
    """A list of `task` and `dependsOn`."""
    ONE = "one"
    """One task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flowable:
    """A type that holds tasks.

    Attributes:
        description: Of the type.
        shapes: How each property of `description.branches` holds tasks.
        required: Branches that must hold at least one task.
        required_any: Of these branches at least one must hold a task.
        asked: Property with the inputs that it asks for while it waits; empty: none.
    """

    description: TypeDescription
    shapes: Mapping[str, BranchShape]
    required: Sequence[str] = ()
    required_any: Sequence[str] = ()
    asked: str = ""


def _flowable(
    name: str,
    description: str,
    *,
    example: str,
    properties: Schema | None = None,
    outputs: Schema | None = None,
    shapes: Mapping[str, BranchShape] | None = None,
    required: Sequence[str] = ("tasks",),
    required_any: Sequence[str] = (),
    asked: str = "",
) -> Flowable:
    own = {"tasks": BranchShape.TASKS} if shapes is None else shapes
    every = {**own, "errors": BranchShape.TASKS, "finally": BranchShape.TASKS}
    return Flowable(
        description=TypeDescription(
            name=f"io.kestra.plugin.core.flow.{name}",
            kind=TaskKind.FLOWABLE,
            description=description,
            properties_schema=properties or record(),
            outputs_schema=outputs or {},
            branches=tuple(every),
            examples=(f"id: example\ntype: io.kestra.plugin.core.flow.{name}\n{example}",),
        ),
        shapes=every,
        required=required,
        required_any=required_any,
        asked=asked,
    )


_CONCURRENT = whole("Most children that run at the same time; 0: no limit.", default=0)
_VALUE: Schema = {
    "description": "A list, or an expression or JSON text that gives one.",
    "anyOf": [
        {"type": "array"},
        {"type": "string", "format": "json"},
        any_map("One value for each entry."),
    ],
}
_LOG = "{id: hello, type: io.kestra.plugin.core.log.Log, message: Hello}"

_ALL = (
    _flowable(
        "Sequential",
        "Run tasks one after the other.",
        example=f"tasks:\n  - {_LOG}\n",
    ),
    _flowable(
        "AllowFailure",
        "Run tasks one after the other; a failure becomes a warning and the flow goes on.",
        example=f"tasks:\n  - {_LOG}\n",
    ),
    _flowable(
        "WorkingDirectory",
        "Run tasks one after the other on one agent, in one folder that they share.",
        properties=record(
            inputFiles={
                "description": "Files that are in the folder before the first task: relative path "
                "to text, or to the URI of an artifact.",
                "anyOf": [any_map("By path."), {"type": "string"}],
            },
            outputFiles={
                "description": "Files of the folder to store after the last task, as patterns.",
                "anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}],
            },
            namespaceFiles=any_map(
                "Files of namespaces that are in the folder, too; as in scripts: `enabled`, "
                "`include`, `exclude`, `namespaces`, `ifExists`, `folderPerNamespace`."
            ),
            cache={
                **record(
                    ["patterns"],
                    patterns={
                        "type": "array",
                        "items": {"type": "string"},
                        "description": "Files of the folder to keep, as patterns.",
                    },
                    ttl=duration("An older cache is not used; absent: none is too old."),
                ),
                "description": "Files of the folder that the next execution finds there again.",
            },
        ),
        outputs=record(outputFiles=any_map("URIs of the stored files, by relative path.")),
        example="inputFiles: {query.sql: SELECT 1}\n"
        f"cache: {{patterns: ['node_modules/**'], ttl: PT1H}}\ntasks:\n  - {_LOG}\n",
    ),
    _flowable(
        "Template",
        "Run the tasks of a stored template one after the other. Its `errors` and `finally` count "
        "where the template has none.",
        properties=record(
            ["namespace", "templateId"],
            namespace=text("Where the template lives; not an expression."),
            templateId=text("Its id; not an expression."),
            args=any_map("What its tasks see as `parent.outputs.args`; expressions give texts."),
        ),
        outputs=record(args=any_map("As they were given.")),
        shapes={},
        required=(),
        example='namespace: company.team\ntemplateId: notify\nargs: {text: "{{ inputs.text }}"}\n',
    ),
    _flowable(
        "Parallel",
        "Run tasks at the same time.",
        properties=record(concurrent=_CONCURRENT),
        example=f"concurrent: 2\ntasks:\n  - {_LOG}\n",
    ),
    _flowable(
        "Dag",
        "Run tasks at the same time, each after those it depends on.",
        properties=record(concurrent=_CONCURRENT),
        shapes={"tasks": BranchShape.GRAPH},
        example=f"tasks:\n  - task: {_LOG}\n    dependsOn: []\n",
    ),
    _flowable(
        "If",
        "Run `then` if a condition holds, else `else`.",
        properties=record(
            condition=text("False are empty texts, `false`, `0` and null; all else is true.")
        ),
        outputs=record(
            evaluationResult={"type": "boolean", "description": "What the condition came to."}
        ),
        shapes={"then": BranchShape.TASKS, "else": BranchShape.TASKS},
        required=("then",),
        example=f'condition: "{{{{ inputs.yes }}}}"\nthen:\n  - {_LOG}\n',
    ),
    _flowable(
        "Switch",
        "Run the case that a value names, `defaults` if there is none.",
        properties=record(["value"], value=text("Compared with the cases as a text.")),
        outputs=record(
            value=text("The value."),
            defaults={"type": "boolean", "description": "Whether `defaults` was taken."},
        ),
        shapes={"cases": BranchShape.CASES, "defaults": BranchShape.TASKS},
        required=(),
        required_any=("cases", "defaults"),
        example=f'value: "{{{{ inputs.name }}}}"\ncases:\n  one:\n    - {_LOG}\n',
    ),
    _flowable(
        "ForEachItem",
        "Run a flow for each batch of the items of a file.",
        properties=for_each_item.PROPERTIES,
        shapes={},
        required=(),
        example=(
            'items: "{{ outputs.load.uri }}"\nbatch: {rows: 100}\nnamespace: company.team\n'
            'flowId: each\ninputs: {file: "{{ taskrun.items }}"}\n'
        ),
    ),
    _flowable(
        "ForEach",
        "Run tasks once for each value of a list.",
        properties=record(
            ["values"],
            values={
                "description": "A list, or an expression or JSON text that gives one.",
                "anyOf": [
                    {"type": "array"},
                    {"type": "string", "format": "json"},
                    any_map("A map gives one value for each entry."),
                ],
            },
            concurrencyLimit=whole("Values worked on at the same time; 0: all.", default=1),
        ),
        example=f"values: [a, b]\ntasks:\n  - {_LOG}\n",
    ),
    _flowable(
        "Loop",
        "Run tasks once for each value of a list, a map or a file, each time by themselves: what "
        "they give is seen in their iteration only, and in `outputs` of the loop as it says.",
        properties=loop.PROPERTIES,
        outputs=loop.OUTPUTS,
        example=(
            "values: [a, b]\nconcurrencyLimit: 2\n"
            "tasks:\n  - {id: each, type: io.kestra.plugin.core.debug.Return, "
            'format: "{{ item.value }}"}\n'
            'outputs:\n  - {id: said, type: STRING, value: "{{ outputs.each.value }}"}\n'
        ),
    ),
    _flowable(
        "EachSequential",
        "Run tasks once for each value of a list, one value after the other.",
        properties=record(["value"], value=_VALUE),
        example=f"value: [a, b]\ntasks:\n  - {_LOG}\n",
    ),
    _flowable(
        "EachParallel",
        "Run all tasks for all values of a list at the same time.",
        properties=record(["value"], value=_VALUE, concurrent=_CONCURRENT),
        example=f"value: [a, b]\ntasks:\n  - {_LOG}\n",
    ),
    _flowable(
        "LoopUntil",
        "Run tasks again and again until a condition holds, which is checked after each round.",
        properties=record(
            ["condition"],
            condition=text("The loop ends when it is true."),
            checkFrequency={
                **record(
                    maxIterations=whole("Rounds at most.", default=100, minimum=1),
                    maxDuration=duration("How long at most; `PT1H` if absent."),
                    interval=duration("Between two rounds; `PT1S` if absent."),
                ),
                "description": "How often the condition is checked, and when the loop gives up.",
            },
            failOnMaxReached=boolean("Fail when the loop gives up; otherwise it just ends."),
        ),
        outputs=record(
            iterationCount={"type": "integer", "description": "Number of the round, from 1."}
        ),
        example="condition: \"{{ outputs.ask.value == 'ready' }}\"\n"
        "checkFrequency:\n  interval: PT30S\n  maxDuration: PT2H\n"
        "tasks:\n  - {id: ask, type: io.kestra.plugin.core.debug.Return, format: ready}\n",
    ),
    _flowable(
        "Pause",
        "Stop until somebody resumes the execution, or until some time is over.",
        properties=record(
            pauseDuration=duration("How long it waits; absent: until it is resumed."),
            delay={**duration("The older name of `pauseDuration`."), "deprecated": True},
            behavior=one_of(
                "What happens when `pauseDuration` is over: the flow goes on, or this task ends "
                "with a warning, a failure, or CANCELLED with the whole execution.",
                ("RESUME", "WARN", "FAIL", "CANCEL"),
                default="RESUME",
            ),
            onResume={
                "type": "array",
                "items": {"type": "object"},
                "description": "Inputs, written as those of a flow, that are asked for when the "
                "execution is resumed; later tasks find them in `outputs.<id>.onResume`.",
            },
        ),
        outputs=record(
            onResume=any_map("What was given when it was resumed, by input id."),
            resumed=any_map("Who resumed it (`by`), when (`on`) and what followed (`to`)."),
        ),
        shapes={"tasks": BranchShape.TASKS, "onPause": BranchShape.ONE},
        required=(),
        asked="onResume",
        example="onResume:\n  - {id: reason, type: STRING}\n",
    ),
    _flowable(
        "Approval",
        "Stop until somebody approves or denies what comes next, or until its time is over.",
        properties=approval.PROPERTIES,
        outputs=approval.OUTPUTS,
        shapes={
            "onWait": BranchShape.TASKS,
            "onApprove": BranchShape.TASKS,
            "onDeny": BranchShape.TASKS,
        },
        required=(),
        asked="inputs",
        example=approval.EXAMPLE,
    ),
)

FLOWABLES: Mapping[str, Flowable] = MappingProxyType(
    {flowable.description.name: flowable for flowable in _ALL}
)
"""All flowables by canonical name."""


def asked_by(name: str) -> str:
    """Property with the inputs that a type asks for while it waits, by canonical name; or empty."""
    return FLOWABLES[name].asked if name in FLOWABLES else ""
