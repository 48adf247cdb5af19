"""What the keys are that all flows, tasks, triggers, inputs and outputs may have.

Each is a JSON Schema with a description and an example. Keys that the reader knows and that are not
described here are in the schema all the same, without more than their name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lanner_coordinator.flow.conditions.table import CONDITION_ALIASES, CONDITIONS
from lanner_coordinator.flow.model import AgentLostPolicy, RetryBehavior
from lanner_coordinator.flow.names import FLOW_ID, NAMESPACE, TASK_ID, NameRule
from lanner_coordinator.flow.reading.priority import HIGHEST
from lanner_coordinator.flow.state_names import SPELLINGS
from lanner_coordinator.flow.types.schemas import LEVELS, PREFIX, Schema

TASK_LIST: Schema = {"type": "array", "items": {"$ref": "#/definitions/task"}}
"""A list of tasks, by reference."""

_LABELS: Schema = {
    "anyOf": [
        {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"key": {"type": "string"}, "value": {"type": "string"}},
                "required": ["key", "value"],
            },
        },
    ]
}


def _whole(rule: NameRule) -> str:
    return f"^(?:{rule.pattern.pattern})$"


def _text(description: str, *examples: object, **more: object) -> Schema:
    return {"type": "string", "description": description, "examples": list(examples), **more}


def _priority(description: str) -> Schema:
    return {
        "type": "integer",
        "minimum": -HIGHEST,
        "maximum": HIGHEST,
        "description": description,
        "examples": [10],
    }


def _flag(description: str, *, default: bool = False) -> Schema:
    return {
        "type": "boolean",
        "description": description,
        "default": default,
        "examples": [not default],
    }


def with_older_names(schema: Schema, names: Sequence[str]) -> Schema:
    """A schema of names that takes older ones too: as a pattern, which no editor suggests."""
    if not names:
        return schema
    outer = {key: schema[key] for key in ("description", "examples") if key in schema}
    inner = {key: value for key, value in schema.items() if key not in outer}
    return {**outer, "anyOf": [inner, {"type": "string", "pattern": one_of_names(names)}]}


def older_name_rule(names: Sequence[str]) -> Schema:
    """A rule that marks the `type` of a map where it is one of some older names.

    It stands apart from `with_older_names`: in alternatives, editors take a mark for a mismatch.
    """
    message = "An older name; `lanner flow migrate` writes the newest one."
    return {
        "if": {"properties": {"type": {"pattern": one_of_names(names)}}, "required": ["type"]},
        "then": {"properties": {"type": {"deprecationMessage": message}}},
    }


def one_of_names(names: Sequence[str]) -> str:
    """A pattern for some names; editors suggest those of an `enum` wherever it stands."""
    return f"^(?:{'|'.join(re.escape(name) for name in names)})$"


def _condition_names() -> list[str]:
    """Names of all types of conditions, with and without the prefix."""
    return [name for full in CONDITIONS for name in (full, full.removeprefix(PREFIX))]


def _list(description: str, of: str) -> Schema:
    return {
        "type": "array", "description": description, "items": {"$ref": f"#/definitions/{of}"}
    }  # fmt: skip


def _tasks(description: str) -> Schema:
    return {**TASK_LIST, "description": description}


def _map(description: str, *examples: object) -> Schema:
    return {"type": "object", "description": description, "examples": list(examples)}


FLOW: Mapping[str, Schema] = {
    "id": _text(
        "Name of the flow in its namespace; it never changes.",
        "nightly_load", pattern=_whole(FLOW_ID),
    ),
    "namespace": _text(
        "Where the flow belongs; dots make a tree.",
        "company.team", pattern=_whole(NAMESPACE),
    ),
    "revision": {
        "type": "integer", "minimum": 1, "description": "Counted by the coordinator.",
        "examples": [3],
    },
    "description": _text("What the flow is for, in Markdown.", "Loads the orders of the day."),
    "labels": {
        **_LABELS, "description": "Copied to every execution.", "examples": [{"team": "data"}],
    },
    "inputs": _list("What the flow is given when it starts.", "input"),
    "variables": _map("Values for `vars.*`, not rendered.", {"bucket": "orders"}),
    "tasks": {**_tasks("What the flow does, one task after the other."), "minItems": 1},
    "errors": _tasks("Run when a task failed for good; the state stays FAILED."),
    "finally": _tasks("Run after tasks and errors, whatever the outcome."),
    "listeners": {
        "type": "array",
        "description": "Tasks that run after the end state is set, if conditions hold.",
        "items": {"type": "object"},
    },
    "afterExecution": _tasks("Run after the end state is set; they see `execution.state`."),
    "outputs": _list("What the flow gives when it ends.", "output"),
    "triggers": _list("What starts the flow by itself.", "trigger"),
    "pluginDefaults": _list("Property values for all tasks of a type.", "pluginDefault"),
    "disabled": _flag("No new executions, and the triggers are idle."),
    "priority": _priority("Of tasks that have none of their own."),
    "retry": {"$ref": "#/definitions/retry", "description": "For tasks without one of their own."},
    "concurrency": {
        "type": "object",
        "description": "How many executions run at the same time, and what becomes of others.",
        "properties": {
            "limit": {"type": "integer", "minimum": 1},
            "behavior": {"enum": ["QUEUE", "CANCEL", "FAIL"], "default": "QUEUE"},
        },
        "required": ["limit"],
        "additionalProperties": False,
        "examples": [{"limit": 2, "behavior": "QUEUE"}],
    },
    "checks": {
        "type": "array",
        "description": "What must hold before an execution begins.",
        "items": {
            "type": "object",
            "properties": {
                "condition": {"type": "string"},
                "when": {"type": "string", "description": "As `condition`."},
                "message": {"type": "string"},
                "style": {"enum": ["INFO", "SUCCESS", "WARNING", "ERROR"], "default": "INFO"},
                "behavior": {
                    "enum": ["BLOCK_EXECUTION", "FAIL_EXECUTION", "CREATE_EXECUTION"],
                    "default": "BLOCK_EXECUTION",
                },
            },
            "additionalProperties": False,
        },
        "examples": [[{"condition": "{{ inputs.size < 10 }}", "message": "Too many at once"}]],
    },
}  # fmt: skip
"""Keys of a flow."""

TASK: Mapping[str, Schema] = {
    "id": _text(
        "Unique in the flow; outputs are found by it.", "load", pattern=_whole(TASK_ID)
    ),
    "type": _text("What the task does; `io.kestra.plugin.` may be left out.", "core.log.Log"),
    "description": _text("What the task is for, in Markdown.", "Loads one file."),
    "retry": {"$ref": "#/definitions/retry", "description": "When a failed task is tried again."},
    "timeout": _text(
        "An attempt that waits longer for an agent, or takes longer, fails; the tasks of a "
        "flowable that take longer are stopped. ISO 8601.",
        "PT10M",
    ),
    "runIf": {
        "type": ["string", "boolean"],
        "description": "The task is SKIPPED where this is empty, `false` or 0.",
        "examples": ["{{ inputs.load }}"],
    },
    "disabled": _flag("The task is left out altogether."),
    "priority": _priority("Attempts with a higher one get an agent first."),
    "allowFailure": _flag("A failure counts as a warning, and the flow goes on."),
    "allowWarning": _flag("A warning counts as success."),
    "taskCache": {
        "type": "object",
        "required": ["enabled"],
        "properties": {
            "enabled": {"type": ["boolean", "string"]},
            "ttl": {"type": "string", "description": "An older result is not used. ISO 8601."},
        },
        "additionalProperties": False,
        "description": "The result is kept, and used again where the task's properties come out "
        "the same.",
        "examples": [{"enabled": True, "ttl": "PT24H"}],
    },
    "logLevel": {
        "enum": list(LEVELS), "description": "Lines below it are not kept.", "examples": ["INFO"],
    },
    "logToFile": _flag("The lines of its attempts go into files, and not to the log."),
    "agentLabels": _map("Labels that an agent must have to get the task.", {"zone": "eu"}),
    "workerGroup": {
        "type": "object",
        "properties": {"key": {"type": "string"}},
        "description": "Kestra's word for `agentLabels: {group: …}`.",
        "examples": [{"key": "gpu"}],
    },
    "onAgentLost": {
        "enum": [str(one) for one in AgentLostPolicy],
        "default": "RETRY",
        "description": "What becomes of an attempt whose agent was lost.",
        "examples": ["FAIL"],
    },
    "maxDisconnect": _text(
        "How long an agent may be out of reach before it counts as lost.", "PT5M"
    ),
}  # fmt: skip
"""Keys of every task."""

TRIGGER: Mapping[str, Schema] = {
    "id": _text("Unique among the triggers.", "daily", pattern=_whole(TASK_ID)),
    "type": _text("What the trigger waits for.", "io.kestra.plugin.core.trigger.Schedule"),
    "description": _text("What the trigger is for, in Markdown.", "Every morning."),
    "disabled": _flag("The trigger starts nothing."),
    "inputs": _map("Values for the flow's inputs.", {"day": "{{ trigger.date }}"}),
    "labels": {
        **_LABELS, "description": "Added to the labels of the execution.",
        "examples": [{"by": "cron"}],
    },
    "conditions": {
        "type": "array",
        "description": "All of them must hold, or nothing is started.",
        "items": {
            "type": "object",
            "properties": {
                "type": with_older_names(
                    {"type": "string", "enum": _condition_names()}, list(CONDITION_ALIASES)
                ),
            },
            "required": ["type"],
        },
    },
    "when": _text("Nothing is started unless this holds.", "{{ isWeekend(trigger.date) }}"),
    "stopAfter": {
        "type": "array",
        "description": "States of an execution of the trigger that disable it.",
        "items": {"enum": list(SPELLINGS)},
        "examples": [["FAILED"]],
    },
    "allowConcurrent": _flag("It starts an execution while another one of it runs."),
    "agentLabels": _map(
        "Labels that an agent must have, for triggers that agents look for.", {"zone": "north"}
    ),
    "workerGroup": {
        "type": "object", "description": "As in tasks: `key` is the agent label `group`.",
        "properties": {"key": {"type": "string"}}, "required": ["key"],
        "examples": [{"key": "gpu"}],
    },
    "workerSelector": {
        "description": "Not supported: use `agentLabels`.", "doNotSuggest": True,
        "examples": [{"tags": ["gpu"]}],
    },
    "failOnTriggerError": _flag("An evaluation that fails is shown by an execution that FAILED."),
    "logLevel": {
        "enum": list(LEVELS), "description": "What is written of it to the coordinator's log.",
        "examples": ["ERROR"],
    },
}  # fmt: skip
"""Keys of every trigger."""

INPUT: Mapping[str, Schema] = {
    "id": _text("Unique among the inputs; dots make a nested map.", "day"),
    "type": _text("What values it takes.", "DATE"),
    "description": _text("What the value is for, in Markdown.", "The day to load."),
    "displayName": _text("For forms, instead of the id.", "Day", maxLength=64),
    "required": _flag("Whether it must have a value.", default=True),
    "defaults": {
        "description": "The value where none is given; rendered.", "examples": ["2026-01-31"],
    },
    "prefill": {
        "description": "What a form shows first; goes with `required: false`.",
        "examples": ["2026-01-31"],
    },
    "dependsOn": {
        "type": "object",
        "description": "Inputs to be asked for before, and when this one is asked for at all.",
        "properties": {
            "inputs": {"type": "array", "items": {"type": "string"}},
            "condition": {"type": "string"},
        },
        "additionalProperties": False,
        "examples": [{"inputs": ["kind"], "condition": "{{ inputs.kind == 'day' }}"}],
    },
}  # fmt: skip
"""Keys of every input."""

OUTPUT: Mapping[str, Schema] = {
    "id": _text("Unique among the outputs.", "rows"),
    "type": _text("What the value is converted to.", "INT"),
    "value": {
        "description": "Rendered when the execution ends.",
        "examples": ["{{ outputs.load.size }}"],
    },
    "description": _text("What the value is, in Markdown.", "Rows that were loaded."),
    "displayName": _text("For people, instead of the id.", "Rows"),
    "required": _flag("Whether null is refused.", default=True),
    "itemType": _text("Type of the items of an ARRAY.", "STRING"),
}
"""Keys of every output."""

RETRY: Schema = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {
            "enum": ["constant", "exponential", "random"],
            "description": "How the delay between attempts grows.",
        },
        "interval": _text("Delay, or the first one of an exponential retry.", "PT30S"),
        "minInterval": _text("Shortest delay of a random retry.", "PT10S"),
        "maxInterval": _text("Longest delay of an exponential or random retry.", "PT10M"),
        "delayFactor": {
            "type": "number", "minimum": 1, "default": 2,
            "description": "Growth of an exponential delay.",
        },
        "maxAttempts": {
            "type": "integer", "minimum": 1,
            "description": "Attempts in all, the first one counted.",
        },
        "maxAttempt": {
            "type": "integer", "minimum": 1, "deprecated": True,
            "deprecationMessage": "Write `maxAttempts`.",
        },
        "maxDuration": _text("No attempt starts later than this after the first.", "PT1H"),
        "warningOnRetry": _flag("A success after a retry ends WARNING."),
        "behavior": {
            "enum": [str(one) for one in RetryBehavior], "default": "RETRY_FAILED_TASK",
            "description": "What is repeated: the task, or the whole execution.",
        },
    },
    "additionalProperties": False,
    "examples": [{"type": "constant", "interval": "PT30S", "maxAttempts": 3}],
}  # fmt: skip
"""A retry."""

PLUGIN_DEFAULT: Schema = {
    "type": "object",
    "required": ["type", "values"],
    "properties": {
        "type": _text("A type, or the start of its name.", "io.kestra.plugin.scripts"),
        "values": _map("Values by property.", {"timeout": "PT10M"}),
        "forced": _flag("They win over those of the task."),
    },
    "additionalProperties": False,
}
"""One of `pluginDefaults`."""
