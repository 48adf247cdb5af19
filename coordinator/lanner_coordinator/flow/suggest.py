"""The nearest existing names for one that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

_LONGEST_NAME = 200
_MOST_CANDIDATES = 5_000


def nearest(
    name: str, existing: Iterable[str], *, count: int = 1, cutoff: float = 0.6
) -> Sequence[str]:
    """The existing names most like `name`, the nearest first; none where nothing is near."""
    candidates: dict[str, str] = {}
    for candidate in existing:
        candidates.setdefault(candidate.lower(), candidate)
        if len(candidates) >= _MOST_CANDIDATES:
            break
    found = difflib.get_close_matches(name[:_LONGEST_NAME].lower(), candidates, count, cutoff)
    return tuple(candidates[match] for match in found)


def did_you_mean(name: str, existing: Iterable[str], *, count: int = 1) -> str:
    """The question "Did you mean …?", or an empty text where nothing is near.

    With a `count` above 1, further names are shown only where they are as good as equally near.
    """
    candidates = tuple(existing)
    found = nearest(name, candidates)
    if found and count > 1:
        found = tuple(dict.fromkeys((*found, *nearest(name, candidates, count=count, cutoff=0.85))))
    if not found:
        return ""
    return f"Did you mean {' or '.join(f'`{match}`' for match in found)}?"


def choices(existing: Iterable[str]) -> str:
    """A list of allowed values for a sentence, shortened where it is long."""
    names = [f"`{name}`" for name in existing]
    if len(names) > 12:
        return f"{', '.join(names[:12])} and {len(names) - 12} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"
