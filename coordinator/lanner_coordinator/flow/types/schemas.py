"""Short ways to write the JSON Schemas of types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Schema = Mapping[str, object]
"""A JSON Schema as parsed JSON."""

PREFIX = "io.kestra.plugin."
"""What all canonical names start with and what a flow may leave out."""

LEVELS = ("ERROR", "WARN", "INFO", "DEBUG", "TRACE")
"""Levels of log lines, the most important first."""


def text(description: str) -> Schema:
    """A text."""
    return {"type": "string", "description": description}


def boolean(description: str, *, default: bool = False) -> Schema:
    """True or false."""
    return {"type": "boolean", "description": description, "default": default}


def whole(description: str, *, default: int, minimum: int = 0) -> Schema:
    """A whole number."""
    return {
        "type": "integer", "description": description, "default": default, "minimum": minimum
    }  # fmt: skip


def one_of(description: str, options: Sequence[str], *, default: str) -> Schema:
    """One of some texts."""
    return {"enum": list(options), "description": description, "default": default}


def duration(description: str) -> Schema:
    """An ISO 8601 duration that is not negative."""
    return {"type": "string", "format": "duration", "description": description}


def any_map(description: str) -> Schema:
    """A map of any values."""
    return {"type": "object", "description": description}


def record(required: Sequence[str] = (), **properties: Schema) -> Schema:
    """A map with these keys and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }
