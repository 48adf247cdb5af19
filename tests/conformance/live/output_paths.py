"""Finds the value that a case means by `task[value].path`, `#i.path` or `$last.path`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tests.conformance.live.seen import Seen, SeenTaskRun
from tests.conformance.live.values import ABSENT

_INDEX = re.compile(r"#(\d+)")


def output_at(seen: Seen, path: str) -> object:
    """The value, or `ABSENT`."""
    if path == "$flow":
        return dict(seen.outputs) or None
    head, _, rest = path.partition(".")
    if head == "$flow":
        return value_at(seen.outputs, rest)
    if head == "$last":
        return value_at(seen.task_runs[-1].outputs, rest) if seen.task_runs else ABSENT
    index = _INDEX.fullmatch(head)
    if index is not None:
        number = int(index[1])
        if number >= len(seen.task_runs):
            return ABSENT
        return value_at(seen.task_runs[number].outputs, rest)
    task_run, rest = _task_run(seen, path)
    return ABSENT if task_run is None else value_at(task_run.outputs, rest)


def value_at(values: object, path: str) -> object:
    """The value under `a.b.0`; keys may hold dots themselves."""
    if not path:
        return values or None
    if isinstance(values, Mapping):
        return _in_map(values, path)
    head, _, rest = path.partition(".")
    if isinstance(values, Sequence) and not isinstance(values, str) and head.isdigit():
        number = int(head)
        if number < len(values):
            return value_at(values[number], rest) if rest else values[number]
    return ABSENT


def _in_map(values: Mapping[str, object], path: str) -> object:
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        key = ".".join(parts[:length])
        if key in values:
            rest = ".".join(parts[length:])
            return value_at(values[key], rest) if rest else values[key]
    return ABSENT


def _task_run(seen: Seen, path: str) -> tuple[SeenTaskRun | None, str]:
    """The task run with the longest name that the path starts with, and the rest of the path."""
    best: tuple[SeenTaskRun | None, str] = None, ""
    longest = -1
    for task_run in seen.task_runs:
        for name in (task_run.path, task_run.task_id):
            if path == name or path.startswith(f"{name}."):
                if len(name) >= longest:
                    longest, best = len(name), (task_run, path[len(name) + 1 :])
                break
    return best
