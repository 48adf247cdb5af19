"""Random executions against the oracle; `LANNER_SIMULATION_SEEDS` says how many.

`LANNER_SIMULATION_FROM` is the first seed.
"""

from __future__ import annotations

import os

import pytest

from tests.simulation.trial import try_seed

COUNT = int(os.environ.get("LANNER_SIMULATION_SEEDS", "300"))
FIRST = int(os.environ.get("LANNER_SIMULATION_FROM", "0"))
_PARTS = 10


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(_PARTS))
def test_an_execution_takes_the_course_that_the_oracle_foresees(part: int) -> None:
    failures = []
    for seed in range(FIRST + part, FIRST + COUNT, _PARTS):
        try:
            try_seed(seed)
        except AssertionError as error:
            failures.append(f"seed {seed}: {error}")
    assert not failures, "\n".join(failures[:5])


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(1, id="a restart keeps the finally of a loop that ended well"),
        pytest.param(9, id="a finally is retried while the execution is being killed"),
        pytest.param(10, id="a restart keeps the errors of what was allowed to fail"),
        pytest.param(33, id="a replay goes on in the finally that it begins in"),
        pytest.param(776, id="a child of a Dag that ends again starts nothing twice"),
        pytest.param(3773, id="what goes on without its lost folder is another try"),
        pytest.param(12439, id="a Dag waits for a child that is opened again after an exit"),
        pytest.param(16832, id="a hold gives the filling of a folder no more time"),
        pytest.param(52922, id="a lost folder that a hold kept back ends with its kill once"),
        pytest.param(17928, id="a replayed container begins once"),
        pytest.param(19683, id="a value marked as killed lets no other value go on"),
        pytest.param(130226, id="a flowable whose time is over puts nothing right"),
        pytest.param(141461, id="what a hold kept back is followed in the order of its ends"),
        pytest.param(150583, id="a crash during a hold brings no date forward"),
    ],
)
def test_a_seed_that_once_went_astray_takes_its_course(seed: int) -> None:
    try_seed(seed)
