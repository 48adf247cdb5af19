"""What a client tells about its link to the coordinator while it resumes streams by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """The link was lost, or is back.

    Attributes:
        is_up: Whether the coordinator answers.
        reason: Why it is down, in gRPC's words; empty when it is up.
        failed_tries: Tries in a row that failed; 0 when it is up.
        retry_in_seconds: Until the next try; 0 when it is up.
    """

    is_up: bool
    reason: str = ""
    failed_tries: int = 0
    retry_in_seconds: float = 0.0


LinkListener = Callable[[LinkState], None]


def ignore_link(state: LinkState) -> None:
    """Listen to nothing."""
