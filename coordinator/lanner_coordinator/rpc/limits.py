"""Limits of requests."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.runtime.errors import InvalidRequest

MESSAGE_LIMIT_BYTES = 64 * 1024 * 1024
"""Size of one message; executions of thousands of task runs are one."""

SOURCES_LIMIT = 1_000
"""Sources of flows in one request."""

LABELS_LIMIT = 200
"""Labels in one request."""

TEXT_LIMIT = 4_096
"""Characters of a reason or the value of a label."""


def page_limit(limit: int, *, default: int, highest: int) -> int:
    """How many rows a page has, of what was asked for; 0: the default.

    Raises:
        InvalidRequest: It is negative or too high.
    """
    if limit < 0 or limit > highest:
        raise InvalidRequest(f"`limit` is {limit}; it must be between 0 and {highest}")
    return limit or default


def page_offset(offset: int) -> int:
    """How many rows to pass over.

    Raises:
        InvalidRequest: It is negative.
    """
    if offset < 0:
        raise InvalidRequest(f"`offset` is {offset}; it must not be negative")
    return offset


def required(name: str, value: str) -> str:
    """A field that must not be empty.

    Raises:
        InvalidRequest: It is.
    """
    if not value:
        raise InvalidRequest(f"`{name}` is missing")
    return value


def short_text(name: str, value: str) -> str:
    """A text that people write.

    Raises:
        InvalidRequest: It is too long.
    """
    if len(value) > TEXT_LIMIT:
        raise InvalidRequest(f"`{name}` is longer than {TEXT_LIMIT} characters")
    return value


def given_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels of a request.

    Raises:
        InvalidRequest: They are too many or too long.
    """
    if len(labels) > LABELS_LIMIT:
        raise InvalidRequest(f"a request has at most {LABELS_LIMIT} labels")
    return {name: short_text(f"labels.{name}", value) for name, value in labels.items()}
