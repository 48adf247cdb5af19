"""Short ways to write the JSON Schemas of task types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Schema = Mapping[str, object]
"""A JSON Schema as parsed JSON."""


def text(description: str, **more: object) -> Schema:
    """A text."""
    return {"type": "string", "description": description, **more}


def flag(description: str, **more: object) -> Schema:
    """True or false."""
    return {"type": "boolean", "description": description, **more}


def whole(description: str, **more: object) -> Schema:
    """A whole number."""
    return {"type": "integer", "description": description, **more}


def duration(description: str, **more: object) -> Schema:
    """An ISO 8601 duration, or a number of seconds."""
    forms = [{"type": "string", "format": "duration"}, {"type": "number", "minimum": 0}]
    return {"anyOf": forms, "description": description, **more}


def number(description: str, **more: object) -> Schema:
    """Any number."""
    return {"type": "number", "description": description, **more}


def choice(description: str, options: Sequence[str], **more: object) -> Schema:
    """One of some texts."""
    return {"type": "string", "enum": list(options), "description": description, **more}


def texts(description: str, **more: object) -> Schema:
    """A list of texts."""
    items = {"type": "string"}
    return {"type": "array", "items": items, "description": description, **more}


def text_or_texts(description: str) -> Schema:
    """A list of texts, or one."""
    return {
        "anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}],
        "description": description,
    }


def text_map(description: str) -> Schema:
    """A map to texts, or a JSON text of one."""
    return {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": description,
    }


def any_map(description: str) -> Schema:
    """A map to anything."""
    return {"type": "object", "additionalProperties": True, "description": description}


def any_value(description: str) -> Schema:
    """Anything."""
    return {"description": description}


def record(
    properties: Mapping[str, Schema], *, required: Sequence[str] = (), description: str = ""
) -> Schema:
    """A map with these keys and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": dict(properties),
        **({"required": list(required)} if required else {}),
        **({"description": description} if description else {}),
    }


def records(properties: Mapping[str, Schema], description: str) -> Schema:
    """A list of maps with these keys and no others."""
    return {"type": "array", "items": record(properties), "description": description}
