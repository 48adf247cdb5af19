from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.engine.commands import Dispatch, KeepResult, LookUpResult, RunNative
from lanner_coordinator.engine.events import KeptResult, ResultLookedUp
from lanner_coordinator.engine.execution import snapshot
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Retry, RetryType, TaskKind
from lanner_coordinator.flow.policies import ResultCache
from tests.support.engine_bench import START, EngineBench, flow_of, leaf

CACHE = ResultCache()
KEPT = KeptResult(task_run_id="T", state=State.SUCCESS, kept_at=START, outputs={"n": 1})


def bench_of(**fields: object) -> EngineBench:
    """A bench whose task `a` waits to be told whether there is a result."""
    bench = EngineBench(flow_of(leaf("a", result_cache=CACHE, **fields)))
    assert bench.take(Dispatch) == []
    assert [wish.attempt_id for wish in bench.take(LookUpResult)] == [bench.attempt_id("a")]
    return bench


def answer(bench: EngineBench, result: KeptResult | None = None, key: str = "key") -> None:
    """Tell what was found for the current attempt of `a`."""
    attempt_id = bench.attempt_id("a")
    bench.send(ResultLookedUp(attempt_id=attempt_id, key=key, result=result))


@pytest.mark.parametrize("state", [State.SUCCESS, State.WARNING])
def test_a_result_that_was_kept_ends_the_task_and_is_not_kept_again(state: State) -> None:
    bench = bench_of()

    answer(bench, KeptResult(task_run_id="T", state=state, kept_at=START, outputs={"n": 1}))

    assert bench.state() is state
    assert bench.run("a").outputs == {"n": 1}
    assert [attempt.result_of for attempt in bench.run("a").attempts] == ["T"]
    assert bench.take(Dispatch) == bench.take(KeepResult) == []
    assert snapshot(bench.rebuilt().execution) == snapshot(bench.live.execution)


def test_without_a_result_the_work_begins_and_its_result_is_kept() -> None:
    bench = bench_of()
    attempt_id = bench.attempt_id("a")

    answer(bench)
    assert [wish.attempt_id for wish in bench.take(Dispatch)] == [attempt_id]
    bench.start("a")
    bench.succeed("a")

    assert [wish.attempt_id for wish in bench.take(KeepResult)] == [attempt_id]


def test_without_a_key_the_result_is_not_kept() -> None:
    bench = bench_of()

    answer(bench, key="")
    bench.start("a")
    bench.succeed("a")

    assert bench.state() is State.SUCCESS
    assert bench.take(KeepResult) == []


def test_each_attempt_asks_anew_and_only_one_that_ends_well_is_kept() -> None:
    retry = Retry(type=RetryType.CONSTANT, interval=timedelta(seconds=1), max_attempts=2)
    bench = bench_of(retry=retry)
    answer(bench)
    bench.start("a")
    bench.fail("a")
    assert bench.take(KeepResult) == []

    bench.fire()
    second = bench.attempt_id("a")
    assert [wish.attempt_id for wish in bench.take(LookUpResult)] == [second]
    answer(bench, KEPT)

    assert bench.state() is State.SUCCESS
    assert [attempt.result_of for attempt in bench.run("a").attempts] == ["", "T"]


def test_what_the_coordinator_does_itself_begins_after_the_answer() -> None:
    bench = bench_of(kind=TaskKind.NATIVE)
    assert bench.take(RunNative) == []

    answer(bench)

    assert [wish.attempt_id for wish in bench.take(RunNative)] == [bench.attempt_id("a")]


def test_a_second_answer_changes_nothing() -> None:
    bench = bench_of()
    answer(bench)
    bench.take(Dispatch)
    before = snapshot(bench.live.execution)

    answer(bench, KEPT)

    assert snapshot(bench.live.execution) == before
    assert bench.wishes == []


def test_an_answer_during_a_hold_is_void_and_it_is_asked_again_afterwards() -> None:
    bench = bench_of()
    bench.pause()

    answer(bench, KEPT)
    assert not bench.run("a").state.is_terminal
    assert bench.take(Dispatch) == []

    bench.resume()
    assert [wish.attempt_id for wish in bench.take(LookUpResult)] == [bench.attempt_id("a")]
    answer(bench, KEPT)
    assert bench.state() is State.SUCCESS


def test_a_kill_does_not_wait_for_the_answer() -> None:
    bench = bench_of()
    attempt_id = bench.attempt_id("a")

    bench.kill()
    assert bench.state() is State.KILLED

    bench.send(ResultLookedUp(attempt_id=attempt_id, key="key", result=KEPT))
    assert bench.states() == {"a": "KILLED"}
    assert bench.take(Dispatch) == bench.take(KeepResult) == []


def test_after_a_crash_it_is_asked_until_it_was_answered() -> None:
    bench = bench_of()
    attempt_id = bench.attempt_id("a")
    assert [type(wish) for wish in bench.open()] == [LookUpResult]

    answer(bench)

    assert [type(wish) for wish in bench.open()] == [Dispatch]
    assert bench.attempt_id("a") == attempt_id
