"""Puts the JSON Schema of flows together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lanner_coordinator.flow import reader
from lanner_coordinator.flow.aliases import ALIASES
from lanner_coordinator.flow.catalog import Catalog, TypeDescription
from lanner_coordinator.flow.model import InputType
from lanner_coordinator.flow.reading import inputs, outputs, task, triggers
from lanner_coordinator.flow.reading.fields import FieldTable
from lanner_coordinator.flow.reading.input_schemas import (
    CHOICE_KEYS,
    CHOICES,
    NESTED,
    SCHEMAS,
    TYPE_ALIASES,
)
from lanner_coordinator.flow.schema import described
from lanner_coordinator.flow.schema.completeness import (
    COMPLETE_TASK,
    COMPLETE_TRIGGER,
    WITHOUT_DEFAULTS,
    complete,
    required_properties,
)
from lanner_coordinator.flow.schema.dynamic import EXPRESSION, dynamic
from lanner_coordinator.flow.types.flowables import FLOWABLES, BranchShape
from lanner_coordinator.flow.types.schemas import PREFIX, Schema

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The dialect that editors know best."""


def flow_schema(catalog: Catalog) -> Schema:
    """The JSON Schema of flows with all types of a catalog.

    It takes every flow that the reader takes: what depends on several places of a flow is left to
    the reader. Properties that a type needs are asked for where the flow has no plugin defaults.
    """
    tasks, of_triggers = list(catalog.task_types()), list(catalog.trigger_types())
    names = {one.name: _every_name(one) for one in (*tasks, *of_triggers)}
    return {
        "$schema": DIALECT,
        "title": "A flow of Lanner",
        "description": "Tasks that run one after the other, and what starts them.",
        "type": "object",
        "properties": _properties(reader.FIELDS, described.FLOW),
        "required": ["id", "namespace", "tasks"],
        "additionalProperties": False,
        "allOf": [WITHOUT_DEFAULTS],
        "definitions": {
            "expression": EXPRESSION,
            "retry": described.RETRY,
            "pluginDefault": described.PLUGIN_DEFAULT,
            "input": _input(),
            "output": _output(),
            "graphTask": _GRAPH_TASK,
            "task": _typed("task", task.FIELDS, described.TASK, tasks),
            "trigger": _typed("trigger", triggers.FIELDS, described.TRIGGER, of_triggers),
            COMPLETE_TASK: complete(tasks, names),
            COMPLETE_TRIGGER: complete(of_triggers, names),
            **_definitions("task", task.FIELDS, described.TASK, tasks),
            **_definitions("trigger", triggers.FIELDS, described.TRIGGER, of_triggers),
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
    BranchShape.TASKS: {"anyOf": [described.TASK_LIST, {"type": "null"}]},
    BranchShape.CASES: {
        "type": "object",
        "additionalProperties": {"anyOf": [described.TASK_LIST, {"type": "null"}]},
    },
    BranchShape.GRAPH: {"type": "array", "items": {"$ref": "#/definitions/graphTask"}},
}
"""How the shapes of branches are written that are not a single task."""


def spellings(description: TypeDescription) -> Sequence[str]:
    """Every name of a type, the canonical one first, then that without the prefix."""
    short = description.name.removeprefix(PREFIX)
    return tuple(dict.fromkeys((description.name, short, *description.aliases)))


def older_names(description: TypeDescription) -> Sequence[str]:
    """Names of before, which are taken but never suggested."""
    old = [one for one, name in ALIASES.items() if name == description.name]
    every = [*old, *(one.removeprefix(PREFIX) for one in old if one.startswith(PREFIX))]
    known = spellings(description)
    return [one for one in every if one not in known]


def _every_name(description: TypeDescription) -> str:
    """A pattern for all names of a type, those of before too."""
    return described.one_of_names([*spellings(description), *older_names(description)])


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
    newest = {**texts["type"], "enum": names, "markdownEnumDescriptions": notes}
    old = [name for one in listed for name in older_names(one)]
    every["type"] = described.with_older_names(newest, old)
    return {
        "type": "object",
        "properties": every,
        "required": ["id", "type"],
        "allOf": [
            {
                "if": {
                    "properties": {"type": {"pattern": _every_name(one)}},
                    "required": ["type"],
                },
                "then": {"$ref": f"#/definitions/{_key(kind, one)}"},
            }
            for one in listed
        ]
        + ([described.older_name_rule(old)] if old else []),
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
    needed = set(required_properties(description))
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
    """A property that must be there says so, as plugin defaults may give it."""
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
            {"anyOf": [{"required": ["id"]}, {"required": ["name"]}]},
            *(_input_rule(kind, schema, common) for kind, schema in SCHEMAS.items()),
        ],
    }


def _input_rule(kind: InputType, schema: Schema, common: Mapping[str, Schema]) -> Schema:
    needs: dict[str, object] = {}
    if "required" in schema:
        needs["required"] = schema["required"]
    if kind in CHOICES:
        needs["anyOf"] = [{"required": [key]} for key in CHOICE_KEYS if key in _own(schema)]
    return {
        "if": {"properties": {"type": {"enum": _names_of(kind)}}, "required": ["type"]},
        "then": {
            "properties": {**common, **_own(schema), **_nested(kind, schema)},
            "additionalProperties": False,
            **needs,
        },
    }  # fmt: skip


def _nested(kind: InputType, schema: Schema) -> Mapping[str, Schema]:
    """The key that holds further definitions, which are written as inputs are."""
    properties = schema.get("properties")
    if kind not in NESTED or not isinstance(properties, Mapping):
        return {}
    one = properties[NESTED[kind]]
    return {NESTED[kind]: {**one, "items": {"$ref": "#/definitions/input"}}}


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
    names = [name for name in _input_types() if name != InputType.FORM]
    every["type"] = {**described.OUTPUT["type"], "enum": names}
    return {
        "type": "object",
        "properties": every,
        "required": ["id", "type", "value"],
        "additionalProperties": False,
    }
