from __future__ import annotations

from datetime import timedelta
from typing import Any

from lanner_coordinator.engine.commands import RepeatExecution
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Retry, RetryBehavior, RetryType
from tests.support.engine_bench import START, EngineBench, flow_of, flowable, leaf, leaves


def every(seconds: float, **fields: Any) -> Retry:
    """A constant retry."""
    return Retry(type=RetryType.CONSTANT, interval=timedelta(seconds=seconds), **fields)


def anew(seconds: float, **fields: Any) -> Retry:
    """A constant retry of the whole execution."""
    return every(seconds, behavior=RetryBehavior.CREATE_NEW_EXECUTION, **fields)


# The `errors` of a flowable before its retry


def rescued(**fields: Any) -> EngineBench:
    """A Sequential with `errors` of two tasks and a retry."""
    return EngineBench(
        flow_of(
            flowable(
                "Sequential",
                "s",
                tasks=leaves("a b"),
                errors=[leaf("e", retry=every(1, max_attempts=1)), leaf("f")],
                retry=every(5, max_attempts=2, **fields),
            )
        )
    )


def test_the_errors_of_a_flowable_run_before_its_retry_and_leave_no_task_run() -> None:
    bench = rescued()
    bench.fail("a")
    assert bench.run("a").state is State.RETRYING
    assert bench.working() == "a e"
    bench.succeed("e f")
    assert bench.states() == {"s": "RUNNING", "a": "RETRYING"}
    bench.fire()
    bench.succeed("a b")
    assert bench.states() == {"s": "SUCCESS", "a": "SUCCESS", "b": "SUCCESS"}


def test_a_retry_waits_for_errors_that_take_longer_than_its_delay() -> None:
    bench = rescued()
    bench.fail("a")
    bench.wait(60)
    bench.succeed("e f")
    assert bench.run("a").retry_at == START + timedelta(seconds=60)


def test_errors_that_fail_do_not_keep_a_task_from_its_retry() -> None:
    bench = rescued()
    bench.fail("a")
    bench.fail("e")
    assert bench.states() == {"s": "RUNNING", "a": "RETRYING"}


def test_after_the_last_attempt_the_errors_of_a_flowable_stay() -> None:
    bench = rescued()
    bench.fail("a")
    bench.succeed("e f")
    bench.fire()
    bench.fail("a")
    bench.succeed("e f")
    assert bench.states() == {"s": "FAILED", "a": "FAILED", "e": "SUCCESS", "f": "SUCCESS"}


def test_a_kill_ends_a_task_that_waits_for_errors_before_its_retry() -> None:
    bench = rescued()
    bench.fail("a")
    bench.start("e")
    bench.kill()
    assert bench.run("a").state is State.RETRYING
    bench.end("e", State.KILLED)
    assert bench.states() == {"s": "KILLED", "a": "KILLED"}
    assert bench.state() is State.KILLED


def test_a_flowable_that_asks_for_retries_does_not_make_its_tasks_warn() -> None:
    bench = rescued(warn_on_retry=True)
    bench.fail("a")
    bench.succeed("e f")
    bench.fire()
    bench.succeed("a b")
    assert bench.state() is State.SUCCESS


# A new execution in the place of one that failed


def test_an_execution_may_be_retried_as_a_new_one() -> None:
    bench = EngineBench(
        flow_of(leaf("a", retry=anew(5, max_attempts=3)), leaf("b"), errors=leaves("e"))
    )
    bench.fail("a")
    assert bench.states() == {"a": "FAILED"}
    assert bench.state() is State.RETRIED
    assert bench.take(RepeatExecution) == [
        RepeatExecution(at=START + timedelta(seconds=5), attempt_number=2, first_created_at=START)
    ]


def test_the_last_of_such_executions_fails_and_runs_its_errors() -> None:
    bench = EngineBench(
        flow_of(leaf("a"), retry=anew(5, max_attempts=3), errors=leaves("e")), number=3
    )
    bench.fail("a")
    assert bench.working() == "e"
    bench.succeed("e")
    assert bench.state() is State.FAILED
    assert not bench.take(RepeatExecution)


def test_max_duration_of_such_executions_begins_with_the_first_of_them() -> None:
    retry = anew(5, max_duration=timedelta(seconds=100))
    bench = EngineBench(
        flow_of(leaf("a", retry=retry)), number=2, first_created_at=START - timedelta(seconds=90)
    )
    bench.wait(6)
    bench.fail("a")
    assert bench.state() is State.FAILED


def test_what_is_allowed_to_fail_is_retried_first() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=anew(5), allow_failure=True), leaf("b")))
    bench.fail("a")
    assert bench.state() is State.RETRIED
    assert bench.working() == ""


def test_siblings_that_run_end_before_the_execution_is_retried() -> None:
    bench = EngineBench(
        flow_of(flowable("Parallel", "p", tasks=[leaf("a", retry=anew(5)), leaf("b")]))
    )
    bench.fail("a")
    assert bench.state() is State.RUNNING
    bench.succeed("b")
    assert bench.state() is State.RETRIED


def test_a_killed_execution_is_not_retried() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=anew(5))))
    bench.kill()
    assert bench.state() is State.KILLED


def test_a_retry_comes_after_what_runs_after_the_execution() -> None:
    bench = EngineBench(flow_of(leaf("a", retry=anew(5)), after_execution=leaves("after")))
    bench.fail("a")
    assert bench.state() is State.RETRIED
    assert not bench.take(RepeatExecution)
    bench.succeed("after")
    assert bench.take(RepeatExecution)
    assert bench.is_over()


# After a restart


def test_a_restart_looks_at_run_if_anew() -> None:
    bench = EngineBench(flow_of(leaf("a", run_if="{{ maybe }}"), leaf("b")))
    bench.fail("a")
    bench.refused.add("a")
    bench.restart()
    assert bench.run("a").state is State.SKIPPED
    assert bench.working() == "b"


def test_attempts_of_before_a_restart_do_not_count() -> None:
    bench = EngineBench(
        flow_of(leaf("a", retry=every(5, max_attempts=2, max_duration=timedelta(seconds=60))))
    )
    bench.fail("a")
    bench.fire()
    bench.fail("a")
    assert bench.state() is State.FAILED
    bench.wait(3600)

    bench.restart()

    bench.fail("a")
    assert bench.run("a").state is State.RETRYING
    bench.fire()
    bench.fail("a")
    assert bench.state() is State.FAILED
    assert len(bench.run("a").attempts) == 4
