"""What must hold after crashes: who had which effect how often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lanner_proto.v1.execution_pb2 import Execution, TaskRun
from tests.support.crash_effects import Effects

IN_CONTAINER = "inside"
NATIVE = "both"


def wrong_effects(executions: Sequence[Execution], effects: Effects) -> list[str]:
    """Each effect that is missing or was had once too often, as a sentence.

    The last attempt of a task run has its effect exactly once. An attempt that was lost with its
    agent may have had it, also once. Nothing else has any.
    """
    seen = effects.of_processes() + effects.of_containers()
    problems = []
    for run in _task_runs(executions):
        counts = [seen.pop(attempt.id, 0) for attempt in run.attempts]
        if counts[-1] != 1 or max(counts) > 1:
            problems.append(f"the attempts of {run.task_id} {run.id} had {counts} effects")
    return problems + [f"nobody knows the attempt {attempt}" for attempt in seen]


def attempt_counts(execution: Execution) -> Mapping[str, int]:
    """Attempts by task."""
    return {run.task_id: len(run.attempts) for run in _task_runs([execution])}


def told(executions: Sequence[Execution], effects: Effects) -> str:
    """How many attempts were lost, and how many of them had had their effect, in words."""
    seen = effects.of_processes() + effects.of_containers()
    runs = list(_task_runs(executions))
    texts = [f"{len(runs)} task runs"]
    for place, is_inside in (("containers", True), ("processes", False)):
        lost = [
            attempt
            for run in runs
            if (run.task_id == IN_CONTAINER) is is_inside
            for attempt in run.attempts[:-1]
        ]
        had = sum(seen[attempt.id] for attempt in lost)
        texts.append(f"{len(lost)} attempts in {place} lost, {had} of them after their effect")
    return "; ".join(texts)


def _task_runs(executions: Sequence[Execution]) -> Iterator[TaskRun]:
    """Task runs that run on an agent."""
    for execution in executions:
        yield from (run for run in execution.task_runs if run.task_id != NATIVE)
