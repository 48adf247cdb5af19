from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from lanner_agent.endings import MAX_OUTPUTS_BYTES, of_error, of_result, report_of
from lanner_agent.errors import ImageUnavailable, RunnerError, RunnerUnavailable
from lanner_agent.ids import AttemptId
from lanner_agent.masking import Masker
from lanner_agent.reports import EndState, Finished, Metric
from lanner_agent.stops import Ending
from lanner_agent.tasks.contract import FailureCause, MetricKind, TaskFailed, TaskResult
from lanner_agent.wire.encoding import encode_report

NONE = frozenset[str]()
KEY = X25519PrivateKey.generate().public_key().public_bytes_raw()


def report(
    ending: Ending, *secrets: str, outputs_key: bytes = b"", secret_outputs: frozenset[str] = NONE
) -> Finished:
    return report_of(
        ending,
        attempt_id=AttemptId("attempt-1"),
        at=datetime(2026, 1, 5, tzinfo=UTC),
        metrics=[Metric(name="hunter2", kind=MetricKind.GAUGE, value=1, tags={"a": "hunter2"})],
        last_line=3,
        masker=Masker(secrets),
        outputs_key=outputs_key,
        secret_outputs=secret_outputs,
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


def test_secrets_are_masked_in_metrics() -> None:
    (metric,) = report(of_result(TaskResult()), "hunter2").metrics

    assert (metric.name, metric.tags) == ("********", {"a": "********"})


def test_outputs_of_an_attempt_with_secrets_are_sealed() -> None:
    finished = report(of_result(TaskResult(outputs={"a": "hunter2"})), "hunter2", outputs_key=KEY)

    assert finished.outputs == b""
    assert finished.sealed_outputs[:32] == KEY
    assert b"hunter2" not in encode_report(finished)


def test_outputs_that_their_type_calls_secret_are_sealed() -> None:
    secret = report(
        of_result(TaskResult(outputs={"key": "x"})),
        outputs_key=KEY,
        secret_outputs=frozenset({"key"}),
    )
    other = report(
        of_result(TaskResult(outputs={"key": None})),
        outputs_key=KEY,
        secret_outputs=frozenset({"key"}),
    )

    assert (secret.outputs, bool(secret.sealed_outputs)) == (b"", True)
    assert (other.outputs, bool(other.sealed_outputs)) == (b'{"key":null}', False)


def test_outputs_stay_as_they_are_without_secrets_or_without_a_key() -> None:
    without_secrets = report(of_result(TaskResult(outputs={"rows": 3})), outputs_key=KEY)
    without_key = report(of_result(TaskResult(outputs={"rows": 3})), "hunter2")

    assert without_secrets.outputs == without_key.outputs == b'{"rows":3}'
    assert without_secrets.sealed_outputs == without_key.sealed_outputs == b""


def test_outputs_that_are_no_json_fail_the_attempt() -> None:
    finished = report(of_result(TaskResult(outputs={"odd": object()})))

    assert finished.state is EndState.FAILED
    assert finished.error.startswith("The task's outputs are no JSON")


def test_outputs_that_are_too_large_fail_the_attempt() -> None:
    finished = report(of_result(TaskResult(outputs={"all": "x" * MAX_OUTPUTS_BYTES})))

    assert finished.state is EndState.FAILED
    assert finished.outputs == b"{}"
    assert "Store larger values as files" in finished.error
