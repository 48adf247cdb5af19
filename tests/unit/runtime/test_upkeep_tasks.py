from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.instants import format_instant
from lanner_coordinator.flow.types.keeping import Setting
from lanner_coordinator.store.records import LogQuery
from tests.support.services_stage import NAMESPACE, Services, flow_source, services


async def run(on: Services, task: str) -> Execution:
    """The ended execution of a flow with this task."""
    source = f"id: keeper\nnamespace: {NAMESPACE}\ntasks:\n  - {{id: tidy, type: {task}}}\n"
    await on.apply(source)
    return await on.execution((await on.ended(await on.create("keeper"))).id)


def outputs(execution: Execution) -> dict[str, object]:
    (only,) = execution.task_runs.values()
    assert execution.state is State.SUCCESS, execution.error
    return only.outputs


async def some_executions(on: Services) -> None:
    await on.apply(flow_source("good", task="log"), flow_source("bad", task="fail"))
    for flow_id in ("good", "good", "bad"):
        await on.ended(await on.create(flow_id))


async def test_executions_are_counted_by_flow_and_namespace() -> None:
    async with services() as on:
        await some_executions(on)

        seen = outputs(
            await run(
                on,
                "core.execution.Count, "
                f"flows: [{{namespace: {NAMESPACE}, flowId: good}}, "
                f"{{namespace: {NAMESPACE}, flowId: none}}], "
                f"namespaces: [{NAMESPACE}], states: [SUCCESS, FAILED], "
                "startDate: '2020-01-01T00:00:00Z', expression: '{{ count > 0 }}'",
            )
        )

        assert seen == {
            "results": [
                {"namespace": NAMESPACE, "flowId": "good", "count": 2},
                {"namespace": NAMESPACE, "count": 3},
            ],
            "total": 5,
        }


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ("expression: '{{ true }}'", "`flows` or `namespaces` must say"),
        ("namespaces: [a], states: [ODD], expression: '{{ true }}'", "`ODD` is no state"),
        ("namespaces: [a], expression: '{{ x }}'", "cannot be told for the count 0"),
        ("namespaces: [a], startDate: soon, expression: '{{ true }}'", "is no date and time"),
    ],
)
async def test_a_count_that_makes_no_sense_fails(more: str, error: str) -> None:
    async with services() as on:
        execution = await run(on, f"core.execution.Count, {more}")

        assert execution.state is State.FAILED
        assert error in execution.error


async def test_ended_executions_are_purged_with_their_logs_and_files() -> None:
    async with services() as on:
        await some_executions(on)
        until = format_instant(on.clock.now() + timedelta(hours=1))

        seen = outputs(
            await run(
                on,
                f"core.execution.PurgeExecutions, namespace: {NAMESPACE}, states: [SUCCESS], "
                f"endDate: '{until}'",
            )
        )

        assert (seen["executionsCount"], seen["logsCount"]) == (2, 2)
        rows = await on.all_summaries()
        assert [row.flow_id for row in rows] == ["bad", "keeper"]
        assert len(on.files.owners) == 2


async def test_a_purge_may_leave_the_executions_and_take_their_logs() -> None:
    async with services() as on:
        await some_executions(on)
        until = format_instant(on.clock.now() + timedelta(hours=1))

        seen = outputs(
            await run(
                on,
                f"core.execution.PurgeExecutions, namespace: {NAMESPACE}, flowId: good, "
                f"endDate: '{until}', purgeExecution: false, purgeStorage: false",
            )
        )

        assert (seen["executionsCount"], seen["logsCount"]) == (0, 2)
        assert len(await on.all_summaries()) == 4


async def test_lines_are_purged_by_level_and_flow() -> None:
    async with services() as on:
        await some_executions(on)
        until = format_instant(on.clock.now() + timedelta(hours=1))

        seen = outputs(
            await run(
                on,
                f"core.log.PurgeLogs, namespace: {NAMESPACE}, logLevels: [ERROR], "
                f"endDate: '{until}'",
            )
        )

        failed = next(row for row in await on.all_summaries() if row.flow_id == "bad")
        good = next(row for row in await on.all_summaries() if row.flow_id == "good")
        assert seen == {"count": 1}
        assert await on.store.count_logs(LogQuery(execution_id=failed.id)) == 0
        assert await on.store.count_logs(LogQuery(execution_id=good.id)) == 1


async def test_keys_that_have_expired_are_purged() -> None:
    async with services() as on:
        await on.apply(flow_source("good", task="log"))
        brief = Setting(value="1", lasts=timedelta(minutes=1))
        await on.key_values.set(NAMESPACE, "brief", brief)
        await on.key_values.set(f"{NAMESPACE}.team", "brief", brief)
        await on.key_values.set(NAMESPACE, "kept", Setting(value="2"))
        on.clock.advance(timedelta(hours=1))

        seen = outputs(await run(on, f"core.kv.PurgeKV, namespaces: [{NAMESPACE}]"))

        assert seen == {"size": 2}
        assert [one.key for one in await on.store.key_values()] == ["kept"]


async def test_keys_are_purged_by_pattern() -> None:
    async with services() as on:
        await on.apply(flow_source("good", task="log"))
        for key in ("ai_one", "ai_two", "other"):
            await on.key_values.set(NAMESPACE, key, Setting(value="1"))

        seen = outputs(await run(on, "core.kv.PurgeKV, expiredOnly: false, keyPattern: 'ai_*'"))

        assert seen == {"size": 2}
        assert [one.key for one in await on.store.key_values()] == ["other"]


@pytest.mark.parametrize(
    ("behavior", "left"),
    [
        ("{type: key}", ["one", "two"]),
        ("{type: key, expiredOnly: false}", []),
        ("{expiredOnly: false}", []),
        ("{type: version, before: '2030-01-01T00:00:00Z'}", ["one", "two"]),
        ("{type: version, keepAmount: 1}", ["one", "two"]),
        ("{type: version, keepAmount: 0}", []),
        ("{type: version}", []),
    ],
)
async def test_the_behavior_says_which_keys_are_purged(behavior: str, left: list[str]) -> None:
    async with services() as on:
        await on.apply(flow_source("good", task="log"))
        for key in ("one", "two"):
            await on.key_values.set(NAMESPACE, key, Setting(value="1"))

        seen = outputs(await run(on, f"core.kv.PurgeKV, behavior: {behavior}"))

        assert [one.key for one in await on.store.key_values()] == left
        assert seen == {"size": 2 - len(left)}


@pytest.mark.parametrize(
    ("behavior", "error"),
    [
        ("{type: flow}", "`behavior.type` is `flow`; it must be `key` or `version`"),
        (
            "{type: version, before: '2030-01-01T00:00:00Z', keepAmount: 1}",
            "`behavior` cannot have both `before` and `keepAmount`",
        ),
        ("{type: version, keepAmount: few}", "`behavior.keepAmount` is `few`"),
    ],
)
async def test_a_wrong_behavior_fails_the_purge(behavior: str, error: str) -> None:
    async with services() as on:
        await on.apply(flow_source("good", task="log"))
        execution = await run(on, f"core.kv.PurgeKV, behavior: {behavior}")

        assert execution.state is State.FAILED
        assert error in execution.error


PARENT = f"""id: parent
namespace: {NAMESPACE}
tasks:
  - {{id: call, type: core.flow.Subflow, namespace: {NAMESPACE}, flowId: nightly}}
"""


@pytest.mark.parametrize("propagates", [True, False])
async def test_a_task_kills_another_execution_with_or_without_its_children(
    propagates: bool,
) -> None:
    async with services() as on:
        await on.apply(flow_source(), PARENT)
        parent_id = await on.create("parent")
        await on.settle()
        (child,) = [row for row in await on.all_summaries() if row.flow_id == "nightly"]

        await run(
            on,
            f"core.execution.Kill, executionId: {parent_id}, "
            f"propagateKill: {str(propagates).lower()}",
        )

        assert (await on.ended(parent_id)).state is State.KILLED
        await on.settle()
        is_live = on.executor.live(child.id) is not None
        assert is_live is not propagates


async def test_a_task_cannot_kill_what_is_not_there() -> None:
    async with services() as on:
        execution = await run(on, "core.execution.Kill, executionId: nobody")

        assert execution.state is State.FAILED
        assert 'no execution has the id "nobody"' in execution.error
