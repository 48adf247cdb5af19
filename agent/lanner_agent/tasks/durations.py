"""Durations as flows write them: `PT10S`, `PT1H30M`, `P1D` (ISO 8601, without months and years)."""

from __future__ import annotations

import math
import re

_DURATION = re.compile(
    r"P(?=.)(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.IGNORECASE,
)
_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}


def duration_seconds(text: str) -> float:
    """Length of a duration; a plain number is seconds.

    Raises:
        ValueError: The text is no duration, or a negative one.
    """
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if 0 <= seconds < math.inf:
        return seconds
    matched = _DURATION.fullmatch(text.strip())
    if matched is None:
        raise ValueError(f'"{text}" is no duration: write it like PT10S or PT1H30M.')
    parts = matched.groupdict()
    return sum(float(parts[unit] or 0) * factor for unit, factor in _SECONDS.items())
