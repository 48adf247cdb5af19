from __future__ import annotations

import pytest

from lanner_coordinator.engine.rules.replay import missing_in
from lanner_coordinator.engine.state import State
from tests.support.engine_bench import EngineBench, flow_of, flowable, leaf, leaves

ABC = flow_of(*leaves("a b c"))


def done(bench: EngineBench) -> EngineBench:
    """Let all that works succeed until the execution has ended."""
    while bench.working():
        bench.succeed(bench.working().split()[0])
    return bench


def held(bench: EngineBench, name: str = "") -> EngineBench:
    """A replay that has not gone on yet."""
    bench.holds_back = True
    bench.replay(name)
    return bench


def test_a_replay_is_a_new_execution_that_knows_what_it_repeats() -> None:
    bench = held(done(EngineBench(ABC)), "b")

    execution = bench.live.execution
    assert (execution.id, execution.parent_id, execution.original_id) == ("R", "E", "E")
    assert execution.state is State.RESTARTED
    assert [change.state for change in execution.changes] == [
        "CREATED",
        "RUNNING",
        "SUCCESS",
        "RESTARTED",
    ]
    assert execution.created_at == bench.now
    assert bench.states() == {"a": "SUCCESS", "b": "RESTARTED"}
    assert list(execution.task_runs) == ["R-1", "R-2"]
    assert bench.attempt_id("a") == "R-1.1"


def test_a_replayed_task_gets_a_further_attempt_and_what_follows_runs_anew() -> None:
    bench = done(EngineBench(ABC))

    bench.replay("b")

    assert bench.working() == "b"
    assert bench.run("b").attempts[-1].id == "R-2.2"
    done(bench)
    assert bench.state() is State.SUCCESS
    assert bench.states() == dict.fromkeys("abc", "SUCCESS")


def test_a_replay_of_a_replay_names_the_first_as_its_origin() -> None:
    bench = done(EngineBench(ABC))
    bench.replay("b")
    done(bench).replay("c", execution_id="S")

    execution = bench.live.execution
    assert (execution.id, execution.parent_id, execution.original_id) == ("S", "R", "E")


def test_a_loop_one_by_one_keeps_what_stands_before_the_task_in_later_values() -> None:
    loop = flowable("ForEach", "l", {"values": ["x", "y", "z"]}, tasks=leaves("a b c"))
    bench = held(done(EngineBench(flow_of(loop, leaf("d")))), "b/y")

    assert sorted(bench.states()) == ["a/x", "a/y", "a/z", "b/x", "b/y", "c/x", "l"]
    bench = done(EngineBench(flow_of(loop, leaf("d"))))
    bench.replay("b/y")
    bench.succeed("b/y c/y")
    assert bench.working() == "b/z"
    done(bench)
    assert bench.state() is State.SUCCESS
    assert len(bench.states()) == 11


def test_a_loop_with_many_values_at_once_keeps_the_others() -> None:
    values = {"values": ["x", "y"], "concurrencyLimit": 0}
    loop = flowable("ForEach", "l", values, tasks=leaves("a b"))
    bench = held(done(EngineBench(flow_of(loop))), "a/x")

    assert sorted(bench.states()) == ["a/x", "a/y", "b/y", "l"]


def test_what_runs_beside_the_task_is_kept() -> None:
    task = flowable("Parallel", "p", {"concurrent": 1}, tasks=leaves("a b"))
    bench = held(done(EngineBench(flow_of(task, leaf("c")))), "a")

    assert bench.states() == {"p": "RUNNING", "a": "RESTARTED", "b": "SUCCESS"}


def test_of_a_dag_only_what_depends_on_the_task_is_dropped() -> None:
    task = flowable(
        "Dag", "g", tasks=leaves("a b c d"), dependencies={"b": ("a",), "c": ("b",), "d": ()}
    )
    bench = done(EngineBench(flow_of(task)))
    bench.replay("a")

    assert bench.working() == "a"
    assert sorted(bench.states()) == ["a", "d", "g"]
    done(bench)
    assert sorted(bench.states()) == ["a", "b", "c", "d", "g"]


def test_what_depends_on_a_replayed_task_that_a_kill_let_end_waits_for_it() -> None:
    task = flowable("Dag", "g", tasks=leaves("a b"), dependencies={"b": ("a",)})
    bench = EngineBench(flow_of(task))
    bench.start("a")
    bench.kill()
    bench.succeed("a")
    assert bench.states() == {"g": "KILLED", "a": "SUCCESS"}

    bench.replay("a")
    assert bench.working() == "a"

    bench.succeed("a b")
    assert bench.state() is State.SUCCESS


def test_a_flowable_is_replayed_with_all_that_is_in_it() -> None:
    inner = flowable("Sequential", "s", tasks=leaves("b c"))
    bench = held(done(EngineBench(flow_of(leaf("a"), inner, leaf("d")))), "s")

    assert bench.states() == {"a": "SUCCESS", "s": "RUNNING"}


@pytest.mark.parametrize(("name", "kept"), [("e", "e f x"), ("f", "f x")])
def test_a_replay_goes_on_in_a_later_list(name: str, kept: str) -> None:
    flow = flow_of(
        leaf("a"), errors=leaves("e"), finally_tasks=leaves("f"), after_execution=leaves("x")
    )
    bench = EngineBench(flow)
    bench.fail("a")
    done(bench).replay(name)

    assert bench.working() == name
    assert bench.state() is State.RUNNING
    bench.succeed(kept)
    assert bench.state() is State.FAILED
    assert sorted(bench.states()) == ["a", "e", "f", "x"]


def test_a_replay_runs_the_tasks_of_another_revision() -> None:
    bench = done(EngineBench(ABC))

    bench.replay("b", flow_of(*leaves("a b new")), flow_revision=2)

    assert bench.live.execution.flow_revision == 2
    done(bench)
    assert sorted(bench.states()) == ["a", "b", "new"]


def test_what_another_revision_does_not_have_is_left_out() -> None:
    bench = done(EngineBench(ABC))

    bench.replay("c", flow_of(*leaves("b c")), flow_revision=2)

    assert bench.states() == {"b": "SUCCESS", "c": "CREATED"}


def test_a_task_that_moved_is_missing_in_another_revision() -> None:
    bench = done(EngineBench(ABC))
    bench.replay("b", flow_of(*leaves("a b")), flow_revision=2)
    moved = EngineBench(flow_of(flowable("Sequential", "s", tasks=leaves("a b")))).plan

    assert missing_in(moved, bench.live.execution, bench.run("b").id) == "b"
    assert missing_in(bench.plan, bench.live.execution, bench.run("b").id) == ""


def test_without_a_task_run_all_that_failed_is_tried_again_in_the_other_revision() -> None:
    bench = EngineBench(flow_of(*leaves("a b"), errors=leaves("e")))
    bench.succeed("a")
    bench.fail("b")
    bench.succeed("e")

    bench.replay("", flow_of(*leaves("a b c")), flow_revision=2)

    assert bench.states() == {"a": "SUCCESS", "b": "CREATED"}
    done(bench)
    assert bench.state() is State.SUCCESS


def test_a_replay_is_the_same_when_it_is_rebuilt() -> None:
    loop = flowable("ForEach", "l", {"values": ["x", "y"]}, tasks=leaves("a b"))
    bench = done(EngineBench(flow_of(loop)))
    bench.replay("a/x")
    bench.succeed("a/x")

    assert bench.rebuilt().execution == bench.live.execution


def test_an_opened_execution_proceeds_after_a_crash() -> None:
    bench = held(done(EngineBench(ABC)), "b")

    assert [type(command).__name__ for command in bench.open()] == ["Proceed"]


def test_killing_an_opened_execution_ends_it() -> None:
    bench = held(done(EngineBench(ABC)), "b")

    bench.kill()

    assert bench.state() is State.KILLED
    assert bench.states() == {"a": "SUCCESS", "b": "KILLED"}


def test_a_replayed_flowable_without_expressions_begins_once() -> None:
    task = flowable("Sequential", "s", tasks=leaves("a b"))
    bench = done(EngineBench(flow_of(task)))

    bench.replay("s")

    assert bench.working() == "a"


def test_a_replay_from_a_pause_pauses_again() -> None:
    pause = flowable("Pause", "p", {"pauseDuration": "PT1M"}, tasks=leaves("b"))
    bench = EngineBench(flow_of(leaf("a"), pause))
    bench.succeed("a")
    bench.fire()
    bench.succeed("b")

    bench.replay("p")

    assert bench.states() == {"a": "SUCCESS", "p": "PAUSED"}
    bench.fire()
    bench.succeed("b")
    assert bench.state() is State.SUCCESS


def test_a_replay_from_below_a_pause_does_not_pause() -> None:
    pause = flowable("Pause", "p", {"pauseDuration": "PT1M"}, tasks=leaves("b c"))
    bench = EngineBench(flow_of(pause))
    bench.fire()
    done(bench).replay("c")

    assert bench.states() == {"p": "RUNNING", "b": "SUCCESS", "c": "CREATED"}
