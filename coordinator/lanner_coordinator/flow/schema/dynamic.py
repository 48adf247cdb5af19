"""Schemas of properties that may be written as an expression instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.flow.types.schemas import Schema

EXPRESSION: Schema = {
    "type": "string",
    "pattern": r"\{[{%]",
    "description": "An expression, rendered before the task runs: `{{ inputs.name }}`.",
}
"""A text with an expression in it."""

_OUTER = ("description", "default", "examples", "deprecated", "title")
_ANY_TEXT: Schema = {"type": ["string", "number", "boolean"]}


def dynamic(schema: Schema, at: str) -> Schema:
    """A schema that takes an expression too, at every level.

    Args:
        schema: Of a property, as a type tells it.
        at: Pointer to where the root of that schema stands, for its references.
    """
    outer = {key: schema[key] for key in _OUTER if key in schema}
    if "$ref" in schema:
        return {**outer, "$ref": f"#/{at}{str(schema['$ref']).removeprefix('#')}"}
    inner = {key: value for key, value in schema.items() if key not in _OUTER}
    if not inner:
        return outer
    if inner == {"type": "string"}:
        return {**outer, **_ANY_TEXT}
    for key in ("anyOf", "oneOf"):
        options = inner.get(key)
        if isinstance(options, Sequence):
            kept = [dynamic(one, at) for one in options if isinstance(one, Mapping)]
            return {**outer, "anyOf": [*kept, {"$ref": "#/definitions/expression"}]}
    inner = _nested(inner, at)
    return {**outer, "anyOf": [inner, {"$ref": "#/definitions/expression"}]}


def _nested(schema: Schema, at: str) -> dict[str, object]:
    found = dict(schema)
    # Only what the reader of flows knows is a format here; editors would check others differently.
    found.pop("format", None)
    properties = found.get("properties")
    if isinstance(properties, Mapping):
        found["properties"] = {key: dynamic(one, at) for key, one in properties.items()}
    for key in ("items", "additionalProperties"):
        below = found.get(key)
        if isinstance(below, Mapping):
            found[key] = dynamic(below, at)
    return found
