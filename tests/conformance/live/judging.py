"""Compares an execution with what a case says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.conformance.live.cases import Expectation
from tests.conformance.live.output_paths import output_at
from tests.conformance.live.seen import Seen
from tests.conformance.live.values import ABSENT, agrees, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the comparison may look at.

    Attributes:
        seen: The execution.
        first: The execution that the case began with.
        files: Content of the files that its outputs name, by URI.
    """

    seen: Seen
    first: Seen
    files: Mapping[str, bytes]


def differences(expect: Expectation, judged: Judged) -> Iterator[str]:
    """A sentence for each entry that does not hold."""
    for name, wanted in expect.items():
        check = _CHECKS.get(name)
        if check is not None and wanted is not None:
            yield from check(judged, wanted)


def _state(judged: Judged, wanted: Any) -> Iterator[str]:
    if not agrees(judged.seen.state, wanted):
        errors = [error for task_run in judged.seen.task_runs for error in task_run.errors]
        why = f" ({shown(errors[0])})" if errors else ""
        yield f"state is {judged.seen.state}{why}, expected {shown(wanted)}"


def _compare(what: str, found: object, wanted: object) -> Iterator[str]:
    if not agrees(found, wanted):
        yield f"{what} is {shown(found)}, expected {shown(wanted)}"


def _task_runs(judged: Judged, wanted: Any) -> Iterator[str]:
    paths = [f"{one.path}:{one.state}" for one in judged.seen.task_runs]
    if not agrees(len(paths), wanted):
        yield f"task_runs is {len(paths)}, expected {shown(wanted)}: {shown(paths)}"


def _task_runs_min(judged: Judged, wanted: Any) -> Iterator[str]:
    if len(judged.seen.task_runs) < wanted:
        yield f"task_runs is {len(judged.seen.task_runs)}, expected at least {wanted}"


def _task_states(judged: Judged, wanted: Any) -> Iterator[str]:
    for path, state in wanted.items():
        task_run = judged.seen.find(path)
        found = task_run.state if task_run else "absent"
        yield from _compare(f"state of {path}", found, state)


def _attempts(judged: Judged, wanted: Any) -> Iterator[str]:
    for path, number in wanted.items():
        task_run = judged.seen.find(path)
        found = len(task_run.attempt_states) if task_run else "absent"
        yield from _compare(f"attempts of {path}", found, 0 if number is None else number)


def _order(judged: Judged, wanted: Any) -> Iterator[str]:
    found = [one.task_id for one in judged.seen.task_runs]
    pairs = zip(found, wanted, strict=False)
    if len(found) != len(wanted) or any(name not in (None, one) for one, name in pairs):
        yield f"order is {shown(found)}, expected {shown(wanted)}"


def _outputs(judged: Judged, wanted: Any) -> Iterator[str]:
    for path, value in wanted.items():
        found = output_at(judged.seen, path)
        if isinstance(value, Mapping) and "$contains_output" in value:
            value = {"$contains": _prefixed(judged.seen, value)}
        absent_is_right = value is None or value == {"$absent": True}
        if found is ABSENT and absent_is_right:
            continue
        if not agrees(found, value, judged.files):
            yield f"output {path} is {shown(found)}, expected {shown(value)}"


def _prefixed(seen: Seen, wanted: Mapping[str, Any]) -> str:
    return str(wanted.get("$prefix", "")) + str(output_at(seen, wanted["$contains_output"]))


def _labels(judged: Judged, wanted: Any) -> Iterator[str]:
    yield from labels_differ(judged.seen, wanted)


def labels_differ(seen: Seen, wanted: Mapping[str, Any]) -> Iterator[str]:
    """Labels: a plain map and `$contains` are those that must be there, the others all of them.

    The wire contract carries labels without an order.
    """
    everything = wanted.get("$exact") or dict(wanted.get("$ordered") or ())
    some = everything or wanted.get("$contains") or wanted
    found = dict(seen.labels) if everything else {key: seen.labels.get(key) for key in some}
    if not agrees(found, some):
        yield f"labels are {shown(dict(seen.labels))}, expected {shown(some)}"


def _labels_first(judged: Judged, wanted: Any) -> Iterator[str]:
    yield from labels_differ(judged.seen, {"$contains": dict(wanted)})


def _histories(judged: Judged, wanted: Any) -> Iterator[str]:
    for path, counts in wanted.items():
        task_run = judged.seen.find(path)
        found = Counter(change.state for change in task_run.changes) if task_run else Counter()
        for state, count in counts.items():
            yield from _compare(f"{state} in the history of {path}", found[state], count)


def _absent_tasks(judged: Judged, wanted: Any) -> Iterator[str]:
    yield from (f"{task_id} has a task run" for task_id in wanted if judged.seen.find(task_id))


def _typed_inputs(judged: Judged, wanted: Any) -> Iterator[str]:
    for name, value in wanted.items():
        yield from _compare(f"input {name}", _nested(judged.seen.inputs, name), value)


def _nested(values: object, path: str) -> object:
    for part in path.split("."):
        values = values.get(part) if isinstance(values, Mapping) else None
    return values


def _trigger_variables(judged: Judged, wanted: Any) -> Iterator[str]:
    for name, value in wanted.items():
        found = judged.seen.trigger_variables.get(name)
        yield from _compare(f"trigger.{name}", found, value)


def _same_execution(judged: Judged, wanted: Any) -> Iterator[str]:
    if (judged.seen.id == judged.first.id) is not wanted:
        yield f"same execution is {not wanted}"


def _parent_id(judged: Judged, wanted: Any) -> Iterator[str]:
    yield from _compare("parent id", judged.seen.parent_id, wanted)


def _history_length(judged: Judged, wanted: Any) -> Iterator[str]:
    if len(judged.seen.history) != wanted:
        yield f"history is {shown(judged.seen.history)}, expected {wanted} states"


def _history_starts(judged: Judged, wanted: Any) -> Iterator[str]:
    if judged.seen.history[: len(wanted)] != wanted:
        yield f"history is {shown(judged.seen.history)}, expected to start with {shown(wanted)}"


def _passes_through(judged: Judged, wanted: Any) -> Iterator[str]:
    missing = [state for state in wanted if state not in judged.seen.history]
    if missing:
        yield f"history is {shown(judged.seen.history)}, without {shown(missing)}"


def _task_history_length(judged: Judged, wanted: Any) -> Iterator[str]:
    for path, length in wanted.items():
        task_run = judged.seen.find(path)
        found = [change.state for change in task_run.changes] if task_run else []
        if len(found) != length:
            yield f"history of {path} is {shown(found)}, expected {length} states"


def _index_states(judged: Judged, wanted: Any) -> Iterator[str]:
    for index, state in enumerate(wanted):
        task_runs = judged.seen.task_runs
        found = task_runs[index].state if index < len(task_runs) else "absent"
        if state is not None:
            yield from _compare(f"state of task run {index}", found, state)


def _state_counts(judged: Judged, wanted: Any) -> Iterator[str]:
    found = Counter(task_run.state for task_run in judged.seen.task_runs)
    for state, count in wanted.items():
        yield from _compare(f"number of task runs {state}", found[state], count)


def _last_task_state(judged: Judged, wanted: Any) -> Iterator[str]:
    yield from _compare("state of the last task run", judged.seen.task_runs[-1].state, wanted)


def _same_taskrun_id(judged: Judged, wanted: Any) -> Iterator[str]:
    for path in wanted:
        one, other = judged.seen.find(path), judged.first.find(path)
        if one is None or other is None or one.id != other.id:
            yield f"the task run of {path} has another id"


def _taskrun_ids_new(judged: Judged, wanted: Any) -> Iterator[str]:
    known = {task_run.id for task_run in judged.first.task_runs}
    if wanted and known.intersection(one.id for one in judged.seen.task_runs):
        yield "task runs have the ids of those of the first execution"


def _terminated(judged: Judged, wanted: Any) -> Iterator[str]:
    has_ended = judged.seen.state in ENDED
    if has_ended is not wanted:
        yield f"state is {judged.seen.state}"


def _fails_with(judged: Judged, wanted: Any) -> Iterator[str]:
    errors = [error for task_run in judged.seen.task_runs for error in task_run.errors]
    if not any(wanted in error for error in errors):
        yield f"errors are {shown(errors)}, expected {shown(wanted)}"


def _metrics(judged: Judged, wanted: Any) -> Iterator[str]:
    found = [metric for task_run in judged.seen.task_runs for metric in task_run.metrics]
    for metric in wanted:
        if not any(all(agrees(one[key], metric[key]) for key in metric) for one in found):
            yield f"no metric is {shown(metric)}: {shown(found)}"


Check = Callable[[Judged, Any], Iterator[str]]

ENDED: Sequence[str] = ("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "RETRIED")
"""States that an execution keeps."""

_CHECKS: Mapping[str, Check] = {
    "state": _state,
    "task_runs": _task_runs,
    "task_runs_min": _task_runs_min,
    "task_states": _task_states,
    "attempts": _attempts,
    "order": _order,
    "outputs": _outputs,
    "labels": _labels,
    "labels_first": _labels_first,
    "histories": _histories,
    "absent_tasks": _absent_tasks,
    "typed_inputs": _typed_inputs,
    "trigger_variables": _trigger_variables,
    "same_execution": _same_execution,
    "parent_id": _parent_id,
    "history_length": _history_length,
    "history_starts": _history_starts,
    "passes_through": _passes_through,
    "task_history_length": _task_history_length,
    "index_states": _index_states,
    "state_counts": _state_counts,
    "last_task_state": _last_task_state,
    "same_taskrun_id": _same_taskrun_id,
    "taskrun_ids_new": _taskrun_ids_new,
    "terminated": _terminated,
    "metrics": _metrics,
    "fails_with": _fails_with,
}
