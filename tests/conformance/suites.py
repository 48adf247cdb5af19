"""The cases of a folder that need no coordinator, one file of it after the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.conformance import expressions, flow_cases, unit_cases
from tests.conformance.outcomes import Outcome
from tests.conformance.selection import READING, Selection

_SHOWN = 300
_DIRECT_UNITS = ("validate", "resolve_inputs", "schedule", "condition")


def direct_outcomes(folder: Path, selection: Selection) -> Iterator[Outcome]:
    """Run all that are selected."""
    for case in selected(folder / "expressions.json", selection, "expressions"):
        yield _judged(case, expressions.run_case, case)
    for case in selected(folder / "cases.json", selection):
        if case["action"] in READING and selection.wants_kind(case["action"]):
            yield _judged(case, flow_cases.run_case, case, folder)
    for unit in selected(folder / "units.json", selection, "units"):
        if unit["kind"] in _DIRECT_UNITS:
            yield _judged(unit, unit_cases.run_unit, unit, folder)


def selected(file: Path, selection: Selection, kind: str = "") -> Iterator[Mapping[str, Any]]:
    """The cases of a file that are selected; a file that is not there has none."""
    if not file.exists() or (kind and not selection.wants_kind(kind)):
        return
    for case in json.loads(file.read_text("utf-8")):
        if selection.wants(case["id"], case.get("needs") or ()):
            yield case


def _judged(case: Mapping[str, Any], run: Callable[..., Outcome], *given: object) -> Outcome:
    try:
        outcome = run(*given)
    except Exception as error:  # noqa: BLE001 - a case that breaks fails; the others still run
        outcome = Outcome(case_id=case["id"], failure=f"{type(error).__name__}: {error}"[:_SHOWN])
    area = str(case.get("test", "")).split("#")[0]
    return replace(outcome, tags=tuple(case.get("needs") or (area,)))
