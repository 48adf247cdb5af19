from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lanner_coordinator.engine.commands import Dispatch, StartTimer
from lanner_coordinator.engine.rules.attempts import LOST_ATTEMPT_LIMIT
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import AgentLostPolicy, Retry, RetryType, TaskKind
from tests.support.engine_bench import START, EngineBench, flow_of, flowable, leaf, leaves


def every(seconds: float, **fields: Any) -> Retry:
    """A constant retry."""
    return Retry(type=RetryType.CONSTANT, interval=timedelta(seconds=seconds), **fields)


def delays(bench: EngineBench, count: int) -> list[float]:
    """Seconds between a failure and the next attempt, for the next failures of `a`."""
    seconds = []
    for _ in range(count):
        bench.fail("a")
        (timer,) = [wish for wish in bench.wishes if isinstance(wish, StartTimer)]
        seconds.append((timer.at - bench.now).total_seconds())
        bench.fire()
    return seconds


def test_a_failed_task_is_tried_again_in_the_same_task_run() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=every(5, max_attempts=3)), leaf("b")))
    bench.fail("a")
    assert bench.run("a").state is State.RETRYING
    assert bench.run("a").retry_at == START + timedelta(seconds=5)
    bench.fire()
    bench.succeed("a b")
    assert bench.state() is State.SUCCESS
    assert [attempt.state for attempt in bench.run("a").attempts] == ["FAILED", "SUCCESS"]


def test_max_attempts_counts_the_first_one() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=every(5, max_attempts=2))))
    assert delays(bench, 1) == [5]
    bench.fail("a")
    assert bench.state() is State.FAILED


def test_a_constant_delay_does_not_grow() -> None:
    assert delays(EngineBench(flow_of(leaf("a", retry=every(5)))), 3) == [5, 5, 5]


def test_an_exponential_delay_grows_up_to_its_bound() -> None:
    retry = Retry(
        type=RetryType.EXPONENTIAL,
        interval=timedelta(seconds=2),
        max_interval=timedelta(seconds=25),
        delay_factor=3,
    )
    assert delays(EngineBench(flow_of(leaf("a", retry=retry))), 4) == [2, 6, 18, 25]


def test_a_random_delay_lies_within_its_bounds_and_differs() -> None:
    interval, most = timedelta(seconds=10), timedelta(seconds=20)
    retry = Retry(type=RetryType.RANDOM, interval=interval, max_interval=most)
    drawn = delays(EngineBench(flow_of(leaf("a", retry=retry))), 5)
    assert all(10 <= delay <= 20 for delay in drawn)
    assert len(set(drawn)) == 5
    assert drawn == delays(EngineBench(flow_of(leaf("a", retry=retry))), 5)


def test_no_attempt_starts_later_than_max_duration_after_the_first_started() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=every(6, max_duration=timedelta(seconds=10)))))
    bench.wait(100)
    bench.start("a")
    bench.wait(1)
    assert delays(bench, 1) == [6]
    bench.fail("a")
    assert bench.run("a").state is State.FAILED


@pytest.mark.parametrize(("warns", "state"), [(True, "WARNING"), (False, "SUCCESS")])
def test_a_success_after_a_retry_may_be_a_warning(warns: bool, state: str) -> None:
    bench = EngineBench(flow_of(leaf("a", retry=every(5, warn_on_retry=warns))))
    delays(bench, 1)
    bench.succeed("a")
    assert bench.run("a").state == state


def test_a_success_at_once_is_no_warning() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=every(5, warn_on_retry=True))))
    bench.succeed("a")
    assert bench.state() is State.SUCCESS


def test_the_nearest_retry_rule_applies() -> None:
    inner = flowable("Sequential", "s", tasks=leaves("b"), retry=every(2))
    own = leaf("a", retry=every(1))
    bench = EngineBench(
        flow_of(flowable("Parallel", "p", tasks=[own, inner, leaf("c")]), retry=every(3))
    )
    for name, seconds in (("a", 1), ("b", 2), ("c", 3)):
        bench.fail(name)
        assert bench.run(name).retry_at == START + timedelta(seconds=seconds)


def test_errors_wait_until_no_retry_is_left() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=every(5, max_attempts=2)), errors=leaves("e")))
    bench.fail("a")
    assert bench.working() == "a"
    bench.fire()
    bench.fail("a")
    assert bench.working() == "e"


def test_a_native_task_is_retried_in_the_coordinator() -> None:
    bench = EngineBench(flow_of(leaf("a", kind=TaskKind.NATIVE, retry=every(5))))
    assert bench.run("a").state is State.RUNNING
    delays(bench, 1)
    bench.succeed("a")
    assert bench.state() is State.SUCCESS
    assert not bench.take(Dispatch)


def test_a_lost_attempt_is_replaced_at_once_and_does_not_count() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=every(5, max_attempts=2, warn_on_retry=True))))
    bench.start("a")
    bench.lose("a")
    assert bench.run("a").state is State.CREATED
    assert [attempt.is_lost for attempt in bench.run("a").attempts] == [True, False]
    bench.succeed("a")
    assert bench.state() is State.SUCCESS


def test_a_lost_attempt_fails_where_the_policy_says_so() -> None:
    bench = EngineBench(flow_of(leaf("a", on_agent_lost=AgentLostPolicy.FAIL)))
    bench.start("a")
    bench.lose("a")
    assert bench.run("a").state is State.FAILED
    assert bench.run("a").attempts[0].cause == "lost"
    assert bench.live.execution.error == "its agent is gone"


def test_a_lost_attempt_that_fails_is_retried_by_the_rule() -> None:
    task = leaf("a", on_agent_lost=AgentLostPolicy.FAIL, retry=every(5))
    bench = EngineBench(flow_of(task))
    bench.lose("a")
    assert bench.run("a").state is State.RETRYING


def test_a_task_that_loses_every_agent_fails_in_the_end() -> None:
    bench = EngineBench(flow_of(leaf("a")))
    for _ in range(LOST_ATTEMPT_LIMIT):
        bench.lose("a")
    assert bench.run("a").state is State.CREATED
    bench.lose("a")
    assert bench.run("a").state is State.FAILED
    assert len(bench.run("a").attempts) == LOST_ATTEMPT_LIMIT + 1
