from __future__ import annotations

import grpc
import pytest
from google.rpc import (
    error_details_pb2,
    status_pb2,
)

from lanner_proto import errors
from lanner_proto.status import STATUS_RULES, error_of, is_retried


def failure(
    status: grpc.StatusCode, text: str = "", details: bytes | None = None
) -> grpc.aio.AioRpcError:
    trailing = grpc.aio.Metadata()
    if details is not None:
        trailing.add("grpc-status-details-bin", details)
    return grpc.aio.AioRpcError(status, grpc.aio.Metadata(), trailing, text)


def test_every_status_but_ok_has_a_rule() -> None:
    assert set(STATUS_RULES) == set(grpc.StatusCode) - {grpc.StatusCode.OK}


def test_only_a_missing_link_is_retried() -> None:
    retried = {status for status in STATUS_RULES if is_retried(failure(status))}

    assert retried == {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (grpc.StatusCode.UNAVAILABLE, errors.Unavailable),
        (grpc.StatusCode.DEADLINE_EXCEEDED, errors.TimedOut),
        (grpc.StatusCode.NOT_FOUND, errors.NotFound),
        (grpc.StatusCode.INVALID_ARGUMENT, errors.InvalidInput),
        (grpc.StatusCode.ABORTED, errors.Conflict),
        (grpc.StatusCode.ALREADY_EXISTS, errors.AlreadyExists),
        (grpc.StatusCode.FAILED_PRECONDITION, errors.WrongState),
        (grpc.StatusCode.PERMISSION_DENIED, errors.PermissionDenied),
        (grpc.StatusCode.UNAUTHENTICATED, errors.Unauthenticated),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, errors.Exhausted),
        (grpc.StatusCode.INTERNAL, errors.ServerFault),
    ],
)
def test_a_status_becomes_its_error_with_the_coordinators_sentence(
    status: grpc.StatusCode, kind: type[errors.LannerError]
) -> None:
    error = error_of(failure(status, "flow is disabled"))

    assert type(error) is kind
    assert error.message == "flow is disabled"
    assert error.status == status.name


def test_a_status_without_a_sentence_still_says_something() -> None:
    assert error_of(failure(grpc.StatusCode.ABORTED)).message == "the call ended with ABORTED"


def test_details_become_violations() -> None:
    bad_request = error_details_pb2.BadRequest()
    bad_request.field_violations.add(field="tasks[0].type", description="line 4: unknown type")
    status = status_pb2.Status()
    status.details.add().Pack(bad_request)

    error = error_of(failure(grpc.StatusCode.INVALID_ARGUMENT, "wrong", status.SerializeToString()))

    assert error.violations == (
        errors.Violation(field="tasks[0].type", description="line 4: unknown type"),
    )
