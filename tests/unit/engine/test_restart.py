from __future__ import annotations

import pytest

from lanner_coordinator.engine.state import State
from tests.support.engine_bench import EngineBench, flow_of, flowable, leaf, leaves


def test_a_restart_goes_on_from_the_failed_task() -> None:
    bench = EngineBench(flow_of(*leaves("a b c")))
    bench.succeed("a")
    bench.fail("b")
    bench.restart()
    assert bench.state() is State.RUNNING
    assert bench.working() == "b"
    bench.succeed("b c")
    assert bench.state() is State.SUCCESS
    assert bench.live.execution.attempt_number == 2
    assert bench.live.execution.error == ""
    assert [len(bench.run(name).attempts) for name in "abc"] == [1, 2, 1]
    assert [change.state for change in bench.live.execution.changes][2:5] == [
        "FAILED",
        "RESTARTED",
        "RUNNING",
    ]


def test_a_restart_goes_down_to_the_failed_leaf_only() -> None:
    inner = flowable("Sequential", "inner", tasks=leaves("b c"))
    outer = flowable("Sequential", "outer", tasks=[leaf("a"), inner])
    bench = EngineBench(flow_of(outer, leaf("d")))
    bench.succeed("a")
    bench.fail("b")
    bench.restart()
    assert bench.working() == "b"
    bench.succeed("b c d")
    assert set(bench.states().values()) == {"SUCCESS"}


def test_a_restart_starts_what_the_siblings_of_a_failure_would_have_led_to() -> None:
    task = flowable("Parallel", "p", {"concurrent": 2}, tasks=leaves("a b c d"))
    bench = EngineBench(flow_of(task))
    bench.fail("a")
    bench.succeed("b")
    bench.restart()
    assert bench.working() == "a c"
    bench.succeed("c a d")
    assert bench.state() is State.SUCCESS


def test_a_restarted_dag_starts_what_waited_for_the_others() -> None:
    task = flowable("Dag", "g", tasks=leaves("a b c"), dependencies={"c": ("b",)})
    bench = EngineBench(flow_of(task))
    bench.fail("a")
    bench.succeed("b")
    bench.restart()
    assert bench.working() == "a c"


def test_a_restarted_loop_goes_on_with_every_value() -> None:
    properties = {"values": ["x", "y", "z"], "concurrencyLimit": 2}
    bench = EngineBench(flow_of(flowable("ForEach", "e", properties, tasks=leaves("a b"))))
    bench.fail("a/x")
    bench.succeed("a/y")
    bench.restart()
    assert bench.working() == "a/x b/y"
    bench.succeed("b/y a/x b/x a/z b/z")
    assert bench.state() is State.SUCCESS
    assert len(bench.states()) == 7


def test_a_killed_execution_can_be_restarted() -> None:
    task = flowable("Sequential", "s", tasks=leaves("a b"))
    bench = EngineBench(flow_of(task, finally_tasks=leaves("f")))
    bench.start("a")
    bench.kill()
    bench.succeed("a f")
    assert bench.state() is State.KILLED
    bench.restart()
    assert bench.working() == "b"
    bench.succeed("b f")
    assert bench.state() is State.SUCCESS


def test_later_lists_of_restarted_containers_are_removed_and_run_anew() -> None:
    task = flowable("Sequential", "s", tasks=leaves("a"), errors=leaves("e"), final=leaves("f"))
    bench = EngineBench(flow_of(task, errors=leaves("E"), after_execution=leaves("x")))
    bench.fail("a")
    bench.succeed("e f E x")
    bench.restart()
    assert bench.states() == {"s": "RUNNING", "a": "CREATED"}
    assert "e" not in bench.live.task_states
    bench.succeed("a f x")
    assert bench.state() is State.SUCCESS
    assert sorted(bench.states()) == ["a", "f", "s", "x"]


def test_removed_task_runs_of_a_loop_leave_the_views() -> None:
    inner = flowable("Sequential", "s", tasks=leaves("a"), errors=leaves("e"))
    bench = EngineBench(flow_of(flowable("ForEach", "l", {"values": ["x"]}, tasks=[inner])))
    bench.fail("a/x")
    bench.succeed("e/x")
    bench.restart()
    assert sorted(bench.live.task_states) == ["a", "l", "s"]


def test_later_lists_of_containers_that_ended_well_stay() -> None:
    task = flowable("Sequential", "s", tasks=leaves("a"), final=leaves("f"))
    bench = EngineBench(flow_of(task, leaf("b")))
    bench.succeed("a f")
    bench.fail("b")
    bench.restart()
    assert bench.run("f").state is State.SUCCESS
    bench.succeed("b")
    assert bench.states() == dict.fromkeys(("s", "a", "f", "b"), "SUCCESS")


def test_a_flowable_that_could_not_begin_is_evaluated_anew() -> None:
    bench = EngineBench(
        flow_of(flowable("If", "i", {"condition": True}, then=leaves("a"))), broken=["i"]
    )
    assert bench.state() is State.FAILED
    bench.broken.clear()
    bench.restart()
    assert bench.working() == "a"


def test_a_failed_finally_alone_is_run_again() -> None:
    bench = EngineBench(flow_of(leaf("a"), finally_tasks=leaves("f")))
    bench.succeed("a")
    bench.fail("f")
    bench.restart()
    assert bench.states() == {"a": "SUCCESS", "f": "CREATED"}
    bench.succeed("f")
    assert bench.state() is State.SUCCESS


@pytest.mark.parametrize("times", [1, 3])
def test_an_execution_can_be_restarted_again_and_again(times: int) -> None:
    task = flowable("Parallel", "p", {"concurrent": 1}, tasks=leaves("a b"))
    bench = EngineBench(flow_of(task))
    for _ in range(times):
        bench.fail("a")
        assert bench.state() is State.FAILED
        bench.restart()
    bench.succeed("a b")
    assert bench.state() is State.SUCCESS
    assert len(bench.run("a").attempts) == times + 1
    assert bench.is_over()


def test_a_restarted_task_whose_condition_does_not_hold_any_more_is_skipped() -> None:
    bench = EngineBench(flow_of(leaf("a", run_if="{{ taskrun.attemptsCount == 0 }}"), leaf("b")))
    bench.fail("a")
    bench.refused.add("a")

    bench.restart()

    assert bench.states() == {"a": "SKIPPED", "b": "CREATED"}
    assert len(bench.run("a").attempts) == 1
