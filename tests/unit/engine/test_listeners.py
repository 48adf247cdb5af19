from __future__ import annotations

from lanner_coordinator.engine.commands import ChooseListeners
from lanner_coordinator.engine.events import ListenersChosen
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Listener
from tests.support.engine_bench import EngineBench, flow_of, leaves


def ended(*chosen: int) -> EngineBench:
    """An execution of `a` with two listeners that has ended and heard which of them fit."""
    listeners = [Listener(tasks=leaves("b c")), Listener(tasks=leaves("d"))]
    bench = EngineBench(flow_of(*leaves("a"), listeners=listeners, after_execution=leaves("after")))
    bench.succeed("a")
    assert bench.take(ChooseListeners) == [ChooseListeners()]
    assert bench.state() is State.SUCCESS
    assert not bench.is_over()
    bench.send(ListenersChosen(indexes=list(chosen)))
    return bench


def test_listeners_that_fit_run_in_order_before_what_runs_after_the_execution() -> None:
    bench = ended(0, 1)
    for name in ("b", "c", "d", "after"):
        assert bench.working() == name
        bench.succeed(name)
    assert bench.is_over()


def test_a_listener_that_does_not_fit_has_no_task_run() -> None:
    bench = ended(1)
    bench.succeed("d after")
    assert bench.states() == {"a": "SUCCESS", "d": "SUCCESS", "after": "SUCCESS"}


def test_a_listener_that_fails_stops_no_other_and_changes_no_state() -> None:
    bench = ended(0, 1)
    bench.fail("b")
    assert bench.working() == "d"
    bench.fail("d")
    assert bench.working() == "after"
    bench.fail("after")
    assert bench.is_over()
    assert bench.state() is State.SUCCESS


def test_the_conditions_are_looked_at_again_after_a_crash_and_answered_once() -> None:
    listeners = [Listener(tasks=leaves("b"))]
    bench = EngineBench(flow_of(*leaves("a"), listeners=listeners))
    bench.succeed("a")
    assert bench.open() == [ChooseListeners()]
    bench.send(ListenersChosen(indexes=[0]))
    bench.send(ListenersChosen(indexes=[]))
    assert bench.working() == "b"


def test_an_execution_without_fitting_listeners_is_over() -> None:
    listeners = [Listener(tasks=leaves("b"))]
    bench = EngineBench(flow_of(*leaves("a"), listeners=listeners))
    bench.succeed("a")
    bench.send(ListenersChosen(indexes=[]))
    assert bench.is_over()
