"""Orders of lists of executions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SortKey(StrEnum):
    """What executions can be sorted by."""

    CREATED = "created"
    STARTED = "started"
    ENDED = "ended"
    DURATION = "duration"
    """From the start to the end; missing where one of them is."""
    FLOW = "flow"
    """Namespace, then id of the flow."""
    STATE = "state"
    """Name of the state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """An order; ties are in order of id, in the same direction.

    Attributes:
        key: What is compared.
        is_descending: Largest first; what is missing comes last in both directions.
    """

    key: SortKey
    is_descending: bool


def parse_sort(text: str) -> Sort:
    """Read an order such as `-created`.

    Raises:
        ValueError: It names no key.
    """
    name = text.removeprefix("-")
    try:
        key = SortKey(name)
    except ValueError as cause:
        known = ", ".join(SortKey)
        raise ValueError(f'executions cannot be sorted by "{name}"; known: {known}') from cause
    return Sort(key=key, is_descending=text.startswith("-"))
