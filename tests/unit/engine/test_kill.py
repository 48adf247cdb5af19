from __future__ import annotations

from datetime import timedelta

from lanner_coordinator.engine.commands import Cancel, CancelTimer, StartTimer
from lanner_coordinator.engine.events import AttemptReturned, AttemptStarted, AttemptSubmitted
from lanner_coordinator.engine.rules.kill import FINALLY_LIMIT
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Retry, RetryType
from tests.support.engine_bench import START, EngineBench, flow_of, flowable, leaf, leaves

RETRY = Retry(type=RetryType.CONSTANT, interval=timedelta(seconds=5))


def test_a_waiting_attempt_is_killed_at_once() -> None:
    bench = EngineBench(flow_of(*leaves("a b")))
    bench.kill()
    assert bench.states() == {"a": "KILLED"}
    assert bench.state() is State.KILLED
    assert [wish.attempt_id for wish in bench.take(Cancel)] == ["E-1.1"]


def test_a_running_attempt_is_stopped_by_its_agent_first() -> None:
    bench = EngineBench(flow_of(*leaves("a b")))
    bench.start("a")
    bench.kill()
    assert bench.run("a").state is State.KILLING
    assert bench.state() is State.KILLING
    (cancel,) = bench.take(Cancel)
    assert cancel.grace_seconds == 10
    bench.end("a", State.KILLED)
    assert bench.state() is State.KILLED
    assert [change.state for change in bench.live.execution.changes] == [
        "CREATED",
        "RUNNING",
        "KILLING",
        "KILLED",
    ]


def test_an_attempt_that_fails_while_it_is_stopped_was_killed() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=RETRY), errors=leaves("e")))
    bench.start("a")
    bench.kill()
    bench.fail("a")
    assert bench.states() == {"a": "KILLED"}


def test_an_attempt_that_succeeds_before_it_is_stopped_stays_a_success() -> None:
    bench = EngineBench(flow_of(flowable("Sequential", "s", tasks=leaves("a b"))))
    bench.start("a")
    bench.kill()
    bench.succeed("a")
    assert bench.states() == {"s": "KILLED", "a": "SUCCESS"}
    assert bench.state() is State.KILLED


def test_a_task_that_waits_for_its_retry_is_killed_and_its_timer_forgotten() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=RETRY)))
    bench.fail("a")
    bench.kill()
    assert bench.state() is State.KILLED
    assert bench.take(CancelTimer)
    bench.fire()
    assert bench.states() == {"a": "KILLED"}


def test_an_attempt_that_is_lost_or_returned_while_it_is_stopped_was_killed() -> None:
    bench = EngineBench(flow_of(flowable("Parallel", "p", tasks=leaves("a b"))))
    bench.start("a")
    bench.start("b")
    bench.kill()
    bench.lose("a")
    bench.send(AttemptReturned(attempt_id=bench.attempt_id("b"), reason="full"))
    assert bench.states() == {"p": "KILLED", "a": "KILLED", "b": "KILLED"}


def test_late_reports_do_not_bring_back_what_is_being_stopped() -> None:
    bench = EngineBench(flow_of(leaf("a")))
    attempt_id = bench.attempt_id("a")
    bench.send(AttemptSubmitted(attempt_id=attempt_id, agent_id="agent"))
    bench.kill()
    bench.send(AttemptSubmitted(attempt_id=attempt_id, agent_id="agent"))
    bench.send(AttemptStarted(attempt_id=attempt_id))
    assert bench.run("a").state is State.KILLING


def test_finally_runs_after_a_kill_and_may_retry() -> None:
    task = flowable("Sequential", "s", tasks=leaves("a"), final=[leaf("f", retry=RETRY), leaf("g")])
    bench = EngineBench(flow_of(task, errors=leaves("E"), finally_tasks=leaves("F")))
    bench.kill()
    assert bench.working() == "f"
    bench.take(StartTimer)
    bench.fail("f")
    bench.fire()
    bench.succeed("f g F")
    assert bench.state() is State.KILLED
    assert bench.states() == {
        "s": "KILLED",
        "a": "KILLED",
        "f": "SUCCESS",
        "g": "SUCCESS",
        "F": "SUCCESS",
    }


def test_a_kill_leaves_a_running_finally_with_all_below_it_alone() -> None:
    inner = flowable("Sequential", "s", tasks=leaves("x y"))
    bench = EngineBench(flow_of(leaf("a"), finally_tasks=[inner]))
    bench.succeed("a")
    bench.kill()
    bench.succeed("x y")
    assert bench.states() == {"a": "SUCCESS", "s": "SUCCESS", "x": "SUCCESS", "y": "SUCCESS"}
    assert bench.state() is State.KILLED


def test_a_second_kill_stops_finally_too() -> None:
    bench = EngineBench(flow_of(leaf("a"), finally_tasks=leaves("f g")))
    bench.kill()
    bench.start("f")
    bench.kill()
    assert bench.run("f").state is State.KILLING
    bench.succeed("f")
    assert bench.states() == {"a": "KILLED", "f": "SUCCESS"}
    assert bench.state() is State.KILLED


def test_a_second_kill_ends_the_retries_of_finally() -> None:
    bench = EngineBench(flow_of(leaf("a"), finally_tasks=[leaf("f", retry=RETRY)]))
    bench.kill()
    bench.fail("f")
    bench.kill()
    assert bench.states() == {"a": "KILLED", "f": "KILLED"}
    assert bench.is_over()


def test_finally_is_stopped_at_the_end_of_its_limit() -> None:
    bench = EngineBench(flow_of(leaf("a"), finally_tasks=leaves("f")))
    bench.kill()
    bench.start("f")
    bench.fire()
    assert bench.now == START + timedelta(seconds=10) + FINALLY_LIMIT
    (cancel,) = bench.take(Cancel)[1:]
    assert cancel.grace_seconds == 0
    bench.end("f", State.KILLED)
    assert bench.state() is State.KILLED


def test_a_kill_of_what_has_ended_does_nothing() -> None:
    bench = EngineBench(flow_of(leaf("a"), after_execution=leaves("x")))
    bench.succeed("a")
    bench.kill()
    assert bench.state() is State.SUCCESS
    assert bench.working() == "x"


def test_an_execution_is_killed_before_its_date() -> None:
    bench = EngineBench(flow_of(leaf("a")), schedule_at=START + timedelta(hours=1))
    assert bench.state() is State.CREATED
    bench.kill()
    assert bench.state() is State.KILLED
    bench.fire()
    assert bench.states() == {}


def test_an_execution_starts_at_its_date() -> None:
    bench = EngineBench(flow_of(leaf("a")), schedule_at=START + timedelta(hours=1))
    assert bench.working() == ""
    assert bench.open() == bench.wishes
    bench.fire()
    assert bench.now == START + timedelta(hours=1)
    assert bench.working() == "a"
