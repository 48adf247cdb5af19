"""Reading `taskCache`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.policies import ResultCache
from lanner_coordinator.flow.reader import ReadResult, read_flow

LOG = "{id: hello, type: core.log.Log, message: Hello, taskCache: CACHE}"
SEQUENCE = (
    "{id: all, type: core.flow.Sequential, taskCache: CACHE,"
    " tasks: [{id: hello, type: core.log.Log, message: Hello}]}"
)


def read(task: str, cache: str) -> ReadResult:
    written = task.replace("CACHE", cache)
    return read_flow(f"id: nightly\nnamespace: company\ntasks:\n  - {written}\n", KnownTypes())


@pytest.mark.parametrize(
    ("written", "cache"),
    [
        ("{enabled: true}", ResultCache()),
        ("{enabled: true, ttl: PT1H}", ResultCache(ttl=timedelta(hours=1))),
        ("{enabled: false, ttl: PT1H}", None),
    ],
)
def test_a_task_cache_is_read(written: str, cache: ResultCache | None) -> None:
    result = read(LOG, written)

    assert result.flow is not None
    assert result.flow.tasks[0].result_cache == cache
    assert not result.problems


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("{ttl: PT1H}", Code.MISSING_KEY),
        ("{enabled: true, ttl: soon}", Code.BAD_DURATION),
        ("{enabled: true, ttl: PT0S}", Code.OUT_OF_RANGE),
        ("{enabled: true, for: PT1H}", Code.UNKNOWN_KEY),
        ("true", Code.WRONG_TYPE),
    ],
)
def test_a_wrong_task_cache_is_refused(written: str, code: Code) -> None:
    result = read(LOG, written)

    assert result.flow is None
    assert [problem.code for problem in result.problems] == [code]


def test_a_flowable_has_no_result_to_keep() -> None:
    result = read(SEQUENCE, "{enabled: true}")

    assert result.flow is not None
    assert result.flow.tasks[0].result_cache is None
    assert [problem.code for problem in result.problems] == [Code.NO_EFFECT]
