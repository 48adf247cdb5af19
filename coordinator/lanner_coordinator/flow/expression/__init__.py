"""The expression language of flows: `Hello {{ inputs.name | upper }}`."""

from __future__ import annotations

from lanner_coordinator.flow.expression import filters, functions, tests
from lanner_coordinator.flow.expression.checking import (
    ExpressionProblem,
    check,
    inspect,
    inspect_names,
)
from lanner_coordinator.flow.expression.effects import (
    ENCRYPTED_TYPE,
    SEALED_TYPE,
    Effects,
    NoEffects,
    SealedValue,
)
from lanner_coordinator.flow.expression.errors import (
    EffectError,
    ExpressionError,
    ExpressionLimitError,
    ExpressionSyntaxError,
    ExpressionValueError,
    MissingKeyError,
    UndefinedError,
)
from lanner_coordinator.flow.expression.java.date_patterns import complaint_about_pattern
from lanner_coordinator.flow.expression.java.regexes import complaint_about_regular_expression
from lanner_coordinator.flow.expression.limits import DEFAULT_LIMITS, Limits
from lanner_coordinator.flow.expression.references import References, references
from lanner_coordinator.flow.expression.rendering import Rendered, render, render_typed
from lanner_coordinator.flow.expression.truth import is_truthy

__all__ = [
    "DEFAULT_LIMITS",
    "ENCRYPTED_TYPE",
    "SEALED_TYPE",
    "EffectError",
    "Effects",
    "ExpressionError",
    "ExpressionLimitError",
    "ExpressionProblem",
    "ExpressionSyntaxError",
    "ExpressionValueError",
    "Limits",
    "MissingKeyError",
    "NoEffects",
    "References",
    "Rendered",
    "SealedValue",
    "UndefinedError",
    "check",
    "complaint_about_pattern",
    "complaint_about_regular_expression",
    "filters",
    "functions",
    "inspect",
    "inspect_names",
    "is_truthy",
    "references",
    "render",
    "render_typed",
    "tests",
]
