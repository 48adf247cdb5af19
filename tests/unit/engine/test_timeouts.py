from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.engine.commands import (
    Cancel,
    CancelTimer,
    KillSubflow,
    StartTimer,
    Withdraw,
)
from lanner_coordinator.engine.events import (
    AttemptReturned,
    AttemptSubmitted,
    SubflowEnded,
    SubflowStarted,
    TimerFired,
)
from lanner_coordinator.engine.execution import snapshot
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Retry, RetryType, TaskKind
from tests.support.engine_bench import START, EngineBench, flow_of, flowable, leaf, leaves

LIMIT = "PT10S"
RETRY = Retry(type=RetryType.CONSTANT, interval=timedelta(seconds=1), max_attempts=2)


def test_an_attempt_that_no_agent_takes_fails() -> None:
    bench = EngineBench(flow_of(leaf("a", timeout=LIMIT), *leaves("b"), errors=leaves("e")))
    attempt_id = bench.attempt_id("a")

    bench.fire()

    assert bench.now == START + timedelta(seconds=10)
    assert bench.take(Withdraw) == [Withdraw(attempt_id=attempt_id)]
    assert bench.states() == {"a": "FAILED", "e": "CREATED"}
    assert bench.run("a").attempts[-1].cause == "timeout"
    assert bench.live.execution.error == (
        'task "a": no agent took the task within its timeout of PT10S'
    )


def test_an_attempt_that_waited_too_long_is_tried_again_and_waits_anew() -> None:
    bench = EngineBench(flow_of(leaf("a", timeout=LIMIT, retry=RETRY)))
    bench.fire()
    assert bench.states() == {"a": "RETRYING"}

    bench.fire()
    bench.start("a")
    bench.succeed("a")

    assert bench.state() is State.SUCCESS
    assert bench.take(StartTimer)[-1].at == START + timedelta(seconds=21)


def test_an_agent_that_has_the_attempt_watches_over_it_itself() -> None:
    bench = EngineBench(flow_of(leaf("a", timeout=LIMIT)))
    timer = bench.take(StartTimer)[0]
    bench.start("a")

    bench.send(TimerFired(timer_id=timer.timer_id))

    assert bench.states() == {"a": "RUNNING"}
    assert CancelTimer(timer_id=timer.timer_id) in bench.wishes
    assert bench.run("a").expires_at is None


def test_an_attempt_that_comes_back_to_the_queue_keeps_its_date() -> None:
    bench = EngineBench(flow_of(leaf("a", timeout=LIMIT)))
    first = bench.take(StartTimer)[0]
    bench.wait(4)
    bench.send(AttemptSubmitted(attempt_id=bench.attempt_id("a"), agent_id="full"))
    bench.send(AttemptReturned(attempt_id=bench.attempt_id("a"), reason="it is full"))

    assert bench.take(StartTimer) == [first]


def test_a_native_task_that_takes_too_long_fails_and_its_late_result_counts_for_nothing() -> None:
    task = leaf("a", kind=TaskKind.NATIVE, timeout=LIMIT, allow_failure=True)
    bench = EngineBench(flow_of(task, *leaves("b")))
    attempt_id = bench.attempt_id("a")

    bench.fire()

    assert bench.states() == {"a": "WARNING", "b": "CREATED"}
    assert bench.live.execution.run_of(attempt_id) is None


def subflow_bench() -> EngineBench:
    bench = EngineBench(flow_of(leaf("a", kind=TaskKind.SUBFLOW, timeout=LIMIT)))
    bench.send(SubflowStarted(attempt_id=bench.attempt_id("a"), execution_id="C"))
    return bench


def test_a_subflow_that_takes_too_long_is_killed_and_fails_when_it_has_ended() -> None:
    bench = subflow_bench()
    bench.fire()
    assert [one.execution_id for one in bench.take(KillSubflow)] == ["C"]
    assert next(type(one) for one in bench.open()) is KillSubflow

    bench.send(SubflowEnded(task_run_id="E-1", execution_id="C", state=State.KILLED))

    assert bench.states() == {"a": "FAILED"}
    assert "took longer than its timeout of PT10S" in bench.live.execution.error


def test_a_kill_wins_over_a_timeout_whose_children_still_end() -> None:
    bench = subflow_bench()
    bench.fire()
    bench.kill()

    bench.send(SubflowEnded(task_run_id="E-1", execution_id="C", state=State.KILLED))

    assert bench.states() == {"a": "KILLED"}
    assert bench.state() is State.KILLED


@pytest.mark.parametrize("name", ["Sequential", "Parallel", "AllowFailure"])
def test_the_tasks_of_a_flowable_that_takes_too_long_are_stopped(name: str) -> None:
    whole = flowable(name, "s", tasks=leaves("a b"), final=leaves("f"), timeout=LIMIT)
    bench = EngineBench(flow_of(whole, *leaves("c")))
    bench.start("a")

    bench.fire()
    assert len(bench.take(Cancel)) >= 1
    bench.end("a", State.KILLED)
    bench.succeed("f")

    states = bench.states()
    assert states["a"] == "KILLED"
    assert states["s"] == ("WARNING" if name == "AllowFailure" else "FAILED")
    assert ("c" in states) == (name == "AllowFailure")


def test_a_flowable_that_took_too_long_runs_its_errors_without_a_limit() -> None:
    whole = flowable("Sequential", "s", tasks=leaves("a"), errors=leaves("e"), timeout=LIMIT)
    bench = EngineBench(flow_of(whole))
    bench.start("a")
    bench.fire()
    bench.end("a", State.KILLED)
    bench.wait(3_600)

    bench.succeed("e")

    assert bench.states() == {"s": "FAILED", "a": "KILLED", "e": "SUCCESS"}
    assert bench.live.execution.error == (
        'task "s": the tasks took longer than the timeout of PT10S'
    )


def test_what_is_below_runs_its_finally_but_not_its_errors() -> None:
    inner = flowable("Sequential", "i", tasks=leaves("a"), errors=leaves("e"), final=leaves("f"))
    bench = EngineBench(flow_of(flowable("Sequential", "s", tasks=(inner,), timeout=LIMIT)))
    bench.start("a")
    bench.fire()
    bench.end("a", State.KILLED)

    bench.succeed("f")

    assert bench.states() == {"s": "FAILED", "i": "KILLED", "a": "KILLED", "f": "SUCCESS"}


def test_a_finally_below_is_retried_without_the_errors_of_the_flowable() -> None:
    inner = flowable("Sequential", "i", tasks=leaves("a"), final=leaves("f"))
    whole = flowable(
        "Sequential", "s", tasks=(inner,), errors=leaves("e"), timeout=LIMIT, retry=RETRY
    )
    bench = EngineBench(flow_of(whole))
    bench.start("a")
    bench.fire()
    bench.end("a", State.KILLED)

    bench.fail("f")
    assert bench.states() == {"s": "RUNNING", "i": "RUNNING", "a": "KILLED", "f": "RETRYING"}
    bench.fire()
    bench.succeed("f e")

    assert bench.states()["s"] == "FAILED"


def test_a_task_that_waits_for_its_retry_is_not_tried_again() -> None:
    bench = EngineBench(
        flow_of(flowable("Sequential", "s", tasks=(leaf("a", retry=RETRY),), timeout="PT0.5S"))
    )
    bench.fail("a")
    bench.fire()
    assert bench.states() == {"s": "FAILED", "a": "KILLED"}
    assert bench.state() is State.FAILED


def test_a_pause_within_is_over() -> None:
    pause = flowable("Pause", "p")
    bench = EngineBench(flow_of(flowable("Sequential", "s", tasks=(pause,), timeout=LIMIT)))
    bench.fire()
    assert bench.states() == {"s": "FAILED", "p": "KILLED"}
    assert bench.state() is State.FAILED


def test_a_flowable_that_took_too_long_begins_anew_at_a_restart() -> None:
    bench = EngineBench(flow_of(flowable("Sequential", "s", tasks=leaves("a b"), timeout=LIMIT)))
    bench.start("a")
    bench.succeed("a")
    bench.fire()

    bench.restart()
    bench.succeed("a b")

    assert bench.states() == {"s": "SUCCESS", "a": "SUCCESS", "b": "SUCCESS"}


def test_the_watch_over_a_timeout_survives_a_crash() -> None:
    whole = flowable(
        "Parallel", "s", tasks=(leaf("a", timeout="PT7S"), *leaves("b")), timeout=LIMIT
    )
    bench = EngineBench(flow_of(whole))

    timers = {one.timer_id: one.at for one in bench.open() if isinstance(one, StartTimer)}

    assert timers == {
        "timeout:E-1:0": START + timedelta(seconds=10),
        "timeout:E-2:1": START + timedelta(seconds=7),
    }
    assert snapshot(bench.rebuilt().execution) == snapshot(bench.live.execution)


def test_what_waits_during_a_hold_waits_anew_when_it_ends() -> None:
    bench = EngineBench(flow_of(leaf("a", timeout=LIMIT)))
    bench.pause()
    bench.fire()
    assert bench.states() == {"a": "CREATED"}
    bench.wait(60)

    bench.resume()

    assert bench.run("a").expires_at == bench.now + timedelta(seconds=10)
    assert bench.take(StartTimer)[-1].at == bench.now + timedelta(seconds=10)


def test_a_timeout_longer_than_time_itself_limits_nothing() -> None:
    bench = EngineBench(flow_of(leaf("a", timeout="P999999999D")))
    assert bench.take(StartTimer) == []
    bench.succeed("a")
    assert bench.state() is State.SUCCESS
