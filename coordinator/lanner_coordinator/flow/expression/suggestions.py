"""The nearest existing name for one that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_CANDIDATES = 2_000


def nearest(name: str, existing: Iterable[object]) -> str:
    """Return the existing name that is most like `name`, or an empty text."""
    candidates: dict[str, str] = {}
    for candidate in existing:
        if isinstance(candidate, str) and len(candidates) < _CANDIDATES:
            candidates.setdefault(candidate.lower(), candidate)
    found = difflib.get_close_matches(name[:100].lower(), candidates, n=1, cutoff=0.6)
    return candidates[found[0]] if found else ""


def hint(name: str, existing: Iterable[object]) -> str:
    """Return the question "did you mean", or an empty text."""
    found = nearest(name, existing)
    return f"did you mean `{found}`?" if found else ""
