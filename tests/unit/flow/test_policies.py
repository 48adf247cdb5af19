from __future__ import annotations

import pytest

from lanner_coordinator.flow.policies import Concurrency, LimitBehavior
from tests.unit.flow.sources import HEAD, TASKS, read


def test_a_concurrency_limit_queues_unless_it_says_otherwise() -> None:
    flow = read(f"{HEAD}{TASKS}concurrency: {{limit: 3}}\n").flow
    assert flow is not None
    assert flow.concurrency == Concurrency(limit=3, behavior=LimitBehavior.QUEUE)
    flow = read(f"{HEAD}{TASKS}concurrency: {{limit: 1, behavior: FAIL}}\n").flow
    assert flow is not None
    assert flow.concurrency == Concurrency(limit=1, behavior=LimitBehavior.FAIL)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("{}", "LNR021"),
        ("{limit: 0}", "LNR025"),
        ("{limit: 1, behavior: WAIT}", "LNR024"),
        ("{limit: 1, size: 2}", "LNR020"),
        ("5", "LNR022"),
    ],
)
def test_a_wrong_concurrency_limit_is_refused(given: str, code: str) -> None:
    result = read(f"{HEAD}{TASKS}concurrency: {given}\n")
    assert [problem.code for problem in result.problems] == [code]
