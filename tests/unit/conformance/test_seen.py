"""An execution as it was at an earlier moment, and the names of its task runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lanner_proto.v1 import execution_pb2, state_pb2
from lanner_proto.values import to_timestamp
from tests.conformance.live.seen import Seen, seen_of

START = datetime(2026, 1, 1, tzinfo=UTC)


def change(state: str, second: int) -> state_pb2.StateChange:
    at = to_timestamp(START + timedelta(seconds=second))
    return state_pb2.StateChange(state=state_pb2.State.Value(f"STATE_{state}"), at=at)


def restarted() -> Seen:
    changes = [("CREATED", 0), ("RUNNING", 1), ("FAILED", 4), ("RESTARTED", 9), ("RUNNING", 9)]
    return seen_of(
        execution_pb2.Execution(
            summary=execution_pb2.ExecutionSummary(id="e"),
            state_changes=[change(state, second) for state, second in changes],
            task_runs=[
                execution_pb2.TaskRun(
                    id="r1",
                    task_id="a",
                    state_changes=[
                        change("CREATED", 1),
                        change("FAILED", 3),
                        change("RESTARTED", 9),
                        change("RUNNING", 9),
                    ],
                ),
                execution_pb2.TaskRun(id="r2", task_id="b", state_changes=[change("CREATED", 9)]),
            ],
        )
    )


def test_a_restart_is_seen_before_what_happens_in_the_same_instant() -> None:
    seen = restarted().at_change(3)

    assert seen.history == ["CREATED", "RUNNING", "FAILED", "RESTARTED"]
    assert [(one.task_id, one.state) for one in seen.task_runs] == [("a", "RESTARTED")]


def test_a_path_has_the_values_of_the_loops_around_a_task_run_once() -> None:
    def task_run(name: str, task_type: str, parent: str, value: str) -> execution_pb2.TaskRun:
        return execution_pb2.TaskRun(
            id=name, task_id=name, type=task_type, parent_id=parent, value=value or None
        )

    seen = seen_of(
        execution_pb2.Execution(
            state_changes=[change("CREATED", 0)],
            task_runs=[
                task_run("each", "io.kestra.plugin.core.flow.ForEach", "", ""),
                task_run("row", "io.kestra.plugin.core.flow.Sequential", "each", "v1"),
                task_run("log", "io.kestra.plugin.core.log.Log", "row", "v1"),
            ],
        )
    )

    assert [one.path for one in seen.task_runs] == ["each", "row[v1]", "log[v1]"]
    assert seen.find("$last") == seen.task_runs[2]
