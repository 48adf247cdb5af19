from __future__ import annotations

from dataclasses import replace

import pytest

from lanner_coordinator.engine.control.table import CONTROLS
from lanner_coordinator.engine.state import State
from tests.support.engine_bench import EngineBench, flow_of, flowable, leaf, leaves


def test_a_sequence_runs_one_task_after_the_other() -> None:
    bench = EngineBench(flow_of(flowable("Sequential", "s", tasks=leaves("a b")), leaf("c")))
    assert bench.working() == "a"
    bench.succeed("a")
    assert bench.working() == "b"
    bench.succeed("b")
    assert bench.working() == "c"
    bench.succeed("c")
    assert bench.state() is State.SUCCESS
    assert bench.is_over()


def test_a_sequence_stops_at_its_first_failure() -> None:
    bench = EngineBench(flow_of(flowable("Sequential", "s", tasks=leaves("a b")), leaf("c")))
    bench.fail("a")
    assert bench.states() == {"s": "FAILED", "a": "FAILED"}
    assert bench.state() is State.FAILED


def test_disabled_tasks_are_left_out() -> None:
    bench = EngineBench(flow_of(leaf("a", is_disabled=True), leaf("b")))
    bench.succeed("b")
    assert bench.states() == {"b": "SUCCESS"}


def test_a_flow_of_disabled_tasks_succeeds_at_once() -> None:
    bench = EngineBench(flow_of(leaf("a", is_disabled=True)))
    assert bench.state() is State.SUCCESS
    assert bench.is_over()


@pytest.mark.parametrize(
    ("limit", "at_once", "after_a"),
    [
        (0, "a b c", "b c"),
        (1, "a", "b"),
        (2, "a b", "b c"),
        ("2", "a b", "b c"),
        (9, "a b c", "b c"),
    ],
)
def test_parallel_starts_as_many_as_its_limit(limit: object, at_once: str, after_a: str) -> None:
    bench = EngineBench(
        flow_of(flowable("Parallel", "p", {"concurrent": limit}, tasks=leaves("a b c")))
    )
    assert bench.working() == at_once
    bench.succeed("a")
    assert bench.working() == after_a


@pytest.mark.parametrize("limit", [-1, "many", 1.5])
def test_a_senseless_limit_fails_the_flowable(limit: object) -> None:
    bench = EngineBench(
        flow_of(flowable("Parallel", "p", {"concurrent": limit}, tasks=leaves("a")))
    )
    assert bench.states() == {"p": "FAILED"}
    assert "`concurrent` must be a whole number" in bench.live.execution.error


def test_siblings_of_a_failed_task_finish_before_parallel_ends() -> None:
    bench = EngineBench(
        flow_of(flowable("Parallel", "p", {"concurrent": 2}, tasks=leaves("a b c")))
    )
    bench.fail("a")
    assert bench.working() == "b"
    assert bench.run("p").state is State.RUNNING
    bench.succeed("b")
    assert bench.states() == {"p": "FAILED", "a": "FAILED", "b": "SUCCESS"}


@pytest.mark.parametrize(
    ("condition", "working"), [(True, "a"), ("true", "a"), ("false", "b"), ("", "b"), (None, "b")]
)
def test_if_takes_the_list_of_its_condition(condition: object, working: str) -> None:
    task = flowable("If", "i", {"condition": condition}, then=leaves("a"), other=leaves("b"))
    bench = EngineBench(flow_of(task))
    assert bench.working() == working
    assert bench.run("i").outputs == {"evaluationResult": working == "a"}


def test_if_without_else_succeeds() -> None:
    bench = EngineBench(flow_of(flowable("If", "i", {"condition": False}, then=leaves("a"))))
    assert bench.states() == {"i": "SUCCESS"}


@pytest.mark.parametrize(
    ("value", "working", "defaults"),
    [("x", "a", False), (True, "b", False), ("y", "c", True), (None, "c", True)],
)
def test_switch_takes_the_case_of_its_value(value: object, working: str, defaults: bool) -> None:
    cases = {"cases.x": leaves("a"), "cases.true": leaves("b")}
    task = flowable("Switch", "s", {"value": value}, cases=cases, defaults=leaves("c"))
    bench = EngineBench(flow_of(task))
    assert bench.working() == working
    assert bench.run("s").outputs["defaults"] is defaults


def test_switch_without_a_fitting_case_fails_with_a_sentence() -> None:
    task = flowable("Switch", "s", {"value": "y"}, cases={"cases.x": leaves("a")})
    bench = EngineBench(flow_of(task))
    assert bench.states() == {"s": "FAILED"}
    assert 'no case for the value "y"' in bench.live.execution.error


def test_a_dag_starts_a_task_when_all_its_dependencies_ended() -> None:
    edges = {"c": ("a", "b"), "d": ("c", "c")}
    bench = EngineBench(flow_of(flowable("Dag", "g", tasks=leaves("d c b a"), dependencies=edges)))
    assert bench.working() == "b a"
    bench.succeed("a")
    assert bench.working() == "b"
    bench.end("b", State.WARNING)
    assert bench.working() == "c"
    bench.succeed("c d")
    assert bench.state() is State.WARNING


def test_a_dag_does_not_wait_for_a_disabled_dependency() -> None:
    tasks = (leaf("a", is_disabled=True), leaf("b"))
    bench = EngineBench(flow_of(flowable("Dag", "g", tasks=tasks, dependencies={"b": ("a",)})))
    assert bench.working() == "b"


def test_a_dag_keeps_to_its_limit() -> None:
    task = flowable(
        "Dag", "g", {"concurrent": 1}, tasks=leaves("a b c"), dependencies={"c": ("a",)}
    )
    bench = EngineBench(flow_of(task))
    assert bench.working() == "a"
    bench.succeed("a")
    assert bench.working() == "b"
    bench.succeed("b")
    assert bench.working() == "c"


def test_a_failure_stops_all_of_a_dag() -> None:
    task = flowable("Dag", "g", tasks=leaves("a b c"), dependencies={"c": ("a",)})
    bench = EngineBench(flow_of(task))
    bench.fail("b")
    bench.succeed("a")
    assert bench.states() == {"g": "FAILED", "a": "SUCCESS", "b": "FAILED"}


def test_for_each_runs_value_by_value_by_default() -> None:
    bench = EngineBench(
        flow_of(flowable("ForEach", "e", {"values": ["x", "y"]}, tasks=leaves("a b")))
    )
    for name in ("a/x", "b/x", "a/y", "b/y"):
        assert bench.working() == name
        bench.succeed(name)
    assert bench.state() is State.SUCCESS
    assert [run.iteration for run in bench.live.execution.task_runs.values()] == [None, 0, 0, 1, 1]


def test_for_each_limits_values_and_keeps_the_chain_of_each() -> None:
    properties = {"values": ["x", "y", "z"], "concurrencyLimit": 2}
    bench = EngineBench(flow_of(flowable("ForEach", "e", properties, tasks=leaves("a b"))))
    assert bench.working() == "a/x a/y"
    bench.succeed("a/y")
    assert bench.working() == "a/x b/y"
    bench.succeed("b/y")
    assert bench.working() == "a/x a/z"


def test_for_each_without_a_limit_starts_the_first_task_of_every_value() -> None:
    properties = {"values": ["x", "y", "z"], "concurrencyLimit": 0}
    bench = EngineBench(flow_of(flowable("ForEach", "e", properties, tasks=leaves("a b"))))
    assert bench.working() == "a/x a/y a/z"


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (["x", "y", "x"], "a/x a/y"),
        ('["x", 1]', "a/x a/1"),
        ([1, "1", True], "a/1 a/true"),
        ([{"k": 1}], 'a/{"k":1}'),
        ({"k": 1}, 'a/{"key":"k","value":1}'),
    ],
)
def test_values_of_a_loop_are_distinct_texts(values: object, names: str) -> None:
    properties = {"values": values, "concurrencyLimit": 0}
    bench = EngineBench(flow_of(flowable("ForEach", "e", properties, tasks=leaves("a"))))
    assert bench.working() == names


def test_null_among_the_values_fails_the_loop_and_says_which_values() -> None:
    values = [1, None, {"key": True}]
    bench = EngineBench(flow_of(flowable("ForEach", "e", {"values": values}, tasks=leaves("a"))))
    expected = "Found '1' null values on Each, with values=[1, null, {key=true}]"
    assert bench.live.execution.error == expected


@pytest.mark.parametrize("values", ["no list", 7, None])
def test_values_that_are_no_list_fail_the_loop(values: object) -> None:
    bench = EngineBench(flow_of(flowable("ForEach", "e", {"values": values}, tasks=leaves("a"))))
    assert bench.states() == {"e": "FAILED"}
    assert "the loop's values must" in bench.live.execution.error


@pytest.mark.parametrize("name", ["ForEach", "EachSequential", "EachParallel"])
def test_a_loop_over_nothing_succeeds(name: str) -> None:
    properties: dict[str, object] = {"values": [], "value": []}
    bench = EngineBench(flow_of(flowable(name, "e", properties, tasks=leaves("a"))))
    assert bench.states() == {"e": "SUCCESS"}


def test_nested_loops_name_their_task_runs_by_all_values() -> None:
    inner = flowable("ForEach", "inner", {"values": ["1", "2"]}, tasks=leaves("a"))
    bench = EngineBench(
        flow_of(flowable("ForEach", "outer", {"values": ["x", "y"]}, tasks=[inner]))
    )
    bench.succeed("a/x/1 a/x/2 a/y/1 a/y/2")
    assert bench.state() is State.SUCCESS
    assert bench.run("a/y/2").value == "2"
    assert bench.live.task_states["a"] == {
        value: {number: {"state": "SUCCESS"} for number in "12"} for value in "xy"
    }


def test_a_failure_in_a_loop_starts_no_further_value() -> None:
    properties = {"values": ["x", "y", "z"], "concurrencyLimit": 2}
    bench = EngineBench(flow_of(flowable("ForEach", "e", properties, tasks=leaves("a b"))))
    bench.fail("a/x")
    bench.succeed("a/y")
    assert bench.states() == {"e": "FAILED", "a/x": "FAILED", "a/y": "SUCCESS"}


def test_each_sequential_runs_value_by_value() -> None:
    task = flowable("EachSequential", "e", {"value": '["x", "y"]'}, tasks=leaves("a b"))
    bench = EngineBench(flow_of(task))
    for name in ("a/x", "b/x", "a/y", "b/y"):
        assert bench.working() == name
        bench.succeed(name)


def test_each_parallel_runs_all_tasks_of_all_values_at_once() -> None:
    task = flowable("EachParallel", "e", {"value": ["x", "y"]}, tasks=leaves("a b"))
    assert EngineBench(flow_of(task)).working() == "a/x b/x a/y b/y"
    limited = replace(task, properties={"value": ["x", "y"], "concurrent": 3})
    bench = EngineBench(flow_of(limited))
    assert bench.working() == "a/x b/x a/y"
    bench.succeed("b/x")
    assert bench.working() == "a/x a/y b/y"


def test_allow_failure_turns_a_failure_into_a_warning() -> None:
    bench = EngineBench(flow_of(flowable("AllowFailure", "w", tasks=leaves("a b")), leaf("c")))
    bench.fail("a")
    bench.succeed("c")
    assert bench.states() == {"w": "WARNING", "a": "FAILED", "c": "SUCCESS"}
    assert bench.state() is State.WARNING


def test_the_runtime_is_told_what_to_evaluate_for_a_flowable() -> None:
    flow = "io.kestra.plugin.core.flow"

    assert CONTROLS[f"{flow}.If"].properties == {"condition": "text"}
    assert CONTROLS[f"{flow}.Switch"].properties == {"value": "text"}
    assert CONTROLS[f"{flow}.ForEach"].properties == {
        "values": "typed",
        "concurrencyLimit": "typed",
    }
    assert CONTROLS[f"{flow}.Sequential"].properties == {}
    assert "io.kestra.plugin.core.log.Log" not in CONTROLS
