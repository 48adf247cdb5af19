from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lanner_console.cli.errors import CliError
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.live import LiveExecution, exit_code_of
from lanner_console.models import ExecutionDetail, ExecutionRow, ExecutionUpdate, State, TaskRunRow

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def row(state: State) -> ExecutionRow:
    return ExecutionRow(
        id="e1", namespace="a", flow_id="b", flow_revision=1, state=state, created_at=NOW
    )


def run(task_id: str, state: State) -> TaskRunRow:
    return TaskRunRow(id=f"run-{task_id}", task_id=task_id, type="Log", state=state)


def snapshot(state: State, *runs: TaskRunRow) -> ExecutionUpdate:
    detail = ExecutionDetail(row=row(state), task_runs={one.id: one for one in runs})
    return ExecutionUpdate(row=detail.row, snapshot=detail)


def test_only_task_runs_in_another_state_are_news() -> None:
    live = LiveExecution()
    first = live.take(snapshot(State.RUNNING, run("a", State.SUCCESS), run("b", State.RUNNING)))

    second = live.take(
        ExecutionUpdate(
            row=row(State.RUNNING),
            changed_task_runs=(run("b", State.RUNNING), run("c", State.CREATED)),
        )
    )

    assert [one.task_id for one in first] == ["a", "b"]
    assert [one.task_id for one in second] == ["c"]


def test_a_new_snapshot_tells_nothing_twice() -> None:
    live = LiveExecution()
    live.take(snapshot(State.RUNNING, run("a", State.SUCCESS), run("b", State.RUNNING)))

    again = live.take(snapshot(State.RUNNING, run("a", State.SUCCESS), run("b", State.FAILED)))

    assert [one.task_id for one in again] == ["b"]


def test_the_whole_holds_the_last_row_task_runs_and_outputs() -> None:
    live = LiveExecution()
    live.take(snapshot(State.RUNNING, run("a", State.RUNNING)))
    live.take(
        ExecutionUpdate(
            row=row(State.SUCCESS),
            changed_task_runs=(run("a", State.SUCCESS),),
            outputs={"rows": 3},
        )
    )

    whole = live.whole()

    assert whole.row.state is State.SUCCESS
    assert whole.task_runs["run-a"].state is State.SUCCESS
    assert whole.outputs == {"rows": 3}


def test_a_watch_that_told_nothing_is_an_error() -> None:
    with pytest.raises(CliError):
        LiveExecution().whole()


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (State.SUCCESS, 0),
        (State.WARNING, 0),
        (State.SKIPPED, 0),
        (State.FAILED, 1),
        (State.KILLED, 20),
        (State.CANCELLED, 20),
        (State.PAUSED, 21),
    ],
)
def test_with_exit_status_the_state_gives_the_exit_code(state: State, code: int) -> None:
    assert exit_code_of(row(state), by_state=True) == code
    assert exit_code_of(row(state), by_state=False) is ExitCode.DONE
