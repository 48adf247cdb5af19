from __future__ import annotations

import io
import json

import pytest

from lanner_console.cli.errors import CliError, ConfigProblem, Refused, UsageProblem
from lanner_console.cli.exit_codes import MEANINGS, ExitCode
from lanner_console.cli.failure import failure_of, write_failure
from lanner_proto import errors

ADDRESS = "unix:/run/c.sock"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.Unavailable("x"), 3),
        (errors.TimedOut("x"), 124),
        (errors.NotFound("x"), 5),
        (errors.InvalidInput("x"), 2),
        (errors.Conflict("x"), 6),
        (errors.AlreadyExists("x"), 6),
        (errors.WrongState("x"), 6),
        (errors.Unauthenticated("x"), 4),
        (errors.PermissionDenied("x"), 4),
        (errors.Exhausted("x"), 1),
        (errors.Unsupported("x"), 1),
        (errors.ServerFault("x"), 1),
        (UsageProblem("x"), 2),
        (ConfigProblem("x"), 2),
        (Refused("x"), 2),
        (CliError("x", exit_code=ExitCode.INTERRUPTED), 130),
        (FileNotFoundError(2, "No such file", "a.yaml"), 1),
        (RuntimeError("x"), 1),
    ],
)
def test_each_error_has_its_exit_code(error: Exception, code: int) -> None:
    assert failure_of(error, ADDRESS).exit_code == code


def test_every_exit_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(ExitCode)
    assert [int(code) for code in ExitCode] == [
        *(0, 1, 2, 3, 4, 5, 6, 7, 8),
        *(20, 21, 124, 130),
    ]


def test_a_missing_coordinator_is_told_without_the_noise_of_grpc() -> None:
    message = "failed to connect; last error: UNKNOWN: connect error: No such file or directory"

    failure = failure_of(errors.Unavailable(message, status="UNAVAILABLE"), ADDRESS)

    assert failure.what == f"no answer from the coordinator at {ADDRESS}"
    assert failure.why == "No such file or directory"
    assert failure.fix.startswith("start one with `lanner up`")


def test_a_failure_is_what_why_and_what_to_do() -> None:
    stream = io.StringIO()

    failure = failure_of(CliError("it broke", why="it was old", fix="buy another"), ADDRESS)
    write_failure(failure, stream, as_json=False, mark="x")

    assert stream.getvalue() == "x it broke\n  it was old\n  buy another\n"


def test_a_failure_can_be_json() -> None:
    stream = io.StringIO()

    failure = failure_of(errors.NotFound('no flow "a/b"', status="NOT_FOUND"), ADDRESS)
    write_failure(failure, stream, as_json=True, mark="x")

    written = json.loads(stream.getvalue())
    assert written["apiVersion"] == "lanner/v1"
    assert written["error"]["code"] == 5
    assert written["error"]["status"] == "NOT_FOUND"
    assert written["error"]["message"] == 'no flow "a/b"'


def test_control_characters_of_a_message_are_visible() -> None:
    stream = io.StringIO()

    write_failure(
        failure_of(errors.NotFound("no \x1b[2Jflow"), ADDRESS), stream, as_json=False, mark="x"
    )

    assert "no ␛[2Jflow" in stream.getvalue()
