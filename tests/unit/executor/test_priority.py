"""Whose attempts get an agent first."""

from __future__ import annotations

import pytest

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.reader import read_flow
from tests.support.stage import flow_of, flowable, script, stage
from tests.support.stage_agent import connected, hello

TASK = "{id: hello, type: core.log.Log, message: Hello, priority: PRIORITY}"


async def order_of(priorities: list[int | None], *, flow_priority: int = 0) -> list[str]:
    """Task ids in the order in which an agent with one slot gets them, which comes last."""
    tasks = [script(f"t{at}", priority=one) for at, one in enumerate(priorities)]
    flow = flow_of(flowable("all", "Parallel", *tasks), priority=flow_priority)
    order = []
    async with stage(flow) as on:
        await on.create()
        agent = await connected(on, hello(slots=1))
        for _ in tasks:
            assignment = await agent.assignment()
            order.append(assignment.task_id)
            await agent.finish(assignment.attempt_id)
        await on.ended()
    return order


async def test_attempts_of_higher_priority_go_first_in_order_of_their_coming() -> None:
    assert await order_of([None, 1, -1, 1, 5]) == ["t4", "t1", "t3", "t0", "t2"]


async def test_tasks_without_a_priority_have_that_of_their_flow() -> None:
    assert await order_of([2, None, 4], flow_priority=3) == ["t2", "t1", "t0"]


@pytest.mark.parametrize("written", ["101", "-101"])
def test_a_priority_beyond_the_bounds_is_refused(written: str) -> None:
    task = TASK.replace("PRIORITY", written)
    source = f"id: nightly\nnamespace: company\ntasks:\n  - {task}\n"

    result = read_flow(source, KnownTypes())

    assert [problem.code for problem in result.problems] == [Code.OUT_OF_RANGE]


def test_the_priorities_of_a_flow_and_its_tasks_are_read() -> None:
    source = "id: nightly\nnamespace: company\npriority: 7\ntasks:\n  - "

    result = read_flow(source + TASK.replace("PRIORITY", "-100"), KnownTypes())

    assert result.flow is not None, result.problems
    assert result.flow.priority == 7
    assert result.flow.tasks[0].priority == -100
