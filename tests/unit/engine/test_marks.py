from __future__ import annotations

from datetime import timedelta

from lanner_coordinator.engine import events
from lanner_coordinator.engine.commands import EndExecution, WriteLog
from lanner_coordinator.engine.state import State
from tests.support.engine_bench import START, EngineBench, flow_of, flowable, leaf, leaves


def test_what_a_failure_held_up_goes_on_when_it_is_marked_as_a_success() -> None:
    bench = EngineBench(flow_of(*leaves("a b")))
    bench.fail("a")

    bench.mark("a", State.SUCCESS)

    assert bench.states() == {"a": "SUCCESS", "b": "CREATED"}
    bench.succeed("b")
    assert bench.state() is State.SUCCESS


def test_containers_above_a_marked_task_run_are_judged_again() -> None:
    inner = flowable("Sequential", "s", tasks=leaves("a b"))
    bench = EngineBench(flow_of(inner, leaf("c"), errors=leaves("e")))
    bench.succeed("a b c")
    bench.holds_back = True

    bench.mark("a", State.FAILED)

    assert bench.state() is State.RESTARTED
    assert bench.states() == {"s": "RUNNING", "a": "FAILED", "b": "SUCCESS", "c": "SUCCESS"}
    bench.send(events.Proceeded())
    assert bench.working() == "e"
    bench.succeed("e")
    assert bench.state() is State.FAILED


def test_other_failures_stay_when_one_is_marked() -> None:
    bench = EngineBench(flow_of(flowable("Parallel", "p", tasks=leaves("a b"))))
    bench.fail("a")
    bench.fail("b")

    bench.mark("a", State.WARNING)

    assert bench.states() == {"p": "FAILED", "a": "WARNING", "b": "FAILED"}
    assert bench.state() is State.FAILED


def test_a_dag_starts_what_waited_for_a_marked_child() -> None:
    task = flowable("Dag", "g", tasks=leaves("a b c"), dependencies={"b": ("a",), "c": ("b",)})
    bench = EngineBench(flow_of(task))
    bench.fail("a")

    bench.mark("a", State.SUCCESS)

    assert bench.working() == "b"
    bench.succeed("b c")
    assert bench.state() is State.SUCCESS


def test_a_marked_task_run_has_a_line_in_the_log() -> None:
    bench = EngineBench(flow_of(*leaves("a b")))
    bench.fail("a")

    bench.mark("a", State.SUCCESS)

    lines = [line.text for line in bench.take(WriteLog)]
    assert lines == ['task "a" marked SUCCESS (it was FAILED) by someone']


def test_the_end_state_is_changed_and_nothing_runs() -> None:
    bench = EngineBench(flow_of(leaf("a"), after_execution=leaves("x")))
    bench.succeed("a x")
    bench.wishes.clear()

    bench.send(events.EndStateSet(state=State.WARNING, by="moist", reason="late"))

    assert bench.state() is State.WARNING
    assert [line.text for line in bench.take(WriteLog)] == [
        "state changed from SUCCESS to WARNING by moist: late"
    ]
    assert bench.take(EndExecution) == [EndExecution(state=State.WARNING)]
    assert bench.states() == {"a": "SUCCESS", "x": "SUCCESS"}


def test_labels_are_changed_and_nothing_runs() -> None:
    bench = EngineBench(flow_of(leaf("a")))
    bench.succeed("a")
    bench.wishes.clear()

    bench.send(events.LabelsSet(labels={"env": "prod"}, by="moist"))

    assert bench.live.execution.labels == {"env": "prod"}
    assert bench.take(EndExecution) == [EndExecution(state=State.SUCCESS)]


def test_what_waits_for_its_date_is_forced_to_run_now() -> None:
    bench = EngineBench(flow_of(leaf("a")), schedule_at=START + timedelta(hours=1))

    bench.send(events.StartAllowed(by="moist"))

    assert bench.state() is State.RUNNING
    bench.fire()
    assert bench.working() == "a"
    assert bench.live.execution.last_run_number == 1


def test_a_failed_pause_that_is_marked_lets_the_flow_go_on() -> None:
    pause = flowable("Pause", "p", {"pauseDuration": "PT1M", "behavior": "FAIL"}, tasks=leaves("a"))
    bench = EngineBench(flow_of(pause, leaf("b")))
    bench.fire()
    assert bench.state() is State.FAILED

    bench.mark("p", State.SUCCESS)

    assert bench.working() == "b"
