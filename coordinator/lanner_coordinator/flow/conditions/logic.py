"""Conditions that join other conditions, and the one that is an expression."""

from __future__ import annotations

from lanner_coordinator.flow.conditions.contract import (
    CONDITION_PREFIX,
    ConditionType,
    Holds,
    Subject,
)
from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.model import Condition
from lanner_coordinator.flow.types.schemas import record, text

EXPRESSION = f"{CONDITION_PREFIX}Expression"
"""Type of the condition that is an expression."""


def _is_true(condition: Condition, subject: Subject) -> bool:
    return is_truthy(subject.render(condition.properties["expression"]))


def logic_types(holds: Holds) -> tuple[ConditionType, ...]:
    """`Not`, `Or` and `Expression`.

    Args:
        holds: Answers the conditions inside, of any type.
    """

    def none(condition: Condition, subject: Subject) -> bool:
        return not any(holds(child, subject) for child in condition.children.values())

    def some(condition: Condition, subject: Subject) -> bool:
        return any(holds(child, subject) for child in condition.children.values())

    return (
        ConditionType(
            name=EXPRESSION,
            description="An expression holds.",
            schema=record(
                ["expression"],
                expression=text("Does not hold when it gives nothing, `false`, `0` or blanks."),
            ),
            holds=_is_true,
        ),
        ConditionType(
            name=f"{CONDITION_PREFIX}Not",
            description="None of the conditions holds.",
            schema=record(),
            holds=none,
            children="list",
        ),
        ConditionType(
            name=f"{CONDITION_PREFIX}Or",
            description="At least one of the conditions holds.",
            schema=record(),
            holds=some,
            children="list",
        ),
    )
