"""Puts the JSON Schema of flows together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lanner_coordinator.flow import reader
from lanner_coordinator.flow.catalog import Catalog, TypeDescription
from lanner_coordinator.flow.model import InputType
from lanner_coordinator.flow.reading import inputs, outputs, task, triggers
from lanner_coordinator.flow.reading.fields import FieldTable
from lanner_coordinator.flow.reading.input_schemas import SCHEMAS, TYPE_ALIASES
from lanner_coordinator.flow.schema import described
from lanner_coordinator.flow.schema.dynamic import EXPRESSION, dynamic
from lanner_coordinator.flow.types.flowables import FLOWABLES, BranchShape
from lanner_coordinator.flow.types.schemas import PREFIX, Schema

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The dialect that editors know best."""


def flow_schema(catalog: Catalog) -> Schema:
    """The JSON Schema of flows with all types of a catalog.

    It takes every flow that the reader takes: what depends on several places of a flow, such as
    properties that plugin defaults give, is left to the reader.
    """
    return {
        "$schema": DIALECT,
        "title": "A flow of Lanner",
        "description": "Tasks that run one after the other, and what starts them.",
        "type": "object",
        "properties": _properties(reader.FIELDS, described.FLOW),
        "required": ["id", "namespace", "tasks"],
        "additionalProperties": False,
        "definitions": {
            "expression": EXPRESSION,
            "retry": described.RETRY,
            "pluginDefault": described.PLUGIN_DEFAULT,
            "input": _input(),
            "output": _output(),
            "graphTask": _GRAPH_TASK,
            "task": _typed("task", task.FIELDS, described.TASK, catalog.task_types()),
            "trigger": _typed(
                "trigger", triggers.FIELDS, described.TRIGGER, catalog.trigger_types()
            ),
            **_definitions("task", task.FIELDS, described.TASK, catalog.task_types()),
            **_definitions("trigger", triggers.FIELDS, described.TRIGGER, catalog.trigger_types()),
        },
    }


_GRAPH_TASK: Schema = {
    "type": "object",
    "properties": {
        "task": {"$ref": "#/definitions/task"},
        "dependsOn": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Ids of the siblings that must have ended before.",
        },
    },
    "required": ["task"],
    "additionalProperties": False,
}

_TASK: Schema = {"$ref": "#/definitions/task"}
_BRANCHES: Mapping[BranchShape, Schema] = {
    BranchShape.TASKS: described.TASK_LIST,
    BranchShape.CASES: {"type": "object", "additionalProperties": described.TASK_LIST},
    BranchShape.GRAPH: {"type": "array", "items": {"$ref": "#/definitions/graphTask"}},
}
"""How the shapes of branches are written that are not a single task."""


def spellings(description: TypeDescription) -> Sequence[str]:
    """Every name of a type, the canonical one first, then that without the prefix."""
    short = description.name.removeprefix(PREFIX)
    return tuple(dict.fromkeys((description.name, short, *description.aliases)))


def _properties(table: FieldTable, texts: Mapping[str, Schema]) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for field in table.fields:
        if field.not_supported:
            continue
        schema = texts.get(field.name, {})
        if field.no_effect:
            schema = {"description": f"Has no effect: {field.no_effect}.", "doNotSuggest": True}
        if field.deprecated:
            schema = {**schema, "deprecationMessage": field.deprecated}
        found[field.name] = schema
        for other in field.also:
            found[other] = {**schema, "doNotSuggest": True}
        for old in field.formerly:
            found[old] = {**schema, "deprecationMessage": f"Write `{field.name}`."}
    return found


def _typed(
    kind: str,
    table: FieldTable,
    texts: Mapping[str, Schema],
    types: Iterable[TypeDescription],
) -> Schema:
    """Something with a `type` that decides which other keys it has."""
    listed = sorted(types, key=lambda one: one.name)
    names = [name for one in listed for name in spellings(one)]
    notes = [one.description.split("\n")[0] for one in listed for _ in spellings(one)]
    every = _properties(table, texts)
    every["type"] = {**texts["type"], "enum": names, "markdownEnumDescriptions": notes}
    return {
        "type": "object",
        "properties": every,
        "required": ["id", "type"],
        "allOf": [
            {
                "if": {
                    "properties": {"type": {"enum": list(spellings(one))}}, "required": ["type"],
                },
                "then": {"$ref": f"#/definitions/{_key(kind, one)}"},
            }
            for one in listed
        ],
    }  # fmt: skip


def _key(kind: str, description: TypeDescription) -> str:
    return f"{kind}:{description.name}"


def _definitions(
    kind: str,
    table: FieldTable,
    texts: Mapping[str, Schema],
    types: Iterable[TypeDescription],
) -> dict[str, Schema]:
    common: dict[str, Schema] = {name: {} for name in _properties(table, texts)}
    return {_key(kind, one): _definition(kind, common, one) for one in types}


def _definition(kind: str, common: Mapping[str, Schema], description: TypeDescription) -> Schema:
    at = f"definitions/{_key(kind, description)}"
    schema = description.properties_schema
    properties = schema.get("properties")
    own = properties if isinstance(properties, Mapping) else {}
    required = schema.get("required")
    needed = set(required) if isinstance(required, Sequence) else set()
    found: dict[str, object] = {
        "type": "object",
        "title": description.name,
        "description": description.description,
        "properties": {
            **common,
            **{key: _told(dynamic(one, at), key in needed) for key, one in own.items()},
            **_branches(description),
        },
        "additionalProperties": schema.get("additionalProperties", True),
        "examples": list(description.examples),
    }
    if "$defs" in schema:
        found["$defs"] = schema["$defs"]
    return found


def _told(schema: Schema, is_needed: bool) -> Schema:
    """A property that must be there says so: plugin defaults may give it, so editors cannot."""
    if not is_needed:
        return schema
    return {**schema, "description": f"{schema.get('description', '')} Required.".strip()}


def _branches(description: TypeDescription) -> dict[str, Schema]:
    flowable = FLOWABLES.get(description.name)
    if flowable is None:
        return {}
    return {name: _BRANCHES.get(shape, _TASK) for name, shape in flowable.shapes.items()}


def _input() -> Schema:
    every = _properties(inputs.FIELDS, described.INPUT)
    common: dict[str, Schema] = {name: {} for name in every}
    every["type"] = {**described.INPUT["type"], "enum": _input_types()}
    return {
        "type": "object",
        "properties": every,
        "required": ["type"],
        "allOf": [
            {
                "if": {"properties": {"type": {"enum": _names_of(kind)}}, "required": ["type"]},
                "then": {
                    "properties": {**common, **_own(schema)},
                    "additionalProperties": False,
                },
            }
            for kind, schema in SCHEMAS.items()
        ],
    }


def _own(schema: Schema) -> Mapping[str, Schema]:
    properties = schema.get("properties")
    given = properties if isinstance(properties, Mapping) else {}
    return {name: dynamic(one, "definitions/input") for name, one in given.items()}


def _names_of(kind: InputType) -> list[str]:
    return [str(kind), *(old for old, new in TYPE_ALIASES.items() if new is kind)]


def _input_types() -> list[str]:
    return [name for kind in InputType for name in _names_of(kind)]


def _output() -> Schema:
    every = _properties(outputs.FIELDS, described.OUTPUT)
    every["type"] = {**described.OUTPUT["type"], "enum": _input_types()}
    return {
        "type": "object",
        "properties": every,
        "required": ["id", "type", "value"],
        "additionalProperties": False,
    }
