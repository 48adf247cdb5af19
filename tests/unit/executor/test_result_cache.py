"""`taskCache`: results of tasks that later executions use again."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from lanner_coordinator.engine.execution import Execution, TaskRun
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import Flow
from lanner_coordinator.flow.policies import ResultCache
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.store.memory import MemoryStore
from tests.support.fake_clock import FakeClock
from tests.support.stage import Stage, flow_of, native, script, stage
from tests.support.stage_agent import connected

KEPT = "not run again: its result is that of task run E1-1, kept 2026-01-05T06:00:00+00:00"
CACHE = ResultCache(ttl=timedelta(hours=1))


def returning(text: str, cache: ResultCache | None = CACHE) -> Flow:
    return flow_of(replace(native("work", "debug.Return", format=text), result_cache=cache))


async def ended(on: Stage, execution_id: str) -> Execution:
    await on.create(execution_id)
    return await on.ended(execution_id)


def work(execution: Execution) -> TaskRun:
    return next(run for run in execution.task_runs.values() if run.task_id == "work")


def origin(execution: Execution) -> str:
    attempt = work(execution).attempt
    assert attempt is not None
    return attempt.result_of


async def test_a_result_is_used_again_by_the_next_execution() -> None:
    async with stage(returning("x")) as on:
        first = await ended(on, "E1")
        second = await ended(on, "E2")

        assert (origin(first), origin(second)) == ("", "E1-1")
        assert work(second).outputs == work(first).outputs == {"value": "x"}
        assert [change.state for change in work(second).changes] == [
            State.CREATED,
            State.RUNNING,
            State.SUCCESS,
        ]
        assert len(work(second).attempts) == 1
        assert await on.lines("E2") == [KEPT]


async def test_other_properties_have_another_result() -> None:
    async with stage(returning("{{ execution.id }}")) as on:
        await ended(on, "E1")

        assert origin(await ended(on, "E2")) == ""


async def test_a_map_with_keys_that_are_no_texts_has_a_result_like_others() -> None:
    async with stage(returning("{{ {1: 'x', null: 'y'} }}")) as on:
        await ended(on, "E1")

        assert origin(await ended(on, "E2")) == "E1-1"


async def test_a_task_without_a_cache_leaves_no_result() -> None:
    async with stage(returning("x", cache=None)) as on:
        await ended(on, "E1")
        assert origin(await ended(on, "E2")) == ""


async def test_a_result_is_of_no_use_after_its_time() -> None:
    clock = FakeClock()
    async with stage(returning("x"), clock=clock) as on:
        await ended(on, "E1")
        clock.advance(timedelta(minutes=59))
        second = await ended(on, "E2")
        clock.advance(timedelta(minutes=1))
        third = await ended(on, "E3")

    assert [origin(one) for one in (second, third)] == ["E1-1", ""]


async def test_a_shorter_time_holds_for_older_results_too() -> None:
    clock = FakeClock()
    async with MemoryStore() as store:
        async with stage(returning("x"), clock=clock, store=store) as on:
            await ended(on, "E1")
        clock.advance(timedelta(minutes=10))

        shorter = returning("x", ResultCache(ttl=timedelta(minutes=5)))
        async with stage(shorter, clock=clock, store=store) as on:
            assert origin(await ended(on, "E2")) == ""


async def test_results_outlive_the_coordinator() -> None:
    async with MemoryStore() as store:
        async with stage(returning("x", ResultCache()), store=store) as on:
            await ended(on, "E1")
        async with stage(returning("x", ResultCache()), store=store) as on:
            assert origin(await ended(on, "E2")) == "E1-1"


async def test_a_failure_is_never_kept() -> None:
    failing = replace(
        native("work", "execution.Fail", errorMessage="no"), result_cache=CACHE, allow_failure=True
    )
    async with stage(flow_of(failing)) as on:
        await ended(on, "E1")
        second = await ended(on, "E2")

    assert work(second).state is State.WARNING
    assert origin(second) == ""


async def test_what_changes_the_execution_itself_is_never_kept() -> None:
    labels = replace(
        native("work", "execution.Labels", labels={"team": "data"}), result_cache=CACHE
    )
    async with stage(flow_of(labels)) as on:
        await ended(on, "E1")
        second = await ended(on, "E2")

    assert second.labels == {"team": "data"}
    assert origin(second) == ""


async def test_a_long_result_is_not_kept_and_the_log_says_so() -> None:
    async with stage(returning("x" * 300_000)) as on:
        await ended(on, "E1")
        second = await ended(on, "E2")
        assert origin(second) == ""
        assert await on.lines("E2") == [
            "its result is not kept: its outputs have more than 262144 bytes"
        ]


async def test_a_kept_result_shows_its_secrets_to_nobody() -> None:
    environment = {"SECRET_TOKEN": b64encode(b"s3cret-value").decode()}
    reading = replace(
        native("work", "debug.Return", format="{{ secret('TOKEN') }}"), result_cache=CACHE
    )
    flow = flow_of(reading, native("then", "debug.Return", format="{{ outputs.work.value }}!"))
    async with MemoryStore() as store, stage(flow, store=store, environment=environment) as on:
        await ended(on, "E1")
        second = await ended(on, "E2")
        attempt = work(second).attempt
        assert attempt is not None
        assert attempt.result_key
        record = await store.result(attempt.result_key)

    assert origin(second) == "E1-1"
    assert record is not None
    assert record.has_files  # a sealed value may be the URI of one
    assert "s3cret" not in repr(record)
    (then,) = [run for run in second.task_runs.values() if run.task_id == "then"]
    assert "s3cret" not in repr(then.outputs)


async def test_each_value_of_a_loop_has_its_own_result() -> None:
    source = """
id: nightly
namespace: company
tasks:
  - id: each
    type: core.flow.ForEach
    values: [a, b]
    tasks:
      - {id: work, type: core.debug.Return, format: same, taskCache: {enabled: true}}
"""
    result = read_flow(source, KnownTypes())
    assert result.flow is not None, result.problems
    async with stage(result.flow) as on:
        first = await ended(on, "E1")
        second = await ended(on, "E2")

    assert _origins(first) == {"a": "", "b": ""}
    assert _origins(second) == {"a": "E1-2", "b": "E1-3"}


def _origins(execution: Execution) -> Mapping[str | None, str]:
    return {
        run.value: run.attempt.result_of
        for run in execution.task_runs.values()
        if run.attempt is not None
    }


async def test_an_agent_is_not_asked_where_a_result_is_kept() -> None:
    async with stage(flow_of(script("work", result_cache=CACHE))) as on:
        agent = await connected(on)
        await on.create("E1")
        await agent.finish((await agent.assignment()).attempt_id)
        await on.ended("E1")

        second = await ended(on, "E2")

    assert origin(second) == "E1-1"
    assert work(second).outputs == {"n": 1}
