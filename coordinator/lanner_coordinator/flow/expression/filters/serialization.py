"""Filters that write values as JSON, YAML and Ion."""

from __future__ import annotations

from lanner_coordinator.flow.expression.context import RenderContext
from lanner_coordinator.flow.expression.formats.ion_text import write_ion
from lanner_coordinator.flow.expression.formats.yaml_text import write_yaml
from lanner_coordinator.flow.expression.printing import json_text
from lanner_coordinator.flow.expression.registry import filter_


@filter_("toJson", "json", "jsonEncode", null="null", context=True)
def to_json(context: RenderContext, value: object) -> str:
    """Write a value as JSON."""
    return json_text(value, context.budget)


@filter_("toIon", null="null", context=True)
def to_ion(context: RenderContext, value: object) -> str:
    """Write a value as Ion text."""
    return write_ion(value, context.budget)


@filter_("yaml", null="null", context=True)
def to_yaml(context: RenderContext, value: object) -> str:
    """Write a value as YAML."""
    return write_yaml(value, context.budget)
