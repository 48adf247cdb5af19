"""The properties that each type of input has of its own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lanner_coordinator.flow.model import InputType
from lanner_coordinator.flow.types.schemas import Schema, boolean, record, text

TYPE_ALIASES: Mapping[str, InputType] = MappingProxyType(
    {"ENUM": InputType.SELECT, "BOOL": InputType.BOOLEAN}
)
"""Other spellings of types."""

REFUSED_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "REUSABLE_INPUTS": "Write the inputs themselves, into a FORM with the same id.",
        "TABLE": "Write an ARRAY with `itemType: JSON`.",
    }
)
"""Types that Kestra has and Lanner refuses, with what to write instead."""

NESTED: Mapping[InputType, str] = MappingProxyType(
    {InputType.FORM: "inputs", InputType.OBJECT: "properties"}
)
"""The keys that hold further definitions, by type."""

ITEM_TYPES = tuple(
    [
        str(kind)
        for kind in InputType
        if kind not in (InputType.ARRAY, InputType.MULTISELECT, *NESTED)
    ]
    + list(TYPE_ALIASES)
)
"""Types that the items of an ARRAY may have."""

OUTPUT_TYPES = tuple(str(kind) for kind in InputType if kind is not InputType.FORM)
"""Types that an output may have."""

CHOICES = (InputType.SELECT, InputType.MULTISELECT)
"""Types whose value is chosen from a list."""

CHOICE_KEYS = ("values", "options", "expression")
"""The properties that give that list, of which one is needed."""

_VALIDATOR: Schema = {
    "type": "string",
    "format": "regex",
    "description": "A regular expression that the whole text must match.",
}
_TEXTS: Schema = {
    "type": "array",
    "items": {
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "properties": {"label": {"type": "string"}, "value": {"type": "string"}},
            },
        ]
    },
    "minItems": 1,
    "description": "The values to choose from.",
}
_EXPRESSION = text("An expression that gives the list of values.")
_CUSTOM = boolean("Whether other values are taken too.")
_ITEM_TYPE = text("Type of the items.")
_JSON_SCHEMA: Schema = {
    "description": "A JSON Schema that the value must match: a map, or a JSON text of one.",
    "anyOf": [{"type": "object"}, {"type": "string"}],
}
_PROPERTIES: Schema = {
    "type": "array",
    "minItems": 1,
    "description": "The keys of the map, written as inputs of types with one value or several "
    "choices; without `defaults`, `prefill`, `dependsOn` and `expression`.",
    "examples": [[{"id": "port", "type": "INT", "min": 1}]],
}
_INPUTS: Schema = {
    "type": "array",
    "description": "The inputs of the group. They are `inputs.<form>.<input>`, and so are their "
    "names in `dependsOn`; what the form depends on, they depend on.",
    "examples": [[{"id": "region", "type": "STRING"}]],
}


def _between(low: str, high: str, schema: Schema) -> Schema:
    return record((), **{low: schema, high: schema})


SCHEMAS: Mapping[InputType, Schema] = MappingProxyType(
    {
        InputType.STRING: record(validator=_VALIDATOR),
        InputType.INT: _between("min", "max", {"type": "integer"}),
        InputType.FLOAT: _between("min", "max", {"type": "number"}),
        InputType.BOOLEAN: record(),
        InputType.DATETIME: _between("after", "before", {"type": "string", "format": "date-time"}),
        InputType.DATE: _between("after", "before", {"type": "string", "format": "date"}),
        InputType.TIME: _between("after", "before", {"type": "string", "format": "time"}),
        InputType.DURATION: _between("min", "max", {"type": "string", "format": "signed-duration"}),
        InputType.FILE: record(
            extension={
                "type": "string", "deprecated": True, "description": "A file keeps its own name.",
            },
            allowedFileExtensions={"type": "array", "items": {"type": "string"}},
        ),
        InputType.JSON: record(jsonSchema=_JSON_SCHEMA, schema=_JSON_SCHEMA),
        InputType.YAML: record(jsonSchema=_JSON_SCHEMA, schema=_JSON_SCHEMA),
        InputType.URI: record(),
        InputType.EMAIL: record(),
        InputType.SECRET: record(validator=_VALIDATOR),
        InputType.SELECT: record(
            values=_TEXTS,
            expression=_EXPRESSION,
            allowCustomValue=_CUSTOM,
            isRadio=boolean("Whether a form shows radio buttons."),
            autoSelectFirst=boolean("Whether the first value is the default."),
        ),
        InputType.MULTISELECT: record(
            values=_TEXTS,
            options={**_TEXTS, "deprecated": True, "description": "Write `values`."},
            expression=_EXPRESSION,
            itemType=_ITEM_TYPE,
            allowCustomValue=_CUSTOM,
        ),
        InputType.ARRAY: record(["itemType"], itemType=_ITEM_TYPE),
        InputType.ION: record(),
        InputType.OBJECT: record(["properties"], properties=_PROPERTIES),
        InputType.FORM: record(["inputs"], inputs=_INPUTS),
    }
)  # fmt: skip
"""JSON Schema of the own properties by type."""
