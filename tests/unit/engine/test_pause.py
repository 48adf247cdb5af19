from __future__ import annotations

import pytest

from lanner_coordinator.engine import commands
from lanner_coordinator.engine.execution import snapshot
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Input, InputType
from tests.support.engine_bench import EngineBench, flow_of, flowable, leaf, leaves


def _history(bench: EngineBench, name: str = "") -> list[str]:
    changes = bench.run(name).changes if name else bench.live.execution.changes
    return [change.state.value for change in changes]


def test_a_pause_stops_the_flow_until_it_is_resumed() -> None:
    bench = EngineBench(flow_of(flowable("Pause", "p"), leaf("a")))
    assert bench.state() is State.PAUSED
    assert bench.states() == {"p": "PAUSED"}
    assert not bench.take(commands.StartTimer)

    bench.resume()

    assert bench.working() == "a"
    bench.succeed("a")
    assert bench.state() is State.SUCCESS
    assert _history(bench) == ["CREATED", "RUNNING", "PAUSED", "RESTARTED", "RUNNING", "SUCCESS"]
    assert _history(bench, "p") == ["CREATED", "RUNNING", "PAUSED", "SUCCESS"]


def test_the_children_of_a_pause_run_after_it() -> None:
    bench = EngineBench(flow_of(flowable("Pause", "p", {"delay": "PT1M"}, tasks=leaves("a b"))))
    assert bench.working() == ""

    bench.fire()

    assert bench.working() == "a"
    bench.succeed("a b")
    assert bench.state() is State.SUCCESS
    assert _history(bench) == ["CREATED", "RUNNING", "PAUSED", "RUNNING", "SUCCESS"]
    assert _history(bench, "p") == ["CREATED", "RUNNING", "PAUSED", "RUNNING", "SUCCESS"]


@pytest.mark.parametrize(
    ("behavior", "pause", "execution", "next_one"),
    [
        ("RESUME", "SUCCESS", State.RUNNING, "a"),
        ("warn", "WARNING", State.RUNNING, "a"),
        ("FAIL", "FAILED", State.FAILED, ""),
        ("CANCEL", "CANCELLED", State.CANCELLED, ""),
    ],
)
def test_the_behavior_says_what_follows_when_the_pause_is_over(
    behavior: str, pause: str, execution: State, next_one: str
) -> None:
    properties = {"pauseDuration": "PT10S", "behavior": behavior}
    bench = EngineBench(flow_of(flowable("Pause", "p", properties), leaf("a")))

    bench.fire()

    assert bench.states()["p"] == pause
    assert bench.state() is execution
    assert bench.working() == next_one


def test_a_pause_that_nobody_resumes_in_time_fails_with_its_errors_and_finally() -> None:
    pause = flowable("Pause", "p", {"timeout": "PT10S"}, errors=leaves("e"), final=leaves("f"))
    bench = EngineBench(flow_of(pause, leaf("a")))

    bench.fire()

    bench.succeed("e f")
    assert bench.states() == {"p": "FAILED", "e": "SUCCESS", "f": "SUCCESS"}
    assert bench.state() is State.FAILED
    assert "timeout of PT10S" in bench.live.execution.error


def test_the_shorter_of_duration_and_timeout_counts() -> None:
    properties = {"pauseDuration": "PT5S", "timeout": "PT10S"}
    bench = EngineBench(flow_of(flowable("Pause", "p", properties)))

    bench.fire()

    assert bench.state() is State.SUCCESS


def test_a_failure_of_a_pause_may_be_allowed() -> None:
    pause = flowable("Pause", "p", {"timeout": "PT1S"}, allow_failure=True)
    bench = EngineBench(flow_of(pause))

    bench.fire()

    assert _history(bench, "p") == ["CREATED", "RUNNING", "PAUSED", "WARNING"]
    assert bench.state() is State.WARNING
    assert bench.live.execution.error == ""


@pytest.mark.parametrize(
    ("name", "value"), [("pauseDuration", "soon"), ("behavior", "MAYBE"), ("timeout", "-PT1S")]
)
def test_a_pause_whose_properties_make_no_sense_fails(name: str, value: str) -> None:
    bench = EngineBench(flow_of(flowable("Pause", "p", {name: value})))

    assert bench.state() is State.FAILED
    assert f"`{name}`" in bench.live.execution.error


def test_what_was_given_at_the_resumption_is_the_output_of_the_pause() -> None:
    pause = flowable("Pause", "p", inputs=(Input(id="reason", type=InputType.STRING),))
    bench = EngineBench(flow_of(pause))

    bench.resume(reason="because")

    outputs = bench.run("p").outputs
    assert outputs["onResume"] == {"reason": "because"}
    assert bench.live.task_outputs["p"] == outputs


def test_on_pause_runs_while_the_execution_is_paused() -> None:
    bench = EngineBench(flow_of(flowable("Pause", "p", onPause=leaves("tell"), tasks=leaves("a"))))
    assert bench.state() is State.PAUSED
    assert bench.states() == {"p": "PAUSED", "tell": "CREATED"}
    bench.succeed("tell")
    assert bench.state() is State.PAUSED

    bench.resume()

    bench.succeed("a")
    assert bench.state() is State.SUCCESS


def test_a_pause_waits_for_its_on_pause_before_it_ends() -> None:
    bench = EngineBench(flow_of(flowable("Pause", "p", onPause=leaves("tell"))))

    bench.resume()

    assert bench.state() is State.RUNNING
    bench.succeed("tell")
    assert bench.state() is State.SUCCESS


def test_a_failure_of_on_pause_fails_the_pause_and_a_restart_pauses_again() -> None:
    bench = EngineBench(flow_of(flowable("Pause", "p", onPause=leaves("tell"))))
    bench.fail("tell")
    assert bench.state() is State.FAILED

    bench.restart()

    assert bench.state() is State.PAUSED
    assert bench.working() == "tell"


def test_parallel_pauses_are_resumed_one_by_one() -> None:
    pauses = (flowable("Pause", "p"), flowable("Pause", "q"), leaf("a"))
    bench = EngineBench(flow_of(flowable("Parallel", "all", tasks=pauses)))
    bench.succeed("a")

    bench.resume("q")

    assert bench.state() is State.PAUSED
    assert bench.states() == {"all": "RUNNING", "p": "PAUSED", "q": "SUCCESS", "a": "SUCCESS"}
    bench.resume()
    assert bench.state() is State.SUCCESS


def test_a_kill_ends_a_pause() -> None:
    bench = EngineBench(flow_of(flowable("Pause", "p", {"delay": "PT1M"}), leaf("a")))

    bench.kill()

    assert bench.state() is State.KILLED
    assert bench.states() == {"p": "KILLED"}
    assert bench.take(commands.CancelTimer)


def test_a_restart_goes_on_behind_a_pause_that_was_over() -> None:
    bench = EngineBench(flow_of(flowable("Pause", "p", {"delay": "PT1M"}, tasks=leaves("a b"))))
    bench.fire()
    bench.fail("a")

    bench.restart()

    assert bench.states() == {"p": "RUNNING", "a": "CREATED"}
    bench.succeed("a b")
    assert bench.state() is State.SUCCESS
    assert _history(bench, "p").count("PAUSED") == 1


def test_a_restart_begins_a_pause_anew_that_ended_badly() -> None:
    bench = EngineBench(flow_of(flowable("Pause", "p", {"timeout": "PT1M"}, errors=leaves("e"))))
    bench.fire()
    bench.succeed("e")

    bench.restart()

    assert bench.states() == {"p": "PAUSED"}
    assert bench.state() is State.PAUSED


def test_a_crash_leaves_a_pause_with_its_date() -> None:
    bench = EngineBench(flow_of(flowable("Pause", "p", {"delay": "PT1M"})))
    (timer,) = bench.take(commands.StartTimer)

    assert bench.open() == [timer]
    assert snapshot(bench.rebuilt().execution) == snapshot(bench.live.execution)


def test_a_paused_execution_begins_nothing_and_lets_what_runs_end() -> None:
    bench = EngineBench(flow_of(*leaves("a b")))
    bench.start("a")

    bench.pause()

    assert bench.state() is State.PAUSED
    bench.succeed("a")
    assert bench.states() == {"a": "SUCCESS"}
    bench.resume()
    assert bench.working() == "b"
    bench.succeed("b")
    assert _history(bench) == ["CREATED", "RUNNING", "PAUSED", "RESTARTED", "RUNNING", "SUCCESS"]


def test_what_waits_for_an_agent_is_taken_out_of_the_queue_while_it_is_paused() -> None:
    bench = EngineBench(flow_of(leaf("a")))
    (dispatch,) = bench.take(commands.Dispatch)

    bench.pause()

    assert bench.take(commands.Withdraw) == [commands.Withdraw(attempt_id=dispatch.attempt_id)]
    assert bench.open() == []
    bench.resume()
    assert bench.take(commands.Dispatch) == [dispatch]


def test_an_execution_may_be_killed_while_it_is_paused() -> None:
    bench = EngineBench(flow_of(*leaves("a b"), finally_tasks=leaves("f")))
    bench.pause()
    bench.succeed("a")

    bench.kill()

    assert bench.working() == "f"
    bench.succeed("f")
    assert bench.state() is State.KILLED


def test_only_a_running_execution_is_paused() -> None:
    bench = EngineBench(flow_of(flowable("Pause", "p")))

    bench.pause()

    assert not bench.live.execution.is_on_hold
