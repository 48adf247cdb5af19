from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lanner_agent.endings import MAX_OUTPUTS_BYTES, of_error, of_result, report_of
from lanner_agent.errors import ImageUnavailable, RunnerError, RunnerUnavailable
from lanner_agent.ids import AttemptId
from lanner_agent.masking import Masker
from lanner_agent.reports import EndState, Finished
from lanner_agent.stops import Ending
from lanner_agent.tasks.contract import FailureCause, TaskFailed, TaskResult


def report(ending: Ending, *secrets: str) -> Finished:
    return report_of(
        ending,
        attempt_id=AttemptId("attempt-1"),
        at=datetime(2026, 1, 5, tzinfo=UTC),
        metrics=(),
        last_line=3,
        masker=Masker(secrets),
    )


def test_a_result_is_a_success_with_outputs() -> None:
    finished = report(of_result(TaskResult(outputs={"rows": 3})))

    assert (
        finished.state,
        finished.outputs,
        finished.error,
        finished.cause,
        finished.last_line,
    ) == (
        EndState.SUCCESS,
        b'{"rows":3}',
        "",
        None,
        3,
    )


def test_a_result_may_be_a_warning() -> None:
    assert report(of_result(TaskResult(is_warning=True))).state is EndState.WARNING


def test_a_failed_task_keeps_its_outputs() -> None:
    failed = TaskFailed("It ended with 3.", cause=FailureCause.EXIT_CODE, outputs={"exitCode": 3})

    finished = report(of_error(failed))

    assert (finished.state, finished.cause, finished.error, finished.outputs) == (
        EndState.FAILED,
        FailureCause.EXIT_CODE,
        "It ended with 3.",
        b'{"exitCode":3}',
    )


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ImageUnavailable("no image"), FailureCause.IMAGE),
        (RunnerUnavailable("no engine"), FailureCause.CONTAINER_ENGINE),
        (RunnerError("no program"), FailureCause.TASK),
        (ZeroDivisionError("by zero"), FailureCause.TASK),
    ],
)
def test_every_error_has_a_cause(error: Exception, cause: FailureCause) -> None:
    assert of_error(error).cause is cause


def test_an_error_without_a_text_is_named() -> None:
    assert of_error(KeyError()).error == "KeyError"


def test_secrets_are_masked_in_errors() -> None:
    assert report(of_error(TaskFailed("bad hunter2")), "hunter2").error == "bad ********"


def test_outputs_that_are_no_json_fail_the_attempt() -> None:
    finished = report(of_result(TaskResult(outputs={"odd": object()})))

    assert finished.state is EndState.FAILED
    assert finished.error.startswith("The task's outputs are no JSON")


def test_outputs_that_are_too_large_fail_the_attempt() -> None:
    finished = report(of_result(TaskResult(outputs={"all": "x" * MAX_OUTPUTS_BYTES})))

    assert finished.state is EndState.FAILED
    assert finished.outputs == b"{}"
    assert "Store larger values as files" in finished.error
