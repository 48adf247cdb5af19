from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.engine import commands, events
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Task
from tests.support.engine_bench import EngineBench, flow_of, flowable, leaf, leaves


def _loop(*tasks: Task, condition: object = False, **properties: object) -> Task:
    return flowable("LoopUntil", "loop", {"condition": condition, **properties}, tasks=tasks)


def test_a_loop_whose_condition_holds_runs_once() -> None:
    bench = EngineBench(flow_of(_loop(leaf("a"), condition=True)))

    bench.succeed("a")

    assert bench.state() is State.SUCCESS
    assert bench.run("loop").outputs == {"iterationCount": 1}


def test_a_loop_begins_anew_after_its_interval_with_the_last_round_only() -> None:
    loop = _loop(*leaves("a b"), checkFrequency={"interval": "PT5M"})
    bench = EngineBench(flow_of(loop))
    first = bench.run("a").id
    bench.succeed("a b")
    (timer,) = bench.take(commands.StartTimer)
    assert (timer.at - bench.now).total_seconds() == 300
    assert bench.states() == {"loop": "RUNNING", "a": "SUCCESS", "b": "SUCCESS"}

    bench.wait(300)
    bench.send(events.TimerFired(timer_id=timer.timer_id))

    assert bench.states() == {"loop": "RUNNING", "a": "CREATED"}
    assert bench.run("a").id != first
    assert bench.run("loop").outputs == {"iterationCount": 2}


@pytest.mark.parametrize(("fails", "state"), [(True, State.FAILED), (False, State.SUCCESS)])
def test_a_loop_gives_up_after_so_many_rounds(fails: bool, state: State) -> None:
    loop = _loop(leaf("a"), checkFrequency={"maxIterations": 3}, failOnMaxReached=fails)
    bench = EngineBench(flow_of(loop))
    for _ in range(2):
        bench.succeed("a")
        bench.fire()

    bench.succeed("a")

    assert bench.state() is state
    assert bench.run("loop").outputs == {"iterationCount": 4}
    assert ("after 3 rounds" in bench.live.execution.error) is fails


def test_a_loop_gives_up_after_so_long_a_time() -> None:
    frequency = {"maxDuration": "PT1M", "interval": "PT1S"}
    loop = _loop(leaf("a"), checkFrequency=frequency, failOnMaxReached=True)
    bench = EngineBench(flow_of(loop))

    bench.wait(61)
    bench.succeed("a")

    assert bench.state() is State.FAILED


def test_a_failure_of_a_child_ends_the_loop() -> None:
    bench = EngineBench(flow_of(_loop(*leaves("a b"))))

    bench.fail("a")

    assert bench.states() == {"loop": "FAILED", "a": "FAILED"}


def test_a_restart_goes_on_with_the_round_that_failed() -> None:
    bench = EngineBench(flow_of(_loop(*leaves("a b"), condition=True)))
    bench.succeed("a")
    bench.fail("b")

    bench.restart()

    assert bench.working() == "b"
    bench.succeed("b")
    assert bench.state() is State.SUCCESS


def test_a_restart_begins_a_loop_anew_that_gave_up() -> None:
    loop = _loop(leaf("a"), checkFrequency={"maxIterations": 1}, failOnMaxReached=True)
    bench = EngineBench(flow_of(loop))
    bench.succeed("a")

    bench.restart()

    assert bench.states() == {"loop": "RUNNING", "a": "CREATED"}
    assert bench.run("loop").outputs == {"iterationCount": 1}


def test_a_round_takes_away_all_that_ran_below_it() -> None:
    inner = flowable("LoopUntil", "inner", {"condition": True}, tasks=leaves("a"))
    each = flowable("ForEach", "each", {"values": ["x", "y"]}, tasks=(inner,))
    bench = EngineBench(flow_of(_loop(each)))
    bench.succeed("a/x a/y")

    bench.fire()

    assert bench.states() == {
        "loop": "RUNNING",
        "each": "RUNNING",
        "inner/x": "RUNNING",
        "a/x": "CREATED",
    }
    assert bench.live.task_outputs == {
        "loop": {"iterationCount": 2},
        "inner": {"x": {"iterationCount": 1}},
    }


def test_a_condition_that_cannot_be_evaluated_fails_the_loop() -> None:
    bench = EngineBench(flow_of(_loop(leaf("a"))), broken=["loop"])

    bench.succeed("a")

    assert bench.state() is State.FAILED
    assert bench.live.execution.error == "no such variable"


def test_a_kill_ends_a_loop_that_waits() -> None:
    bench = EngineBench(flow_of(_loop(leaf("a"))))
    bench.succeed("a")

    bench.kill()

    assert bench.states() == {"loop": "KILLED", "a": "SUCCESS"}
    assert bench.state() is State.KILLED


def test_an_attempt_sleeps_without_an_agent_until_its_date() -> None:
    bench = EngineBench(flow_of(leaf("a")))
    attempt_id = bench.attempt_id("a")
    bench.start("a")

    bench.send(_asleep(attempt_id))

    assert bench.open() == bench.take(commands.StartTimer)
    bench.send(events.TimerFired(timer_id="wake:E-1:1"))
    assert bench.state() is State.SUCCESS


def test_a_kill_wakes_nobody() -> None:
    bench = EngineBench(flow_of(leaf("a")))
    bench.start("a")
    bench.send(_asleep(bench.attempt_id("a")))

    bench.kill()

    assert bench.state() is State.KILLED
    bench.send(events.TimerFired(timer_id="wake:E-1:1"))
    assert bench.states() == {"a": "KILLED"}


def _asleep(attempt_id: str) -> events.AttemptFellAsleep:
    return events.AttemptFellAsleep(attempt_id=attempt_id, duration=timedelta(minutes=1))
