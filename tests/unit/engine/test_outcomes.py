from __future__ import annotations

import pytest

from lanner_coordinator.engine.rules.eligibility import Act, refusal
from lanner_coordinator.engine.state import State
from tests.support.engine_bench import EngineBench, flow_of, flowable, leaf, leaves


def test_errors_run_after_a_failure_and_never_rescue() -> None:
    bench = EngineBench(flow_of(*leaves("a b"), errors=leaves("e f")))
    bench.fail("a")
    bench.succeed("e f")
    assert bench.states() == {"a": "FAILED", "e": "SUCCESS", "f": "SUCCESS"}
    assert bench.state() is State.FAILED
    assert bench.live.execution.failed_task_id == "a"


def test_errors_do_not_run_without_a_failure() -> None:
    bench = EngineBench(flow_of(leaf("a"), errors=leaves("e")))
    bench.succeed("a")
    assert bench.states() == {"a": "SUCCESS"}


def test_local_errors_run_before_those_above() -> None:
    task = flowable("Sequential", "s", tasks=leaves("a"), errors=leaves("local"))
    bench = EngineBench(flow_of(task, errors=leaves("flow")))
    bench.fail("a")
    assert bench.working() == "local"
    bench.fail("local")
    assert bench.working() == "flow"


def test_errors_wait_for_running_siblings() -> None:
    task = flowable("Parallel", "p", tasks=leaves("a b"), errors=leaves("e"))
    bench = EngineBench(flow_of(task))
    bench.fail("a")
    assert bench.working() == "b"
    bench.succeed("b")
    assert bench.working() == "e"


@pytest.mark.parametrize("state", [State.SUCCESS, State.FAILED])
def test_finally_runs_whatever_the_outcome(state: State) -> None:
    bench = EngineBench(flow_of(leaf("a"), finally_tasks=leaves("f g")))
    bench.end("a", state)
    bench.succeed("f g")
    assert bench.state() is state


def test_finally_runs_after_errors_at_both_levels() -> None:
    task = flowable("Sequential", "s", tasks=leaves("a"), errors=leaves("e"), final=leaves("f"))
    bench = EngineBench(flow_of(task, errors=leaves("E"), finally_tasks=leaves("F")))
    bench.fail("a")
    for name in "efEF":
        assert bench.working() == name
        bench.succeed(name)
    assert bench.state() is State.FAILED


def test_a_failing_finally_fails_its_container_and_stops() -> None:
    bench = EngineBench(flow_of(leaf("a"), finally_tasks=leaves("f g")))
    bench.succeed("a")
    bench.fail("f")
    assert bench.states() == {"a": "SUCCESS", "f": "FAILED"}
    assert bench.state() is State.FAILED


def test_after_execution_runs_once_the_state_is_set_and_cannot_change_it() -> None:
    bench = EngineBench(flow_of(leaf("a"), after_execution=leaves("x y")))
    bench.succeed("a")
    assert bench.state() is State.SUCCESS
    assert not bench.is_over()
    bench.fail("x")
    assert bench.is_over()
    assert bench.state() is State.SUCCESS


def test_a_task_whose_run_if_does_not_hold_is_skipped() -> None:
    bench = EngineBench(flow_of(leaf("a", run_if="{{ no }}"), leaf("b")), refused=["a"])
    bench.succeed("b")
    assert bench.states() == {"a": "SKIPPED", "b": "SUCCESS"}
    assert bench.state() is State.SUCCESS


def test_only_skipped_tasks_make_a_success() -> None:
    bench = EngineBench(flow_of(leaf("a", run_if="{{ no }}")), refused=["a"])
    assert bench.state() is State.SUCCESS


def test_a_run_if_that_cannot_be_evaluated_fails_its_task() -> None:
    bench = EngineBench(flow_of(leaf("a", run_if="{{ x }}"), leaf("b")), broken=["a"])
    assert bench.states() == {"a": "FAILED"}
    assert bench.live.execution.error == "no such variable"


@pytest.mark.parametrize(
    ("failure", "warning", "ends", "state"),
    [
        (True, False, State.FAILED, State.WARNING),
        (True, True, State.FAILED, State.SUCCESS),
        (False, True, State.WARNING, State.SUCCESS),
        (False, True, State.FAILED, State.FAILED),
        (True, False, State.WARNING, State.WARNING),
        (True, True, State.KILLED, State.KILLED),
    ],
)
def test_allowed_failures_and_warnings(
    failure: bool, warning: bool, ends: State, state: State
) -> None:
    bench = EngineBench(flow_of(leaf("a", allow_failure=failure, allow_warning=warning)))
    bench.end("a", ends)
    assert bench.run("a").state is state
    assert bench.state() is state


@pytest.mark.parametrize("kind", ["Sequential", "Parallel", "Dag"])
def test_a_flowable_may_allow_the_failure_of_its_children(kind: str) -> None:
    task = flowable(kind, "s", tasks=leaves("a"), allow_failure=True)
    bench = EngineBench(flow_of(task, leaf("b")))
    bench.fail("a")
    bench.succeed("b")
    assert bench.state() is State.WARNING


_MAY_RETRY = {State.FAILED, State.KILLED, State.CANCELLED}
_MAY_KILL = {
    State.CREATED,
    State.SUBMITTED,
    State.QUEUED,
    State.RUNNING,
    State.PAUSED,
    State.RESTARTED,
    State.RETRYING,
    State.KILLING,
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize(("act", "allowed"), [(Act.RETRY, _MAY_RETRY), (Act.KILL, _MAY_KILL)])
def test_each_act_is_allowed_in_its_states_alone(
    state: State, act: Act, allowed: set[State]
) -> None:
    assert (refusal(act, state) == "") is (state in allowed)
