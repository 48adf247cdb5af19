"""How gRPC status codes become errors, and which of them are worth another try: one table.

A retried status means that the coordinator was not reached or is on its way out. Only calls that
may be repeated without harm are, which each call of the client says for itself.
"""

from __future__ import annotations

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
    return STATUS_RULES[status].error(message, status=status.name)


def is_retried(failure: grpc.aio.AioRpcError) -> bool:
    """Whether another try of the same call may go well."""
    return STATUS_RULES[failure.code()].is_retried
