"""The cases of a folder that need no coordinator, one file of it after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.conformance import expressions, flow_cases, unit_cases
from tests.conformance.outcomes import Outcome
from tests.conformance.selection import READING, Selection

_DIRECT_UNITS = ("validate", "resolve_inputs", "schedule", "condition")


def direct_outcomes(folder: Path, selection: Selection) -> Iterator[Outcome]:
    """Run all that are selected."""
    for case in selected(folder / "expressions.json", selection, "expressions"):
        yield _tagged(expressions.run_case(case), case)
    for case in selected(folder / "cases.json", selection):
        if case["action"] in READING and selection.wants_kind(case["action"]):
            yield _tagged(flow_cases.run_case(case, folder), case)
    for unit in selected(folder / "units.json", selection, "units"):
        if unit["kind"] in _DIRECT_UNITS:
            yield _tagged(unit_cases.run_unit(unit, folder), unit)


def selected(file: Path, selection: Selection, kind: str = "") -> Iterator[Mapping[str, Any]]:
    """The cases of a file that are selected; a file that is not there has none."""
    if not file.exists() or (kind and not selection.wants_kind(kind)):
        return
    for case in json.loads(file.read_text("utf-8")):
        if selection.wants(case["id"], case.get("needs") or ()):
            yield case


def _tagged(outcome: Outcome, case: Mapping[str, Any]) -> Outcome:
    area = str(case.get("test", "")).split("#")[0]
    return replace(outcome, tags=tuple(case.get("needs") or (area,)))
