"""Time zones by the names Java knows."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from lanner_coordinator.flow.expression.errors import ExpressionValueError

_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?")
_ZERO = {"Z", "z", "+0", "-0", "+00:00", "-00:00"}
_LARGEST_OFFSET_SECONDS = 18 * 3600

DEFAULT_ZONE = dt.UTC
"""The zone where none is given."""


def zone(name: object) -> dt.tzinfo:
    """Return the zone for a region such as `Europe/Paris` or an offset such as `+02:00`.

    Raises:
        ExpressionValueError: There is no such zone.
    """
    if name is None:
        return DEFAULT_ZONE
    if not isinstance(name, str):
        raise ExpressionValueError("A time zone has to be given as text, such as 'Europe/Paris'")
    if name in _ZERO:
        return dt.UTC
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        return _fixed(offset)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ExpressionValueError(f"Unknown time zone '{name[:60]}'") from error


def _fixed(offset: re.Match[str]) -> dt.tzinfo:
    sign, hours, minutes, seconds = offset.groups(default="0")
    total = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    if total > _LARGEST_OFFSET_SECONDS:
        raise ExpressionValueError(f"A time zone cannot be {offset.group()} away from UTC")
    delta = dt.timedelta(seconds=-total if sign == "-" else total)
    return dt.timezone(delta) if delta else dt.UTC
