"""Which properties a task or trigger must have, as a layer over its definition.

Plugin defaults of a flow may give what is missing, so this layer counts only in flows without any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.types.flowables import FLOWABLES, BranchShape
from lanner_coordinator.flow.types.schemas import Schema

COMPLETE_TASK = "completeTask"
"""Name of the definition of a task with all it needs."""

COMPLETE_TRIGGER = "completeTrigger"
"""Name of the definition of a trigger with all it needs."""

_TASK: Schema = {"$ref": f"#/definitions/{COMPLETE_TASK}"}
_TASKS: Schema = {"items": _TASK}
_SHAPES: Mapping[BranchShape, Schema] = {
    BranchShape.TASKS: _TASKS,
    BranchShape.CASES: {"additionalProperties": _TASKS},
    BranchShape.GRAPH: {"items": {"properties": {"task": _TASK}}},
    BranchShape.ONE: _TASK,
}
_TASK_LISTS = ("tasks", "errors", "finally", "afterExecution")

WITHOUT_DEFAULTS: Schema = {
    "if": {"not": {"anyOf": [{"required": ["pluginDefaults"]}, {"required": ["taskDefaults"]}]}},
    "then": {
        "properties": {
            **dict.fromkeys(_TASK_LISTS, _TASKS),
            "triggers": {"items": {"$ref": f"#/definitions/{COMPLETE_TRIGGER}"}},
        }
    },
}
"""Rule of a flow: its tasks and triggers are complete if nothing gives them properties."""


def complete(types: Iterable[TypeDescription], names: Mapping[str, str]) -> Schema:
    """What each of some types needs.

    Args:
        types: All of them tasks, or all of them triggers.
        names: A pattern for the names of each type, by its canonical one.
    """
    rules = [(one, _needs(one)) for one in types]
    return {
        "allOf": [
            {
                "if": {
                    "properties": {"type": {"pattern": names[one.name]}},
                    "required": ["type"],
                },
                "then": needs,
            }
            for one, needs in rules
            if needs
        ]
    }


def required_properties(description: TypeDescription) -> Sequence[str]:
    """The properties that a type needs, those that hold tasks included."""
    required = description.properties_schema.get("required")
    own = [str(key) for key in required] if isinstance(required, Sequence) else []
    flowable = FLOWABLES.get(description.name)
    return [*own, *(flowable.required if flowable else ())]


def _needs(description: TypeDescription) -> Schema:
    required = required_properties(description)
    flowable = FLOWABLES.get(description.name)
    found: dict[str, object] = {"required": required} if required else {}
    if flowable is not None:
        found["properties"] = {name: _SHAPES[shape] for name, shape in flowable.shapes.items()}
        if flowable.required_any:
            found["anyOf"] = [{"required": [name]} for name in flowable.required_any]
    return found
