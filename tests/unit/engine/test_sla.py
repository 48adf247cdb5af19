from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.engine.commands import CheckAssertions, StartTimer
from lanner_coordinator.engine.events import SlaBroken
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.policies import Sla, SlaBehavior
from tests.support.engine_bench import START, EngineBench, flow_of, leaves


def within(seconds: float, behavior: SlaBehavior = SlaBehavior.FAIL) -> Sla:
    return Sla(
        id="soon",
        behavior=behavior,
        duration=timedelta(seconds=seconds),
        labels={"sla": "missed"},
    )


def always(behavior: SlaBehavior = SlaBehavior.CANCEL) -> Sla:
    return Sla(id="good", behavior=behavior, assertion="{{ inputs.good }}")


def history(bench: EngineBench) -> list[State]:
    return [change.state for change in bench.live.execution.changes]


@pytest.mark.parametrize(
    ("behavior", "state"),
    [(SlaBehavior.FAIL, State.FAILED), (SlaBehavior.CANCEL, State.CANCELLED)],
)
def test_an_execution_that_takes_too_long_is_stopped(behavior: SlaBehavior, state: State) -> None:
    bench = EngineBench(flow_of(*leaves("a b"), sla=[within(60, behavior)]))
    bench.start("a")
    bench.fire()
    assert bench.now == START + timedelta(seconds=60)
    bench.end("a", State.KILLED)
    assert history(bench) == ["CREATED", "RUNNING", "KILLING", state]
    assert bench.live.execution.labels == {"sla": "missed"}
    error = 'SLA "soon" is broken: the execution took longer than PT1M'
    assert bench.live.execution.error == error


def test_an_execution_may_be_labelled_and_go_on() -> None:
    bench = EngineBench(flow_of(*leaves("a"), sla=[within(60, SlaBehavior.NONE)]))
    bench.fire()
    assert bench.live.execution.labels == {"sla": "missed"}
    bench.succeed("a")
    assert bench.state() is State.SUCCESS


def test_an_execution_that_ends_in_time_keeps_its_promise() -> None:
    bench = EngineBench(flow_of(*leaves("a"), sla=[within(60)]))
    bench.succeed("a")
    bench.fire()
    assert bench.state() is State.SUCCESS
    assert not bench.live.execution.labels


def test_waiting_for_a_date_does_not_count_and_a_restart_measures_anew() -> None:
    at = START + timedelta(hours=1)
    bench = EngineBench(flow_of(*leaves("a"), sla=[within(60)]), schedule_at=at)
    assert [timer.at for timer in bench.take(StartTimer)] == [at, at + timedelta(seconds=60)]
    bench.kill()
    bench.wait(7200)
    bench.restart()
    assert [timer.at for timer in bench.take(StartTimer)] == [bench.now + timedelta(seconds=60)]


def test_the_timer_is_started_again_after_a_crash() -> None:
    bench = EngineBench(flow_of(*leaves("a"), sla=[within(60)]))
    assert StartTimer(timer_id="sla:0", at=START + timedelta(seconds=60)) in bench.open()


def test_assertions_are_looked_at_first_when_it_begins_and_when_tasks_have_ended() -> None:
    bench = EngineBench(flow_of(*leaves("a b"), sla=[always()]))
    assert isinstance(bench.wishes[0], CheckAssertions)
    bench.take(CheckAssertions)
    bench.start("a")
    assert not bench.take(CheckAssertions)
    bench.succeed("a")
    assert bench.take(CheckAssertions)
    bench.succeed("b")
    assert not bench.take(CheckAssertions)


def test_an_assertion_that_does_not_hold_stops_the_execution_once() -> None:
    bench = EngineBench(flow_of(*leaves("a b"), sla=[always(), always(SlaBehavior.NONE)]))
    bench.send(SlaBroken(index=1))
    assert bench.state() is State.RUNNING
    bench.send(SlaBroken(index=0))
    bench.send(SlaBroken(index=0))
    assert bench.state() is State.CANCELLED
    assert bench.live.execution.broken_slas == [1, 0]


def test_a_person_kills_what_an_sla_is_stopping() -> None:
    bench = EngineBench(flow_of(*leaves("a"), sla=[within(60)], finally_tasks=leaves("f")))
    bench.fire()
    assert bench.working() == "f"
    bench.kill()
    assert bench.state() is State.FAILED
