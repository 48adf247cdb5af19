"""What a call to the coordinator can fail with.

LannerError
 ├── Unavailable        no link, or the coordinator is stopping: the call may be repeated
 ├── TimedOut           the deadline of the call ran out; what it asked for may still happen
 ├── Exhausted          the coordinator is out of disk, or the caller asks for too much
 ├── NotFound           no such thing
 ├── InvalidInput       the request is wrong and stays wrong
 ├── Conflict           the state of things does not allow it
 │    ├── AlreadyExists
 │    └── WrongState
 ├── AccessError        who asks may not
 │    ├── Unauthenticated
 │    └── PermissionDenied
 ├── Unsupported        the coordinator is older than the client
 └── ServerFault        a bug of the coordinator

Which gRPC status becomes which error, and which are retried, is the table of `lanner_proto.status`.
This module does not need gRPC, so that programs can name the errors without loading it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One of the things that are wrong with a request.

    Attributes:
        field: Which part of it; may be empty.
        description: What is wrong with it.
        reason: Stable code; may be empty.
    """

    field: str
    description: str
    reason: str = ""


class LannerError(Exception):
    """A call failed.

    Attributes:
        message: The coordinator's sentence, or gRPC's when the coordinator was not reached.
        status: Name of the gRPC status, `NOT_FOUND`; empty where no call was made.
        violations: What is wrong with the request, one by one, where the coordinator told it.
    """

    def __init__(
        self, message: str, *, status: str = "", violations: tuple[Violation, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.violations = violations


class Unavailable(LannerError):
    """The coordinator was not reached, or gave the call up because it stops."""


class TimedOut(LannerError):
    """The deadline of the call ran out before an answer came."""


class Exhausted(LannerError):
    """The coordinator has no room: its disk is full, or the request is over a limit."""


class NotFound(LannerError):
    """What the request names does not exist."""


class InvalidInput(LannerError):
    """The request is wrong: inputs, filter, source, address."""


class Conflict(LannerError):
    """The request is sound, but not with things as they are now."""


class AlreadyExists(Conflict):
    """What the request would make is there."""


class WrongState(Conflict):
    """The state of the thing does not allow the act."""


class AccessError(LannerError):
    """Who asks may not do this."""


class Unauthenticated(AccessError):
    """The coordinator does not know who asks."""


class PermissionDenied(AccessError):
    """The coordinator knows who asks and refuses."""


class Unsupported(LannerError):
    """The coordinator does not know this call."""


class ServerFault(LannerError):
    """The coordinator failed at something that is not the caller's doing."""
