"""Random crowds of executions under a concurrency limit; seeds as in `test_simulation`."""

from __future__ import annotations

import pytest

from tests.simulation.crowd import Crowd
from tests.simulation.test_simulation import COUNT, FIRST


@pytest.mark.timeout(3600)
def test_a_crowd_of_executions_keeps_to_the_limit_and_comes_to_an_end() -> None:
    failures = []
    for seed in range(FIRST, FIRST + COUNT):
        try:
            Crowd(seed).run()
        except AssertionError as error:
            failures.append(f"seed {seed}: {error}")
    assert not failures, "\n".join(failures[:5])
