"""The functions. Importing the package registers them."""

from __future__ import annotations

from lanner_coordinator.flow.expression.functions import (
    calendar,
    collections,
    documents,
    effects,
    identifiers,
    iterations,
    rendering,
)

__all__ = [
    "calendar",
    "collections",
    "documents",
    "effects",
    "identifiers",
    "iterations",
    "rendering",
]
