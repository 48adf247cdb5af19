"""Figures of a benchmark: one JSON line each, with the floor of the same run beside it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One figure.

    Attributes:
        figure: Its name.
        value: What Lanner takes or does.
        unit: Of the value.
        floor: What the bare architecture (or the bare API) takes in the same run; absent: none.
        ratio: Value by floor.
        target: What `docs/performance.md` aims at, as a ratio or a value; empty: none.
    """

    figure: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    target: str = ""


def report(
    figure: str, value: float, unit: str, *, floor: float | None = None, target: str = ""
) -> None:
    """Print a figure."""
    line = Figure(
        figure=figure,
        value=round(value, 3),
        unit=unit,
        floor=None if floor is None else round(floor, 3),
        ratio=None if not floor else round(value / floor, 3),
        target=target,
    )
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    sys.stdout.flush()


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
