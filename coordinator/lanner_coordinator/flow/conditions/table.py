"""All types of conditions, and the one question that is asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lanner_coordinator.flow.conditions import dates, execution, upstream
from lanner_coordinator.flow.conditions.contract import (
    CONDITION_PREFIX,
    ConditionError,
    ConditionType,
    Subject,
)
from lanner_coordinator.flow.conditions.logic import logic_types
from lanner_coordinator.flow.model import Condition
from lanner_coordinator.flow.types.schemas import PREFIX, record

MULTIPLE = f"{CONDITION_PREFIX}MultipleCondition"
"""Type of the condition that remembers which of its conditions have held within a window."""

_OLD_PREFIX = "io.kestra.core.models.conditions.types."


def holds(condition: Condition, subject: Subject) -> bool:
    """Whether a condition holds.

    Raises:
        ConditionError: It cannot be answered.
        ExpressionError: Something in it cannot be rendered.
    """
    return _ALL[condition.type].holds(condition, subject)


def all_hold(conditions: Iterable[Condition], subject: Subject) -> bool:
    """Whether all conditions hold; raises as `holds`."""
    return all(holds(condition, subject) for condition in conditions)


def _remembers(condition: Condition, subject: Subject) -> bool:
    raise ConditionError("`MultipleCondition` can only stand in `conditions` of a Flow trigger")


CONDITIONS: Mapping[str, ConditionType] = MappingProxyType(
    {
        one.name: one
        for one in (
            *dates.TYPES,
            *execution.TYPES,
            *logic_types(holds),
            ConditionType(
                name=MULTIPLE,
                description="All of the conditions have held within a window of time.",
                schema=record(),
                holds=_remembers,
                children="map",
                fits_schedules=False,
                deprecated="Use `preconditions`.",
            ),
        )
    }
)
"""The types that a flow may name, by canonical name."""

_ALL: Mapping[str, ConditionType] = {
    **CONDITIONS,
    **{one.name: one for one in upstream.TYPES},
}


def _aliases() -> Mapping[str, str]:
    found = {f"{CONDITION_PREFIX}Variable": f"{CONDITION_PREFIX}Expression"}
    for name in CONDITIONS:
        short = name.removeprefix(CONDITION_PREFIX).removesuffix("Condition")
        found[f"{CONDITION_PREFIX}{short}"] = name
        found[f"{CONDITION_PREFIX}{short}Condition"] = name
        found[f"{_OLD_PREFIX}{short}Condition"] = name
        found[f"{_OLD_PREFIX}{short}"] = name
    for prefix in (CONDITION_PREFIX, _OLD_PREFIX):
        found[f"{prefix}VariableCondition"] = f"{CONDITION_PREFIX}Expression"
    return {alias: name for alias, name in found.items() if alias != name}


CONDITION_ALIASES: Mapping[str, str] = MappingProxyType(_aliases())
"""Present names by older ones."""


def condition_type(name: str) -> ConditionType | None:
    """The type of a name, however old, with or without `io.kestra.plugin.`."""
    full = name if name.startswith("io.kestra.") else f"{PREFIX}{name}"
    return CONDITIONS.get(CONDITION_ALIASES.get(full, full))
