from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.errors import Blocked
from lanner_coordinator.store.records import LogQuery
from tests.support.services_stage import NAMESPACE, daily, flow_source, services

PARENT = f"""id: parent
namespace: {NAMESPACE}
tasks:
  - {{id: sub, type: core.flow.Subflow, namespace: {NAMESPACE}, flowId: nightly}}
"""


def checks(behavior: str = "BLOCK_EXECUTION", condition: str = "{{ inputs.size < 10 }}") -> str:
    return (
        "inputs: [{id: size, type: INT, defaults: 50}]\n"
        "checks:\n"
        f"  - condition: '{condition}'\n"
        "    message: '{{ inputs.size }} is too many'\n"
        "    style: ERROR\n"
        f"    behavior: {behavior}\n"
        "afterExecution: [{id: after, type: core.log.Log, message: over}]"
    )


async def test_a_check_that_does_not_hold_lets_nothing_begin() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log", more=checks()))

        with pytest.raises(Blocked) as refused:
            await on.create()

        assert str(refused.value) == f"flow {NAMESPACE}/nightly starts nothing: 50 is too many"
        assert await on.all_summaries() == []


async def test_a_check_that_holds_says_nothing() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log", more=checks()))

        ended = await on.ended(await on.create(inputs={"size": 3}))

        assert ended.state is State.SUCCESS


async def test_a_check_may_let_the_execution_fail_before_anything_runs() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log", more=checks("FAIL_EXECUTION")))

        execution_id = await on.create()

        execution = await on.execution((await on.ended(execution_id)).id)
        assert execution.state is State.FAILED
        assert execution.error == "50 is too many"
        assert [run.task_id for run in execution.task_runs.values()] == ["after"]


async def test_a_check_may_only_say_something() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log", more=checks("CREATE_EXECUTION")))

        ended = await on.ended(await on.create())

        assert ended.state is State.SUCCESS
        written = await on.store.logs(LogQuery(execution_id=ended.id), after=0, limit=100)
        lines = [(line.level, line.text) for line in written]
        assert ("WARN", "50 is too many") in lines


async def test_a_check_that_cannot_be_judged_lets_nothing_begin() -> None:
    async with services() as on:
        more = checks("CREATE_EXECUTION", "{{ inputs.nothing > 1 }}")
        await on.apply(flow_source(task="log", more=more))

        with pytest.raises(Blocked, match="a check cannot be judged"):
            await on.create()


async def test_the_strictest_check_counts() -> None:
    async with services() as on:
        more = (
            "checks:\n"
            "  - {condition: '{{ false }}', message: soft, behavior: CREATE_EXECUTION}\n"
            "  - {condition: '{{ false }}', message: hard, behavior: FAIL_EXECUTION}"
        )
        await on.apply(flow_source(task="log", more=more))

        execution_id = await on.create()

        assert (await on.ended(execution_id)).error == "hard"


async def test_a_schedule_passes_over_a_date_whose_check_does_not_hold() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log", schedule="0 6 * * *", more=checks()))

        await on.pass_time(timedelta(days=2))
        await on.settle()

        assert await on.all_summaries() == []
        record = on.scheduler.records.get(daily())
        assert record is not None
        assert not record.running_execution_id


async def test_a_subflow_that_a_check_blocks_fails_its_task() -> None:
    async with services() as on:
        await on.apply(
            flow_source(task="log", more=checks()),
            PARENT,
        )

        ended = await on.ended(await on.create("parent"))

        assert ended.state is State.FAILED
        assert "50 is too many" in ended.error
        assert len(await on.all_summaries()) == 1


async def test_a_subflow_that_a_check_fails_is_awaited_by_its_task() -> None:
    async with services() as on:
        await on.apply(
            flow_source(task="log", more=checks("FAIL_EXECUTION")),
            PARENT,
        )

        ended = await on.ended(await on.create("parent"))

        assert ended.state is State.FAILED
        assert len(await on.all_summaries()) == 2
