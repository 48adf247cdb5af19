"""The names of states as flows write them: in conditions, triggers and filters."""

from __future__ import annotations

TERMINAL_STATES = ("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "RETRIED", "SKIPPED")
"""States that an execution ends in."""

STATES = (
    "CREATED",
    "QUEUED",
    "SUBMITTED",
    "RUNNING",
    "PAUSED",
    "RETRYING",
    "RESTARTED",
    "KILLING",
    "BREAKPOINT",
    *TERMINAL_STATES,
)
"""All states."""

SPELLINGS = (*STATES, "CANCELED")
"""How states may be written."""


def state_name(written: object) -> str:
    """The name of a state, whichever way it is spelled."""
    name = str(written).strip().upper()
    return "CANCELLED" if name == "CANCELED" else name
