"""Cases of whole flows: reading them, and typing their inputs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.diagnostics import Problem, Severity
from lanner_coordinator.flow.expression import NoEffects, render_typed
from lanner_coordinator.flow.inputs import ResolvedInputs, resolve_inputs
from lanner_coordinator.flow.model import Flow
from lanner_coordinator.flow.reader import ReadResult, read_flow
from lanner_coordinator.flow.update import check_update
from tests.conformance.kestra_texts import says
from tests.conformance.kestra_types import kestra_types
from tests.conformance.matchers import matches
from tests.conformance.outcomes import Outcome

Case = Mapping[str, Any]

_SEPARATOR = re.compile(r"^---\s*$", re.MULTILINE)


def run_case(case: Case, folder: Path) -> Outcome:
    """Run one case with action validate, validate_update or inputs."""
    source = (folder / case["flow"]).read_text()
    catalog = kestra_types()
    results = [read_flow(document, catalog) for document in _SEPARATOR.split(source)]
    if case["action"] == "inputs":
        return _inputs(case, folder, results[0])
    if case["action"] == "validate_update":
        return _update(case, results[0])
    return _validate(case, results)


def evaluate(source: object, variables: Mapping[str, object]) -> object:
    """Render as the runtime does for inputs."""
    return render_typed(source, variables, NoEffects()).value


def defaults_of(head: Case) -> Mapping[str, object]:
    """The inputs of an execution of a flow that is given none."""
    tasks = [{"id": "a", "type": "core.log.Log", "message": "a"}]
    flow = read_flow(json.dumps({**head, "tasks": tasks}), kestra_types()).flow
    return resolve_inputs(flow, {}, evaluate).values if flow else {}


def _validate(case: Case, results: Sequence[ReadResult]) -> Outcome:
    errors = [one for result in results for one in result.problems if _is_error(one)]
    expect = case["expect"]
    if expect.get("valid"):
        shown = "; ".join(f"{one.code} {one.message}" for one in errors[:2])
        return Outcome(case_id=case["id"], failure=shown or _missing_warnings(expect, results))
    if not errors:
        return Outcome(case_id=case["id"], failure="nothing is wrong with it")
    missing = [text for text in expect.get("error_contains", ()) if not says(errors, text)]
    return Outcome(case_id=case["id"], failure=f"no problem says {missing}" if missing else "")


def _missing_warnings(expect: Mapping[str, Any], results: Sequence[ReadResult]) -> str:
    wanted = (expect.get("warnings") or {}).get("documents", ())
    for document, result in zip(wanted, results, strict=False):
        paths = [one.path for one in result.problems if one.code == Code.DEPRECATED]
        for path in document.get("deprecations", ()):
            if not any(one.startswith(path) for one in paths):
                return f"no deprecation at {path}"
    return ""


def _update(case: Case, result: ReadResult) -> Outcome:
    stored = Flow(id="stored", namespace="io.kestra.tests")
    update = Flow(id="changed", namespace="io.kestra.tests")
    problems = [*result.problems, *check_update(stored, update)]
    missing = [text for text in case["expect"]["error_contains"] if not says(problems, text)]
    return Outcome(case_id=case["id"], failure=f"no problem says {missing}" if missing else "")


def _inputs(case: Case, folder: Path, result: ReadResult) -> Outcome:
    if result.flow is None:
        errors = [one.message for one in result.problems if _is_error(one)]
        return Outcome(case_id=case["id"], failure=f"the flow is refused: {errors[:2]}")
    resolved = resolve_inputs(result.flow, _raw(case, folder), evaluate, encrypt=_encryption(case))
    return Outcome(case_id=case["id"], failure=_differs(case["expect"], resolved))


def _differs(expect: Mapping[str, Any], resolved: ResolvedInputs) -> str:
    messages = [one.message for one in resolved.problems]
    valid = expect.get("valid")
    if valid is not None and valid is bool(messages):
        return f"valid is {not messages}: {messages}"
    if valid is None and expect.get("typed_inputs") is None and not messages:
        return "nothing is wrong with the inputs"
    for text in expect.get("error_contains", ()):
        if not any(text in message for message in messages):
            return f"no problem says {text!r}: {messages}"
    for key, wanted in (expect.get("typed_inputs") or {}).items():
        found = resolved.values.get(key)
        if not _equals(found, wanted):
            return f"{key} is {found!r}, expected {wanted!r}"
    return ""


def _equals(found: object, wanted: object) -> bool:
    if isinstance(wanted, Mapping):
        for kind in ("$instant", "$date", "$time", "$duration", "$float32"):
            if kind in wanted:
                return bool(found == wanted[kind])
    return matches(found, wanted)


def _raw(case: Case, folder: Path) -> Mapping[str, object]:
    raw = {}
    for key, value in (case.get("inputs") or {}).items():
        if isinstance(value, Mapping) and "$file" in value:
            name = Path(folder / value["$file"]).name
            value = f"kestra:///io/kestra/tests/inputs/executions/1/inputs/{key}/{name}"
        raw[key] = value
    return raw


def _encryption(case: Case) -> Any:
    setup = case.get("setup") or {}
    if "encryption_key" in setup and setup["encryption_key"] is None:
        return None
    return lambda text: f"encrypted:{len(text)}"


def _is_error(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR
