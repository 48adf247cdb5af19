"""What came of tests of flows, for people: as pytest tells it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence

from lanner_console.cli.problem_texts import frame_lines
from lanner_console.cli.table import Column
from lanner_console.models.flow_suite import Flaw, FlowOutcome, FlowVerdict
from lanner_console.tones import Tone

VERDICT_COLUMNS: Sequence[Column[FlowVerdict]] = (
    Column(name="file", value=lambda one: one.file),
    Column(name="test", value=lambda one: one.name, is_key=True),
    Column(name="outcome", value=lambda one: one.outcome.value),
    Column(name="flow", value=lambda one: f"{one.namespace}/{one.flow_id}"),
    Column(name="state", value=lambda one: one.state),
    Column(name="seconds", value=lambda one: one.seconds),
    Column(name="why", value=lambda one: "; ".join(flaw.message for flaw in one.flaws)),
)
LETTERS: Mapping[FlowOutcome, str] = {
    FlowOutcome.PASSED: ".",
    FlowOutcome.FAILED: "F",
    FlowOutcome.ERROR: "E",
    FlowOutcome.SKIPPED: "s",
}
TONES: Mapping[FlowOutcome, Tone] = {
    FlowOutcome.PASSED: Tone.GOOD,
    FlowOutcome.FAILED: Tone.BAD,
    FlowOutcome.ERROR: Tone.BAD,
    FlowOutcome.SKIPPED: Tone.WARN,
}
MOST_LOG_LINES = 30
MOST_CHANGES = 40
LONGEST_VALUE = 400
LONGEST_LINE = 72
"""Characters of a list or map from which on it is compared line by line."""
_NULL_OPERATORS = ("isNull", "isNotNull")


def failure_lines(verdict: FlowVerdict, source: str) -> Iterator[str]:
    """Why a test did not pass: each reason with its place, and what the executions logged.

    Args:
        verdict: Of the test.
        source: Of its file.
    """
    lines = source.split("\n")
    for flaw in verdict.flaws:
        place = f"{verdict.file}:{flaw.line}:{flaw.column}"
        yield f"{place}: {verdict.outcome.value}: {verdict.name}: {flaw.message}"
        yield from frame_lines(flaw.line, flaw.column, flaw.length, lines)
        if flaw.about:
            yield f"    about:    {flaw.about}"
        if flaw.operator:
            yield from _comparison(flaw)
        if flaw.hint:
            first, *others = flaw.hint.split("\n")
            yield f"    fix: {first}"
            yield from (f"         {line}" for line in others)
    if verdict.state:
        yield f"    execution: {verdict.state}{'' if verdict.lines else ', which logged nothing'}"
    yield from _log(verdict)


def summary(verdicts: Sequence[FlowVerdict], invalid: int, left_out: int, seconds: float) -> str:
    """The last line: how many of which outcome, and how long it took."""
    counts = [
        f"{count} {outcome.value}"
        for outcome in FlowOutcome
        if (count := sum(one.outcome is outcome for one in verdicts))
    ]
    if invalid:
        counts.append(f"{invalid} file{'s' if invalid > 1 else ''} invalid")
    if left_out:
        counts.append(f"{left_out} left out")
    return f"{', '.join(counts) or 'nothing ran'} in {seconds:.2f} s"


def coverage_lines(tasks: Sequence[str], verdicts: Sequence[FlowVerdict]) -> Iterator[str]:
    """For each tested flow, how many of its tasks tests have reached, and which not.

    Args:
        tasks: All tasks of the flows, as `namespace/flow/task`.
        verdicts: Of all tests.
    """
    reached = {one for verdict in verdicts for one in verdict.reached}
    flows: dict[str, list[str]] = {}
    for name in tasks:
        flow, _, task_id = name.rpartition("/")
        flows.setdefault(flow, []).append(task_id)
    for flow, task_ids in sorted(flows.items()):
        missed = [task_id for task_id in task_ids if f"{flow}/{task_id}" not in reached]
        count = len(task_ids) - len(missed)
        share = f"{count} of {len(task_ids)} tasks reached ({count * 100 // len(task_ids)} %)"
        yield f"{flow}: {share}" + (f"; not reached: {', '.join(missed)}" if missed else "")


def _comparison(flaw: Flaw) -> Iterator[str]:
    if flaw.operator in _NULL_OPERATORS:
        yield f"    actual:   {_written(flaw.actual)}"
        return
    expected, actual = _lines_of(flaw.expected), _lines_of(flaw.actual)
    is_long = any(
        len(lines) > 1 and (isinstance(value, str) or len(_written(value)) > LONGEST_LINE)
        for value, lines in ((flaw.expected, expected), (flaw.actual, actual))
    )
    if is_long:
        yield "    expected (-) and actual (+):"
        yield from _changes(expected, actual)
        return
    yield f"    expected: {_written(flaw.expected)}"
    yield f"    actual:   {_written(flaw.actual)}"


def _changes(expected: Sequence[str], actual: Sequence[str]) -> Iterator[str]:
    compared = difflib.unified_diff(expected, actual, lineterm="", n=2)
    changes = [line for line in compared if not line.startswith(("---", "+++", "@@"))]
    for line in changes[:MOST_CHANGES]:
        yield f"      {_cut(line)}"
    if len(changes) > MOST_CHANGES:
        yield f"      … {len(changes) - MOST_CHANGES} more lines; -o json has all"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _lines_of(value: object) -> Sequence[str]:
    if isinstance(value, str):
        return value.splitlines() or [""]
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False, indent=2).splitlines()
    return [_written(value)]


def _written(value: object) -> str:
    return _cut(json.dumps(value, ensure_ascii=False))


def _log(verdict: FlowVerdict) -> Iterator[str]:
    if not verdict.lines:
        return
    shown = verdict.lines[-MOST_LOG_LINES:]
    yield "    log:" + (f" the last {len(shown)} lines" if len(shown) < len(verdict.lines) else "")
    width = max(len(one.task_id) for one in shown)
    for one in shown:
        first, *others = one.text.splitlines() or [""]
        yield f"      {one.level:<5} {one.task_id:<{width}} {first}".rstrip()
        yield from (f"      {'':<5} {'':<{width}} {line}" for line in others)
