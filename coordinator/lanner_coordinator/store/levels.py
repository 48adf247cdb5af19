"""Levels of log lines in order of weight."""

from __future__ import annotations

LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR")
"""From the lightest to the heaviest."""

_WEIGHTS = {level: weight for weight, level in enumerate(LEVELS)}


def weight(level: str) -> int:
    """Place of a level in `LEVELS`.

    Raises:
        ValueError: It is none of them.
    """
    try:
        return _WEIGHTS[level]
    except KeyError as cause:
        raise ValueError(f'unknown level "{level}"; known: {", ".join(LEVELS)}') from cause
