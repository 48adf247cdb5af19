"""Runs suites of tests of flows as `lanner flow test` does, without a program of its own."""

from __future__ import annotations

import msgspec

from lanner_coordinator.testing.given import GivenFile
from lanner_coordinator.testing.program import Collected, Ran, Request, answer
from lanner_coordinator.testing.verdict import Verdict

HEAD = "id: suite\nnamespace: company.team\nflowId: tested\ntestCases:\n"


def tell(request: Request) -> tuple[Collected, list[Verdict]]:
    """What the program answers."""
    lines: list[bytes] = []
    answer(msgspec.json.encode(request), lines.append)
    found = msgspec.json.decode(lines[0], type=Collected)
    return found, [msgspec.json.decode(line, type=Ran).verdict for line in lines[1:]]


def run(flow: str, cases: str, *others: str) -> list[Verdict]:
    """Run the cases of a suite of the flow `tested`.

    Args:
        flow: Its source without `id` and `namespace`.
        cases: Items of `testCases`, indented by two.
        others: Whole sources of further flows.
    """
    sources = {
        "tested.yaml": f"id: tested\nnamespace: company.team\n{flow}",
        "tested.test.yaml": f"{HEAD}{cases}",
        **{f"other{number}.yaml": source for number, source in enumerate(others)},
    }
    files = tuple(GivenFile(name=name, source=source) for name, source in sources.items())
    found, verdicts = tell(Request(files=files))
    assert not found.problems, found.problems
    return verdicts


def flaw_of(verdict: Verdict) -> str:
    """The only reason why a test did not pass."""
    assert len(verdict.flaws) == 1, verdict
    return verdict.flaws[0].message
