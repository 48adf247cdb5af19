"""Namespaces under the executor: their variables, and the agent groups that they allow."""

from __future__ import annotations

from dataclasses import replace

from lanner_coordinator.engine.state import State
from lanner_coordinator.store.namespace_records import NamespaceRecord
from tests.support.fake_clock import START
from tests.support.stage import flow_of, native, script, stage
from tests.support.stage_agent import connected, hello


def company(**settings: object) -> NamespaceRecord:
    record = NamespaceRecord(name="company", created_at=START, updated_at=START)
    return replace(record, **settings)  # type: ignore[arg-type] # the tests name fields


async def test_a_changed_variable_reaches_the_next_execution() -> None:
    async with stage(flow_of(native("a", "debug.Return", format="{{ namespace.day }}"))) as on:
        on.namespaces.put(company(variables='{"day":"monday"}'))
        await on.create("E1")
        first = await on.ended("E1")
        on.namespaces.put(company(variables='{"day":"tuesday"}'))
        await on.create("E2")
        second = await on.ended("E2")

    values = [run.outputs["value"] for one in (first, second) for run in one.task_runs.values()]
    assert values == ["monday", "tuesday"]


async def test_a_task_of_a_group_that_is_not_allowed_fails() -> None:
    async with stage(flow_of(script("a", labels={"group": "gpu"}))) as on:
        on.namespaces.put(company(allowed_groups=("cpu", "big")))
        await on.create()
        execution = await on.ended()

    (run,) = execution.task_runs.values()
    assert run.state is State.FAILED
    assert run.attempts[0].error == (
        'task "a" asks for the agent group gpu, but the namespace company allows only cpu, big: '
        "name another `workerGroup`, or change what the namespace allows"
    )


async def test_no_task_goes_to_an_agent_where_no_group_is_allowed() -> None:
    async with stage(flow_of(script("a"))) as on:
        on.namespaces.put(company(allowed_groups=()))
        await on.create()
        execution = await on.ended()

    (run,) = execution.task_runs.values()
    assert "needs an agent, but the namespace company allows none" in run.attempts[0].error


async def test_a_task_without_a_group_goes_to_the_first_that_is_allowed() -> None:
    async with stage(flow_of(script("a"))) as on:
        on.namespaces.put(company(allowed_groups=("cpu", "gpu")))
        other = replace(hello(agent_id="gpu-1", boot_id="b1"), labels={"group": "gpu"})
        wanted = replace(hello(agent_id="cpu-1", boot_id="b2"), labels={"group": "cpu"})
        await connected(on, other)
        agent = await connected(on, wanted)
        await on.create()

        assignment = await agent.assignment()
        await agent.finish(assignment.attempt_id)

        assert (await on.ended()).state is State.SUCCESS


async def test_a_task_that_waits_fails_when_its_group_is_no_longer_allowed() -> None:
    async with stage(flow_of(script("a", labels={"group": "gpu"}))) as on:
        await on.create()
        on.namespaces.put(company(allowed_groups=("cpu",)))
        await connected(on, replace(hello(), labels={"group": "gpu"}))

        assert (await on.ended()).state is State.FAILED
