"""What comes of running cases, and how it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one case.

    Attributes:
        case_id: Of the case.
        failure: What differs from the expectation; empty: it passed.
        tags: What the case is about.
    """

    case_id: str
    failure: str = ""
    tags: Sequence[str] = ()


@dataclass(slots=True, kw_only=True)
class Report:
    """Tells of failures as they come, and of everything by tag in the end.

    Attributes:
        write: Takes text.
        exceptions: Why a case need not pass, by its id.
        outcomes: So far.
    """

    write: Callable[[str], object]
    exceptions: Mapping[str, str] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Keep what came of a case; a failure is told at once."""
        self.outcomes.append(outcome)
        if not outcome.failure:
            return
        failure = " ".join(outcome.failure.split())
        word = "EXCEPTION" if outcome.case_id in self.exceptions else "FAILED"
        self.write(f"{word} {outcome.case_id}: {failure}\n")

    def finish(self) -> int:
        """Print the table by tag and the counts; give the exit code."""
        if not self.outcomes:
            self.write("no case is selected\n")
            return 2
        self._write_table()
        failed = [one for one in self.outcomes if one.failure and not self._reason(one)]
        excepted = [one for one in self.outcomes if one.failure and self._reason(one)]
        needless = [one for one in self.outcomes if not one.failure and self._reason(one)]
        if needless:
            names = ", ".join(sorted(one.case_id for one in needless))
            self.write(f"exceptions that pass: {names}\n")
        if excepted:
            self.write(f"{len(excepted)} exceptions\n")
        passed = len(self.outcomes) - len(failed) - len(excepted)
        self.write(f"{passed} passed, {len(failed)} failed\n")
        return 1 if failed else 0

    def _reason(self, outcome: Outcome) -> str:
        return self.exceptions.get(outcome.case_id, "")

    def _write_table(self) -> None:
        passed: Counter[str] = Counter()
        failed: Counter[str] = Counter()
        for outcome in self.outcomes:
            counter = failed if outcome.failure and not self._reason(outcome) else passed
            counter.update(set(outcome.tags) or {"(no tag)"})
        self.write(f"{'tag':34}{'passed':>8}{'failed':>8}\n")
        for tag in sorted(passed | failed):
            self.write(f"{tag:34}{passed[tag]:8}{failed[tag]:8}\n")
