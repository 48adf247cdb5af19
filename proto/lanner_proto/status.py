"""How gRPC status codes become errors, and which of them are worth another try: one table.

A retried status means that the coordinator was not reached or is on its way out. Only calls that
may be repeated without harm are, which each call of the client says for itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import grpc

from lanner_proto import errors


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRule:
    """What one gRPC status means to a caller.

    Attributes:
        error: Raised for it.
        is_retried: Whether the client tries a repeatable call again, and resumes a stream.
    """

    error: type[errors.LannerError]
    is_retried: bool = False


# Trailing metadata with a google.rpc.Status, as all of gRPC has agreed on.
DETAILS_KEY = "grpc-status-details-bin"
_BROKEN_SENDING = "Internal error from Core"
_TOO_LARGE = re.compile(r"message larger than max \((\d+) vs\. (\d+)\)", re.ASCII)
STATUS_RULES: Mapping[grpc.StatusCode, StatusRule] = {
    grpc.StatusCode.UNAVAILABLE: StatusRule(error=errors.Unavailable, is_retried=True),
    # Not by this side (that is asyncio.CancelledError): the coordinator ends its calls as it stops.
    grpc.StatusCode.CANCELLED: StatusRule(error=errors.Unavailable, is_retried=True),
    grpc.StatusCode.DEADLINE_EXCEEDED: StatusRule(error=errors.TimedOut),
    grpc.StatusCode.RESOURCE_EXHAUSTED: StatusRule(error=errors.Exhausted),
    grpc.StatusCode.NOT_FOUND: StatusRule(error=errors.NotFound),
    grpc.StatusCode.INVALID_ARGUMENT: StatusRule(error=errors.InvalidInput),
    grpc.StatusCode.OUT_OF_RANGE: StatusRule(error=errors.InvalidInput),
    grpc.StatusCode.ABORTED: StatusRule(error=errors.Conflict),
    grpc.StatusCode.ALREADY_EXISTS: StatusRule(error=errors.AlreadyExists),
    grpc.StatusCode.FAILED_PRECONDITION: StatusRule(error=errors.WrongState),
    grpc.StatusCode.UNAUTHENTICATED: StatusRule(error=errors.Unauthenticated),
    grpc.StatusCode.PERMISSION_DENIED: StatusRule(error=errors.PermissionDenied),
    grpc.StatusCode.UNIMPLEMENTED: StatusRule(error=errors.Unsupported),
    grpc.StatusCode.INTERNAL: StatusRule(error=errors.ServerFault),
    grpc.StatusCode.DATA_LOSS: StatusRule(error=errors.ServerFault),
    grpc.StatusCode.UNKNOWN: StatusRule(error=errors.ServerFault),
}


def error_of(failure: grpc.aio.AioRpcError) -> errors.LannerError:
    """The error that a failed call is to its caller."""
    status = failure.code()
    message = failure.details() or f"the call ended with {status.name}"
    if message == _BROKEN_SENDING:  # what gRPC says when its write failed before the call's status
        message = "the call ended before all of it was sent; the coordinator's log may tell why"
    too_large = _TOO_LARGE.search(message)
    if too_large:
        message = (
            f"the message has {too_large[1]} bytes, and {too_large[2]} are the most that one call "
            "carries: send less at once, or a file"
        )
    return STATUS_RULES[status].error(message, status=status.name, violations=_violations(failure))


def is_retried(failure: grpc.aio.AioRpcError) -> bool:
    """Whether another try of the same call may go well."""
    return STATUS_RULES[failure.code()].is_retried


def _violations(failure: grpc.aio.AioRpcError) -> tuple[errors.Violation, ...]:
    """Violations of the details that came with the status; none when there are no details."""
    metadata = dict(failure.trailing_metadata() or ())
    details = metadata.get(DETAILS_KEY)
    if not isinstance(details, bytes):
        return ()
    # Loaded where they are needed: few failures have details.
    from google.rpc import (
        error_details_pb2,
        status_pb2,
    )

    found: list[errors.Violation] = []
    for detail in status_pb2.Status.FromString(details).details:
        bad_request = error_details_pb2.BadRequest()
        if detail.Unpack(bad_request):
            found.extend(
                errors.Violation(field=one.field, description=one.description, reason=one.reason)
                for one in bad_request.field_violations
            )
    return tuple(found)
