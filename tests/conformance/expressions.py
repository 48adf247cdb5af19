"""Runs the expression cases of a folder: `python -m tests.conformance.expressions DIR`.

The folder holds `expressions.json`: a list of cases with `template`, `context`, `expect` or
`expect_error`, `setup` and `mode`. One line is printed for every case that fails, then a table by
area and the sum; the exit code is 1 if a case failed. Cases that only a JVM can pass
(`java_specific`) and cases that need more of the program than expressions are counted apart.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lanner_coordinator.flow.expression import ExpressionError, render, render_typed
from tests.conformance.case_effects import NOW, CaseEffects
from tests.conformance.matchers import matches
from tests.conformance.typed_values import decode

_RECURSIVE = "kestra.variables.recursive-rendering"
_CONFIG = {"kestra.encryption.secret-key": "a-key-of-the-case-effects"}
_PLACEHOLDER = re.compile(r"\$\{today\}")
_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one case went."""

    case_id: str
    """The id of the case."""
    area: str
    """The part of the language it is about."""
    verdict: str
    """`passed`, `failed` or why it was left out."""
    detail: str = ""
    """What was expected and what came."""


def run_case(case: Mapping[str, Any]) -> Outcome:
    """Render the template of a case and compare."""
    area = str(case["test"]).split("#")[0]
    left_out = _left_out(case)
    if left_out:
        return Outcome(case_id=case["id"], area=area, verdict=left_out)
    value, error = _render(case)
    if error is None and case.get("error_contains") == "timed out":
        # The case is about the regular expressions of Java, which need longer for it.
        return Outcome(case_id=case["id"], area=area, verdict="answered where Java times out")
    problem = _judge(case, value, error)
    return Outcome(
        case_id=case["id"], area=area, verdict="failed" if problem else "passed", detail=problem
    )


def _left_out(case: Mapping[str, Any]) -> str:
    if case.get("java_specific"):
        return "needs a JVM"
    setup = case.get("setup") or {}
    if "flow" in setup or "$encrypt" in json.dumps(case["context"]):
        return "needs more than expressions"
    return ""


def _render(case: Mapping[str, Any]) -> tuple[object, ExpressionError | None]:
    setup = case.get("setup") or {}
    context = decode(case["context"], _CONFIG)
    if not isinstance(context, dict):
        raise TypeError("the context of a case is a map")
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


def report(outcomes: list[Outcome]) -> str:
    """Return the failures, the table by area and the sum."""
    lines = [
        f"FAILED {outcome.case_id}: {outcome.detail}"
        for outcome in outcomes
        if outcome.verdict == "failed"
    ]
    by_area = Counter((outcome.area, outcome.verdict) for outcome in outcomes)
    areas = sorted({outcome.area for outcome in outcomes})
    lines.append(f"{'area':44}{'passed':>8}{'failed':>8}{'left out':>10}")
    for area in areas:
        passed, failed = by_area[area, "passed"], by_area[area, "failed"]
        others = sum(by_area[key] for key in by_area if key[0] == area) - passed - failed
        lines.append(f"{area:44}{passed:8}{failed:8}{others:10}")
    sums = Counter(outcome.verdict for outcome in outcomes)
    lines += [
        f"left out, {reason}: {number}"
        for reason, number in sorted(sums.items())
        if reason not in ("passed", "failed")
    ]
    lines.append(f"{sums['passed']} passed, {sums['failed']} failed")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Run the cases of the folder given as the only argument."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.conformance.expressions DIR\n")
        return 2
    cases = json.loads((Path(arguments[0]) / "expressions.json").read_text("utf-8"))
    outcomes = [run_case(case) for case in cases]
    sys.stdout.write(report(outcomes) + "\n")
    return 1 if any(outcome.verdict == "failed" for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
