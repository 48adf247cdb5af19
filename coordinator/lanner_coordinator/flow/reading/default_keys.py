"""Checks that plugin defaults for exactly one type name properties that it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.reading import task, triggers
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.plugin_defaults import DefaultValues
from lanner_coordinator.flow.suggest import did_you_mean

COMMON_KEYS = frozenset((*task.FIELDS.names, *triggers.FIELDS.names))
"""Keys that a default may set whatever the type."""


def check_defaults(defaults: Sequence[DefaultValues], context: Context) -> None:
    """Report properties that the type of a default does not have."""
    for default in defaults:
        catalog = context.catalog
        known = catalog.task_type(default.type) or catalog.trigger_type(default.type)
        properties = known.properties_schema.get("properties", {}) if known else None
        if known is None or not isinstance(properties, Mapping):
            continue
        if known.properties_schema.get("additionalProperties", True) is not False:
            continue
        names = [*properties, *known.branches, *COMMON_KEYS]
        for key in default.values.entries:
            if key not in names:
                context.report.error(
                    Code.UNKNOWN_KEY,
                    f"`{known.name}` has no property `{key}`",
                    default.values.keys[key],
                    hint=did_you_mean(key, names),
                )
