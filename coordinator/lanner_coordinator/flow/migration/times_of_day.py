"""Says `TimeBetween` as an expression, where the dates have the offset that its bounds have.

The condition compares as Java compares times with offsets: what is past midnight at the offset of
the bound is not a new day. With one offset for both there is no such difference.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lanner_coordinator.flow.conditions.contract import CONDITION_PREFIX
from lanner_coordinator.flow.migration.operands import NoExpressionError, printed, text_of
from lanner_coordinator.flow.nodes import MapNode

TIME_BETWEEN = f"{CONDITION_PREFIX}TimeBetween"
"""Name of the type."""

_YEARS = range(2000, 2038)
"""Years whose offsets tell whether a zone has one only."""


def time_between(own: MapNode, timezone: str) -> str:
    """The expression for a condition.

    Args:
        own: Its map.
        timezone: Of the dates; empty: unknown.

    Raises:
        NoExpressionError: There is none.
    """
    date = text_of(own, "date")
    if date is not None and printed(date) != "trigger.date":
        raise NoExpressionError("the offset of its `date` is not known")
    if not timezone:
        raise NoExpressionError(
            "the trigger has no `timezone`, so that the offset of its dates is the server's"
        )
    after, before = (_bound(own, key, timezone) for key in ("after", "before"))
    now = f"(trigger.date | date('HH:mm:ss', timeZone='{timezone}'))"
    parts = [f"{now} {sign} '{bound}'" for sign, bound in ((">", after), ("<", before)) if bound]
    if not parts:
        raise NoExpressionError("it has no bound")
    is_over_midnight = bool(after and before) and before <= after
    joined = f" {'or' if is_over_midnight else 'and'} ".join(parts)
    return f"({joined})"


def _bound(own: MapNode, key: str, timezone: str) -> str:
    """Time of day at the offset of the dates; empty: there is no such bound."""
    text = text_of(own, key)
    if text is None:
        return ""
    try:
        found = time.fromisoformat(text)
    except ValueError as error:
        raise NoExpressionError(f"`{text[:60]}` is an expression or no time") from error
    if found.microsecond:
        raise NoExpressionError(f"`{text}` has parts of seconds")
    if found.tzinfo is not None and found.utcoffset() != _only_offset(timezone):
        raise NoExpressionError(f"the dates do not always have the offset of `{text}`")
    return f"{found:%H:%M:%S}"


def _only_offset(timezone: str) -> timedelta | None:
    """The offset of a zone; absent: it has several, or there is no such zone."""
    try:
        zone = ZoneInfo(timezone)
    except (ValueError, OSError, KeyError):
        return None
    months = (datetime(year, month, 1, tzinfo=UTC) for year in _YEARS for month in range(1, 13))
    offsets = {month.astimezone(zone).utcoffset() for month in months}
    return offsets.pop() if len(offsets) == 1 else None
