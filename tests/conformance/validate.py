"""Runs the cases of a folder that are about reading flows and inputs.

    python -m tests.conformance.validate DIR

`DIR` holds `cases.json`, `units.json` and the flows they name.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.conformance.flow_cases import run_case
from tests.conformance.outcomes import Outcome, tell
from tests.conformance.unit_cases import run_unit

_ACTIONS = ("validate", "validate_update", "inputs")
_KINDS = ("validate", "resolve_inputs", "schedule")


def run(folder: Path) -> Iterator[Outcome]:
    """Run all cases and units that apply."""
    for case in json.loads((folder / "cases.json").read_text()):
        if case["action"] in _ACTIONS:
            yield run_case(case, folder)
    for unit in json.loads((folder / "units.json").read_text()):
        if unit["kind"] in _KINDS:
            yield run_unit(unit, folder)


if __name__ == "__main__":
    sys.exit(1 if tell(run(Path(sys.argv[1]))) else 0)
