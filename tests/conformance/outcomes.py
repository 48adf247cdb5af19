"""What comes of running cases, and how it is told."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one case.

    Attributes:
        case_id: Of the case.
        failure: What differs from the expectation; empty: it passed.
        reason: Why it is left, in a few words; empty: it has to be looked at.
    """

    case_id: str
    failure: str = ""
    reason: str = ""


def tell(outcomes: Iterable[Outcome]) -> int:
    """Print one line per failure, the reasons and the counts; give the number of failures."""
    reasons: Counter[str] = Counter()
    passed = failed = 0
    for outcome in outcomes:
        if not outcome.failure:
            passed += 1
            continue
        failed += 1
        reasons[outcome.reason or "to be looked at"] += 1
        sys.stdout.write(f"FAILED {outcome.case_id}: {outcome.failure}\n")
    for reason, count in reasons.most_common():
        sys.stdout.write(f"  {count:4} {reason}\n")
    sys.stdout.write(f"{passed} passed, {failed} failed\n")
    return failed
