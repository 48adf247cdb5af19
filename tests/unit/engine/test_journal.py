from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.engine.commands import (
    Cancel,
    Command,
    Dispatch,
    EndExecution,
    Evaluate,
    EvaluateOutputs,
    RunNative,
    StartTimer,
)
from lanner_coordinator.engine.decide import begin, decide, open_commands
from lanner_coordinator.engine.events import (
    AttemptFinished,
    AttemptReturned,
    AttemptStarted,
    AttemptSubmitted,
    ExecutionRestored,
    OutputsEvaluated,
    OutputsFailed,
    TaskRunEvaluated,
    TimerFired,
)
from lanner_coordinator.engine.execution import restore, snapshot
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import FlowOutput, InputType, Retry, RetryType, TaskKind
from tests.support.engine_bench import EngineBench, flow_of, flowable, leaf, leaves

RETRY = Retry(type=RetryType.CONSTANT, interval=timedelta(seconds=5))
OUTPUT = FlowOutput(id="o", type=InputType.STRING, value="{{ 1 }}")


def eventful() -> EngineBench:
    """An execution in which much has happened and much is under way."""
    loop = flowable("ForEach", "e", {"values": ["x", "y"]}, tasks=leaves("a b"))
    dag = flowable("Dag", "g", tasks=leaves("c d"), dependencies={"d": ("c",)})
    outer = flowable("Parallel", "p", tasks=[loop, dag, leaf("r", retry=RETRY), leaf("s")])
    bench = EngineBench(flow_of(outer, errors=leaves("z")))
    bench.start("a/x")
    bench.send(
        AttemptFinished(
            attempt_id=bench.attempt_id("a/x"), state=State.SUCCESS, outputs={"n": 1, "t": ["u"]}
        )
    )
    bench.start("c")
    bench.lose("c")
    bench.fail("r")
    bench.fail("s")
    return bench


def test_a_replay_of_the_journal_makes_the_same_execution() -> None:
    bench = eventful()
    rebuilt = bench.rebuilt()
    assert snapshot(rebuilt.execution) == snapshot(bench.live.execution)
    assert rebuilt.task_outputs == bench.live.task_outputs
    assert rebuilt.task_states == bench.live.task_states


def test_a_snapshot_holds_all_of_an_execution() -> None:
    bench = eventful()
    record = snapshot(bench.live.execution)
    assert restore(record) == bench.live.execution
    assert snapshot(restore(record)) == record


def test_a_restored_execution_goes_on_as_if_it_had_never_been_away() -> None:
    bench = eventful()
    restored = ExecutionRestored(snapshot=snapshot(bench.live.execution))
    live, commands = begin(restored, bench.now, bench.plan)
    assert not commands
    assert live.task_outputs == bench.live.task_outputs == {"a": {"x": {"n": 1, "t": ["u"]}}}
    event = AttemptFinished(attempt_id=bench.attempt_id("b/x"), state=State.SUCCESS)
    assert decide(live, event, bench.now) == decide(bench.live, event, bench.now)
    assert snapshot(live.execution) == snapshot(bench.live.execution)


def test_outputs_of_a_failed_attempt_are_forgotten_when_the_next_has_none() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=RETRY), leaf("b")))
    attempt_id = bench.attempt_id("a")
    outputs: dict[str, object] = {"n": 1}
    bench.send(AttemptFinished(attempt_id=attempt_id, state=State.FAILED, outputs=outputs))
    assert bench.live.task_outputs == {"a": {"n": 1}}
    bench.fire()
    bench.succeed("a")
    assert bench.live.task_outputs == {}


def test_an_execution_begins_once() -> None:
    bench = eventful()
    with pytest.raises(ValueError, match="begins an execution"):
        decide(bench.live, ExecutionRestored(snapshot=b"{}"), bench.now)


# Fencing


def test_reports_on_an_old_attempt_change_nothing() -> None:
    bench = EngineBench(flow_of(leaf("a")))
    old = bench.attempt_id("a")
    bench.start("a")
    bench.lose("a")
    before = snapshot(bench.live.execution)
    for event in (
        AttemptSubmitted(attempt_id=old, agent_id="agent"),
        AttemptStarted(attempt_id=old),
        AttemptReturned(attempt_id=old, reason="full"),
        AttemptFinished(attempt_id=old, state=State.SUCCESS),
    ):
        assert not decide(bench.live, event, bench.now)
    assert snapshot(bench.live.execution) == before


@pytest.mark.parametrize("attempt_id", ["E-9.1", "E-1.7", "E-1", "nonsense"])
def test_reports_on_attempts_that_never_were_change_nothing(attempt_id: str) -> None:
    bench = EngineBench(flow_of(leaf("a")))
    before = snapshot(bench.live.execution)
    bench.send(AttemptFinished(attempt_id=attempt_id, state=State.SUCCESS))
    assert snapshot(bench.live.execution) == before


def test_a_second_start_leaves_the_first_date() -> None:
    bench = EngineBench(flow_of(leaf("a")))
    bench.start("a")
    bench.wait(10)
    before = snapshot(bench.live.execution)
    bench.start("a")
    assert snapshot(bench.live.execution) == before


def test_a_second_evaluation_does_not_bring_a_retry_forward() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=RETRY, run_if="{{ yes }}")))
    bench.fail("a")
    bench.send(TaskRunEvaluated(task_run_id=bench.run("a").id))
    assert bench.run("a").state is State.RETRYING


def test_a_timer_of_an_earlier_retry_is_ignored() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=RETRY)))
    bench.fail("a")
    (first,) = bench.take(StartTimer)
    bench.send(TimerFired(timer_id=first.timer_id))
    bench.fail("a")
    bench.send(TimerFired(timer_id=first.timer_id))
    assert bench.run("a").state is State.RETRYING


def test_a_returned_attempt_waits_for_another_agent() -> None:
    bench = EngineBench(flow_of(leaf("a")))
    attempt_id = bench.attempt_id("a")
    bench.take(Dispatch)
    bench.send(AttemptSubmitted(attempt_id=attempt_id, agent_id="agent"))
    bench.send(AttemptReturned(attempt_id=attempt_id, reason="full"))
    assert bench.run("a").state is State.CREATED
    assert [wish.attempt_id for wish in bench.take(Dispatch)] == [attempt_id]
    assert bench.run("a").attempts[0].agent_id == ""


# After a crash


def kinds(commands: object) -> list[type[Command]]:
    """Types of commands."""
    assert isinstance(commands, list)
    return [type(command) for command in commands]


def test_after_a_crash_waiting_attempts_are_dispatched_and_running_ones_left_alone() -> None:
    bench = EngineBench(flow_of(flowable("Parallel", "p", tasks=leaves("a b c"))))
    bench.start("a")
    bench.send(AttemptSubmitted(attempt_id=bench.attempt_id("b"), agent_id="agent"))
    assert bench.open() == [
        Dispatch(task_run_id=bench.run("c").id, attempt_id=bench.attempt_id("c"))
    ]


def test_after_a_crash_retries_keep_their_dates() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=RETRY)))
    bench.fail("a")
    assert bench.open() == bench.take(StartTimer)


def test_after_a_crash_native_tasks_run_and_expressions_are_evaluated_again() -> None:
    tasks = [leaf("n", kind=TaskKind.NATIVE), leaf("r", run_if="{{ yes }}")]
    flow = flow_of(flowable("Sequential", "s", tasks=tasks))
    bench = EngineBench(flow)
    assert kinds(bench.open()) == [RunNative]
    attempt = AttemptFinished(attempt_id=bench.attempt_id("n"), state=State.SUCCESS)
    decide(bench.live, attempt, bench.now)
    assert bench.open() == [Evaluate(task_run_id=bench.run("r").id)]


def test_after_a_crash_a_kill_goes_on() -> None:
    bench = EngineBench(flow_of(leaf("a")))
    bench.start("a")
    bench.kill()
    assert kinds(bench.open()) == [StartTimer, Cancel]


def test_after_a_crash_the_outputs_are_evaluated_again() -> None:
    bench = EngineBench(flow_of(leaf("a"), outputs=[OUTPUT]))
    bench.succeed("a")
    assert bench.state() is State.RUNNING
    assert bench.open() == [EvaluateOutputs()] == bench.take(EvaluateOutputs)


def test_after_a_crash_an_ended_execution_is_archived() -> None:
    bench = EngineBench(flow_of(leaf("a")))
    bench.succeed("a")
    assert bench.open() == [EndExecution(state=State.SUCCESS)]
    assert open_commands(bench.rebuilt()) == [EndExecution(state=State.SUCCESS)]


def test_after_a_crash_after_execution_goes_on_before_the_end() -> None:
    bench = EngineBench(flow_of(leaf("a"), after_execution=leaves("x")))
    bench.succeed("a")
    assert kinds(bench.open()) == [Dispatch]


# Flow outputs


def test_outputs_are_kept_and_end_the_execution() -> None:
    bench = EngineBench(flow_of(leaf("a"), outputs=[OUTPUT], after_execution=leaves("x")))
    bench.succeed("a")
    bench.send(OutputsEvaluated(values={"o": "1"}))
    assert bench.state() is State.SUCCESS
    assert bench.live.execution.outputs == {"o": "1"}
    bench.send(OutputsEvaluated(values={"o": "1"}))
    assert bench.working() == "x"


def test_outputs_that_cannot_be_evaluated_fail_the_execution() -> None:
    bench = EngineBench(flow_of(leaf("a"), outputs=[OUTPUT]))
    bench.succeed("a")
    bench.send(OutputsFailed(error="no such task"))
    assert bench.state() is State.FAILED
    assert bench.live.execution.error == "no such task"
    assert bench.is_over()
