"""Loop: an iteration of its own for each value."""

from __future__ import annotations

from typing import Any

import pytest

from lanner_coordinator.engine import events
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import FlowOutput, InputType, Retry, RetryType, Task
from lanner_coordinator.flow.types.loop import with_iterations
from tests.support.engine_bench import START, EngineBench, flow_of, flowable, leaf, leaves


def loop(names: str = "a b", *, gives: bool = False, **settings: Any) -> Task:
    """A Loop over leaves of these names; settings are its properties and other lists."""
    lists = {key: settings.pop(key) for key in ("errors", "final", "retry") if key in settings}
    outputs = (FlowOutput(id="n", type=InputType.INT, value=1),) if gives else ()
    task = flowable("Loop", "l", settings, tasks=leaves(names), **lists)
    return with_iterations(task, outputs)


def bench_of(*tasks: Task, **fields: Any) -> EngineBench:
    """A flow of these tasks that has begun."""
    return EngineBench(flow_of(*tasks, **fields))


def test_one_value_follows_the_other() -> None:
    bench = bench_of(loop(values=["x", "y"]))

    assert bench.working() == "a/x"
    bench.succeed("a/x b/x")
    assert bench.working() == "a/y"
    bench.succeed("a/y b/y")

    assert bench.state() is State.SUCCESS
    assert bench.run("l").outputs == {
        "iterationCount": 2,
        "runningIterations": 0,
        "terminatedIterations": {"SUCCESS": 2},
    }


@pytest.mark.parametrize(("limit", "working"), [(2, "a/v a/w"), (0, "a/v a/w a/x a/y")])
def test_the_limit_says_how_many_run_at_once(limit: int, working: str) -> None:
    bench = bench_of(loop(values=["v", "w", "x", "y"], concurrencyLimit=limit))

    assert bench.working() == working


def test_the_count_of_those_that_run_is_told_meanwhile() -> None:
    bench = bench_of(loop(names="a", values=["v", "w", "x"], concurrencyLimit=2))
    bench.succeed("a/v")

    assert bench.run("l").outputs == {
        "iterationCount": 3,
        "runningIterations": 2,
        "terminatedIterations": {"SUCCESS": 1},
    }


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        (["x", "x", 1, True, {"k": [1]}], 'a/x a/1 a/true a/{"k":[1]}'),
        ('["x", "x"]', "a/x a/x"),
        ('{"k": "x", "l": "y"}', "a/x a/y"),
        ({"k": 1}, "a/1"),
        ([], ""),
    ],
)
def test_values_are_a_list_or_a_map_or_its_text(values: object, seen: str) -> None:
    bench = bench_of(loop(names="a", values=values, concurrencyLimit=0))

    runs = [run for run in bench.live.execution.task_runs.values() if run.task_id == "a"]
    assert " ".join("/".join(("a", *run.path)) for run in runs) == seen
    assert bench.is_over() is (not seen)


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"values": ["x", None]}, 'Found a null value inside the iteration values=["x",null]'),
        ({"values": "x y"}, "but are `x y`"),
        ({"values": "7"}, "the loop's values must be a list or a map, but are `7`"),
        ({"values": ["x"], "concurrencyLimit": -1}, "`concurrencyLimit` must be a whole number"),
        ({"values": ["x"], "fetchType": "SOME"}, "`fetchType` must be one of"),
    ],
)
def test_values_that_make_no_sense_fail_the_loop(settings: dict[str, Any], error: str) -> None:
    bench = bench_of(loop(**settings))

    assert bench.states() == {"l": "FAILED"}
    assert error in bench.live.execution.error


def test_after_a_failure_no_iteration_begins_and_those_that_run_end() -> None:
    bench = bench_of(loop(names="a", values=["x", "y", "z"], concurrencyLimit=2))
    bench.fail("a/x")
    bench.succeed("a/y")

    assert bench.state() is State.FAILED
    assert bench.run("l").outputs["terminatedIterations"] == {"FAILED": 1, "SUCCESS": 1}
    assert "l_iteration/z" not in bench.states()


def test_without_transmit_failed_the_loop_goes_on_and_ends_well() -> None:
    bench = bench_of(loop(names="a", values=["x", "y"], transmitFailed=False), leaf("after"))
    bench.fail("a/x")
    bench.succeed("a/y after")

    assert bench.state() is State.SUCCESS
    assert bench.run("l_iteration/x").state is State.FAILED
    assert bench.run("l").outputs["terminatedIterations"] == {"FAILED": 1, "SUCCESS": 1}


def test_errors_and_finally_run_in_each_iteration() -> None:
    task = loop(
        names="a", values=["x", "y"], transmitFailed=False, errors=leaves("e"), final=leaves("f")
    )
    bench = bench_of(task)
    bench.fail("a/x")
    bench.succeed("e/x f/x a/y f/y")

    assert bench.state() is State.SUCCESS
    assert "e/y" not in bench.states()


def test_a_retry_of_the_loop_is_one_of_its_tasks() -> None:
    retry = Retry(type=RetryType.CONSTANT, interval=START - START, max_attempts=2)
    bench = bench_of(loop(names="a", values=["x"], retry=retry))
    bench.fail("a/x")
    bench.fire()
    bench.succeed("a/x")

    assert bench.state() is State.SUCCESS


def test_outputs_are_in_the_order_of_the_values() -> None:
    task = loop(names="a", gives=True, values={"k": "x", "l": "y"}, concurrencyLimit=0)
    bench = bench_of(task)

    bench.succeed("a/y a/x")

    found = bench.run("l").outputs["outputs"]
    assert isinstance(found, list)
    assert [entry["item"] for entry in found] == [
        {"value": "x", "iteration": 0, "key": "k"},
        {"value": "y", "iteration": 1, "key": "l"},
    ]


def test_an_iteration_whose_outputs_cannot_be_evaluated_fails() -> None:
    flow = flow_of(loop(names="a", gives=True, values=["x", "y"]))
    bench = EngineBench(flow, broken=("l_iteration",))
    bench.succeed("a/x")

    assert bench.state() is State.FAILED
    assert bench.run("l_iteration/x").state is State.FAILED


def test_a_restart_goes_on_in_the_iteration_that_failed() -> None:
    bench = bench_of(loop(values=["x", "y", "z"]))
    bench.succeed("a/x b/x a/y")
    bench.fail("b/y")
    bench.restart()

    assert bench.working() == "b/y"
    bench.succeed("b/y a/z b/z")
    assert bench.state() is State.SUCCESS
    assert bench.run("l").outputs["terminatedIterations"] == {"SUCCESS": 3}


def test_a_restart_leaves_alone_what_was_forgiven() -> None:
    task = loop(names="a", values=["x", "y"], transmitFailed=False, errors=leaves("e"))
    bench = bench_of(task, leaf("after"))
    bench.fail("a/x")
    bench.succeed("e/x a/y")
    bench.fail("after")
    bench.restart()

    assert bench.working() == "after"
    assert bench.run("e/x").state is State.SUCCESS


def test_a_replay_from_inside_an_iteration_keeps_those_before_it() -> None:
    bench = bench_of(loop(values=["x", "y", "z"]))
    bench.succeed("a/x b/x a/y b/y a/z b/z")
    bench.replay("b/y")

    assert bench.working() == "b/y"
    assert bench.run("l").outputs["terminatedIterations"] == {"SUCCESS": 1}
    bench.succeed("b/y a/z b/z")
    assert bench.state() is State.SUCCESS
    assert bench.run("l").outputs["terminatedIterations"] == {"SUCCESS": 3}


def test_a_kill_ends_all_iterations_and_a_restart_goes_on_with_them() -> None:
    bench = bench_of(loop(names="a", values=["x", "y", "z"], concurrencyLimit=2))
    bench.kill()
    assert bench.state() is State.KILLED
    bench.restart()
    bench.succeed("a/x a/y a/z")

    assert bench.state() is State.SUCCESS


def test_what_a_task_gives_is_seen_in_its_iteration_only() -> None:
    inner = flowable("Sequential", "s", tasks=leaves("b"))
    task = with_iterations(
        flowable(
            "Loop", "l", {"values": ["x", "y"], "concurrencyLimit": 2}, tasks=[*leaves("a"), inner]
        ),
        (),
    )
    bench = bench_of(task)
    attempt = events.AttemptFinished(
        attempt_id=bench.attempt_id("a/x"), state=State.SUCCESS, outputs={"n": 1}
    )
    bench.send(attempt)

    live = bench.live
    assert live.outputs_for(bench.run("b/x"))["a"] == {"n": 1}
    assert "a" not in live.outputs_for(bench.run("a/y"))
    assert set(live.task_outputs) == {"l"}
    bench.succeed("b/x a/y b/y")
    assert live.views.inner == {}
