"""Sizes as people write them for Docker: `512MB`, `1.5g`, `64MiB`; units are powers of 1,024."""

from __future__ import annotations

import re

UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}

_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(?:I?B)?\s*", re.IGNORECASE)


def byte_count(size: str) -> int:
    """Number of bytes.

    Raises:
        ValueError: The text is no size.
    """
    matched = _SIZE.fullmatch(size)
    if matched is None:
        raise ValueError(f'"{size}" is no size: write it like 512MB or 2GB.')
    amount, unit = matched.groups()
    return int(float(amount) * UNITS[unit.upper()])
