from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import timedelta

import pytest

from lanner_coordinator.engine.state import State
from lanner_proto.client import Client
from lanner_proto.errors import InvalidInput, NotFound, WrongState
from lanner_proto.v1 import batch_pb2, execution_pb2, state_pb2
from lanner_proto.values import from_struct
from tests.support.eventually import eventually
from tests.support.services_stage import Services, flow_source

INPUTS = "inputs: [{id: count, type: INT, required: false}, {id: day, type: STRING, defaults: x}]"


async def test_an_execution_is_started_once_for_a_request(client: Client, on: Services) -> None:
    await on.apply(flow_source(more=INPUTS))

    ids = [
        await client.create_execution(
            "company", "nightly", inputs={"count": "5"}, labels={"a": "b"}, request_id="order-1"
        )
        for _ in range(2)
    ]

    execution = await client.get_execution(ids[0])
    assert ids[0] == ids[1]
    assert from_struct(execution.inputs) == {"count": 5, "day": "x"}
    assert dict(execution.summary.labels) == {"a": "b", "system.correlationId": ids[0]}


async def test_wrong_inputs_are_told(client: Client, on: Services) -> None:
    await on.apply(flow_source(more=INPUTS))

    with pytest.raises(InvalidInput, match="`count`"):
        await client.create_execution("company", "nightly", inputs={"count": "many"})


async def test_a_flow_that_is_not_there_is_not_found(client: Client) -> None:
    with pytest.raises(NotFound, match="there is no flow company/nobody"):
        await client.create_execution("company", "nobody")


async def test_a_disabled_flow_is_a_wrong_state(client: Client, on: Services) -> None:
    await on.apply(flow_source(more="disabled: true"))

    with pytest.raises(WrongState, match="is disabled"):
        await client.create_execution("company", "nightly")


async def test_a_date_to_start_at_is_kept(client: Client, on: Services) -> None:
    await on.apply(flow_source())

    execution_id = await client.create_execution(
        "company", "nightly", schedule_at=on.clock.now() + timedelta(hours=1)
    )

    execution = await client.get_execution(execution_id)
    assert execution.summary.state == state_pb2.STATE_CREATED


async def test_whole_numbers_that_no_double_holds_come_as_text(
    client: Client, on: Services
) -> None:
    await on.apply(flow_source(more=INPUTS))

    execution_id = await client.create_execution("company", "nightly", inputs={"count": 2**53 + 1})

    execution = await client.get_execution(execution_id)
    assert from_struct(execution.inputs)["count"] == "9007199254740993"


async def test_an_execution_shows_its_task_runs_and_attempts(client: Client, on: Services) -> None:
    await on.apply(flow_source())
    agent = await on.agent()
    execution_id = await client.create_execution("company", "nightly")
    await agent.finish((await agent.assignment()).attempt_id, State.FAILED, "no luck")
    await on.ended(execution_id)

    execution = await client.get_execution(execution_id)

    (run,) = execution.task_runs
    (attempt,) = run.attempts
    assert (run.task_id, run.type) == ("work", "io.kestra.plugin.scripts.shell.Script")
    assert (run.state, attempt.state) == (state_pb2.STATE_FAILED, state_pb2.STATE_FAILED)
    assert (attempt.agent_id, attempt.error, attempt.runner) == ("etl-1", "no luck", "process 1")
    assert execution.summary.failed_task_id == "work"
    assert from_struct(run.outputs) == {"n": 1}
    assert [change.state for change in execution.state_changes] == [
        state_pb2.STATE_CREATED,
        state_pb2.STATE_RUNNING,
        state_pb2.STATE_FAILED,
    ]


async def test_an_unknown_execution_is_not_found(client: Client) -> None:
    with pytest.raises(NotFound, match='no execution has the id "X9"'):
        await client.get_execution("X9")


async def test_executions_are_listed_by_filter(client: Client, on: Services) -> None:
    await on.apply(flow_source(), flow_source("logs", task="log"))
    await on.create()
    await on.create("logs")

    response = await client.list_executions(filter_text="state:SUCCESS")

    assert [row.flow_id for row in response.executions] == ["logs"]
    assert response.total_count == 1


@pytest.mark.parametrize(
    "wrong", [{"filter_text": "stat:x"}, {"sort": "size"}, {"limit": 1_001}, {"offset": -1}]
)
async def test_a_list_that_makes_no_sense_is_refused(client: Client, wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        await client.list_executions(**wrong)  # type: ignore[arg-type]  # one wrong argument each


async def test_a_watched_execution_is_told_from_its_snapshot_to_its_outputs(
    client: Client, on: Services
) -> None:
    await on.apply(flow_source(more="outputs: [{id: n, type: INT, value: '{{ outputs.work.n }}'}]"))
    agent = await on.agent()
    execution_id = await client.create_execution("company", "nightly")
    updates: list[execution_pb2.WatchExecutionResponse] = []
    async with aclosing(client.watch_execution(execution_id)) as stream:
        updates.append(await anext(stream))
        await agent.finish((await agent.assignment()).attempt_id)
        updates.extend([update async for update in stream])

    assert updates[0].snapshot.summary.state == state_pb2.STATE_RUNNING
    assert not updates[0].HasField("outputs")
    assert updates[-1].summary.state == state_pb2.STATE_SUCCESS
    assert from_struct(updates[-1].outputs) == {"n": 1}
    assert not any(update.HasField("snapshot") for update in updates[1:])


async def test_watching_nobody_is_not_found(client: Client) -> None:
    with pytest.raises(NotFound):
        await anext(client.watch_execution("X9"))


async def test_watched_executions_are_told_as_they_change(client: Client, on: Services) -> None:
    await on.apply(flow_source("logs", task="log"), flow_source())
    async with (
        aclosing(client.watch_executions(filter_text="flow:logs")) as stream,
        asyncio.TaskGroup() as tasks,
    ):
        first = tasks.create_task(anext(stream))
        await eventually(lambda: on.core.hub.has_list_watchers)
        await on.create("nightly")
        await on.create("logs")

    assert (first.result().flow_id, first.result().state) == ("logs", state_pb2.STATE_SUCCESS)


async def test_watching_with_a_wrong_filter_is_refused(client: Client) -> None:
    with pytest.raises(InvalidInput, match="unknown key"):
        await anext(client.watch_executions(filter_text="stat:x"))


async def test_a_failed_execution_is_retried(client: Client, on: Services) -> None:
    await on.apply(flow_source(task="fail"))
    execution_id = await on.create()

    summary = await client.retry_execution("@failed", reason="the disk is back")

    assert (summary.id, summary.attempt_number) == (execution_id, 2)
    assert any("the disk is back" in line for line in await on.core.lines(execution_id))


async def test_what_did_not_fail_is_not_retried(client: Client, on: Services) -> None:
    await on.apply(flow_source(task="log"))
    execution_id = await on.create()

    with pytest.raises(WrongState, match="nothing in it failed"):
        await client.retry_execution(execution_id)


async def test_an_execution_is_killed(client: Client, on: Services) -> None:
    await on.apply(flow_source())
    execution_id = await on.create()

    await client.kill_execution(execution_id, reason="enough", grace_seconds=1)

    assert (await on.ended(execution_id)).state is State.KILLED


async def test_what_has_ended_is_not_killed(client: Client, on: Services) -> None:
    await on.apply(flow_source(task="log"))
    execution_id = await on.create()

    with pytest.raises(WrongState, match="already ended"):
        await client.kill_execution(execution_id)


async def test_a_grace_of_hours_is_refused(client: Client, on: Services) -> None:
    await on.apply(flow_source())
    execution_id = await on.create()

    with pytest.raises(InvalidInput, match="between 0 and 3600"):
        await client.kill_execution(execution_id, grace_seconds=7_200)


async def test_any_act_is_done_and_shown_before_the_execution_goes_on(
    client: Client, on: Services
) -> None:
    await on.apply(flow_source(task="log"))
    first = await on.create()

    details = batch_pb2.ActDetails(task_run="work")
    answer = await client.act_on_execution(
        first, batch_pb2.BATCH_ACT_REPLAY, details, shows_execution=True
    )

    assert answer.execution.parent_id == first
    assert answer.execution.summary.state == state_pb2.STATE_RESTARTED
    assert [run.state for run in answer.execution.task_runs] == [state_pb2.STATE_RESTARTED]
    assert (await on.ended(answer.summary.id)).state is State.SUCCESS


async def test_a_task_run_is_marked(client: Client, on: Services) -> None:
    await on.apply(flow_source(task="fail"))
    execution_id = await on.create()

    await client.mark_task_run(execution_id, "work", state_pb2.STATE_WARNING, reason="known")

    assert (await on.ended(execution_id)).state is State.WARNING


async def test_an_act_on_what_is_not_there_says_so(client: Client, on: Services) -> None:
    await on.apply(flow_source(task="log"))
    execution_id = await on.create()

    with pytest.raises(NotFound, match="no task run"):
        await client.mark_task_run(execution_id, "nosuch", state_pb2.STATE_FAILED)
    with pytest.raises(InvalidInput, match="`act` is missing"):
        await client.act_on_execution(execution_id, batch_pb2.BATCH_ACT_UNSPECIFIED)
    with pytest.raises(WrongState, match="it is not queued"):
        await client.act_on_execution(execution_id, batch_pb2.BATCH_ACT_UNQUEUE)


async def test_every_act_is_listed_with_its_answer(client: Client, on: Services) -> None:
    await on.apply(flow_source(task="log"))
    execution_id = await on.create()

    answer = await client.list_execution_acts(execution_id)

    reasons = {batch_pb2.BatchAct.Name(offer.act): offer.reason for offer in answer.offers}
    assert set(reasons) == set(batch_pb2.BatchAct.keys()) - {"BATCH_ACT_UNSPECIFIED"}
    assert reasons["BATCH_ACT_REPLAY"] == ""
    assert reasons["BATCH_ACT_KILL"] == "it has already ended (SUCCESS)"
    of_run = await client.list_execution_acts(execution_id, task_run="work")
    assert [(offer.is_mark, offer.reason) for offer in of_run.offers] == [(True, ""), (False, "")]


async def test_an_expression_is_evaluated_as_a_task_run_sees_it(
    client: Client, on: Services
) -> None:
    await on.apply(flow_source(task="log"))
    execution_id = await on.create()

    seen = await client.evaluate_expression(execution_id, "{{ task.id }}!", task_run="work")
    wrong = await client.evaluate_expression(execution_id, "{{ nosuch }}")

    assert (seen.result, seen.error) == ("work!", "")
    assert not wrong.HasField("result")
    assert "`nosuch`" in wrong.error
    with pytest.raises(NotFound, match="no task run"):
        await client.evaluate_expression(execution_id, "x", task_run="elsewhere")
    with pytest.raises(InvalidInput, match="expression"):
        await client.evaluate_expression(execution_id, "")


async def test_parent_and_child_are_shown_with_each_other(client: Client, on: Services) -> None:
    call = "  - {id: call, type: core.flow.Subflow, namespace: company, flowId: child}"
    parent = f"id: nightly\nnamespace: company\ntasks:\n{call}\n"
    await on.apply(flow_source("child", task="log"), parent)
    parent_id = await client.create_execution("company", "nightly")
    await on.ended(parent_id)

    shown = await client.get_execution(parent_id)
    attempt = shown.task_runs[0].attempts[0]
    child = await client.get_execution(attempt.child_execution_ids[0])

    assert attempt.child_count == 1
    assert shown.started_by_execution_id == ""
    assert child.started_by_execution_id == parent_id
    assert child.started_by_task_run_id == shown.task_runs[0].id
