"""Cases of expressions: a template, a context, and the text, value or error that comes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from lanner_coordinator.flow.expression import ExpressionError, render, render_typed
from tests.conformance.case_effects import NOW, CaseEffects
from tests.conformance.flow_cases import defaults_of
from tests.conformance.matchers import matches
from tests.conformance.outcomes import Outcome
from tests.conformance.typed_values import decode

_RECURSIVE = "kestra.variables.recursive-rendering"
_CONFIG = {"kestra.encryption.secret-key": "a-key-of-the-case-effects"}
_PLACEHOLDER = re.compile(r"\$\{today\}")
_SHOWN = 200


def run_case(case: Mapping[str, Any]) -> Outcome:
    """Render the template of a case and compare."""
    value, error = _render(case)
    return Outcome(case_id=case["id"], failure=_judge(case, value, error))


def _render(case: Mapping[str, Any]) -> tuple[object, ExpressionError | None]:
    setup = case.get("setup") or {}
    context = decode(case["context"], _CONFIG)
    if not isinstance(context, dict):
        raise TypeError("the context of a case is a map")
    if "flow" in setup:
        context["inputs"] = defaults_of(setup["flow"])
    effects = CaseEffects(setup, context)
    try:
        if case.get("mode") == "typed":
            return render_typed(case["template"], context, effects).value, None
        recursive = bool((setup.get("config") or {}).get(_RECURSIVE))
        return render(case["template"], context, effects, recursive=recursive).value, None
    except ExpressionError as error:
        return None, error


def _judge(case: Mapping[str, Any], value: object, error: ExpressionError | None) -> str:
    if case["expect_error"]:
        if error is None:
            return f"expected an error but got {_short(value)}"
        wanted = case.get("error_contains") or ""
        return "" if wanted in str(error) else f"expected the error {wanted!r} but got {error}"
    if error is not None:
        return f"expected {_short(case['expect'])} but got the error {error}"
    expected = _filled(case["expect"])
    return (
        "" if matches(value, expected) else f"expected {_short(expected)} but got {_short(value)}"
    )


def _filled(expected: Any) -> object:
    return json.loads(_PLACEHOLDER.sub(f"{NOW:%Y-%m-%d}", json.dumps(expected)))


def _short(value: object) -> str:
    return repr(value)[:_SHOWN]
