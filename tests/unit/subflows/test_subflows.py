from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import pytest

from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import FlowOutput, Input, InputType, Retry, RetryType
from lanner_coordinator.store.memory import MemoryStore
from tests.support.eventually import eventually
from tests.support.fake_clock import FakeClock
from tests.support.services_stage import CountedIds
from tests.support.stage import Stage, flow_of, flowable, native, stage, states
from tests.unit.subflows.flows import child_of, flaky, subflow


async def family(on: Stage) -> tuple[Execution, Execution]:
    """The parent and its only child, once they have ended."""
    return await on.ended("E1"), await on.ended("X0001")


async def test_a_parent_waits_for_its_child_and_sees_its_outputs() -> None:
    child = child_of(
        native("give", "debug.Return", format="42"),
        outputs=(FlowOutput(id="answer", type=InputType.STRING, value="{{ outputs.give.value }}"),),
    )
    flow = flow_of(subflow("call", "child"), native("say", message="{{ outputs.call.outputs }}"))
    async with stage(flow, children=[child], ids=CountedIds()) as on:
        await on.create()

        parent, ran = await family(on)

        assert parent.task_runs["E1-1"].outputs == {
            "executionId": "X0001",
            "state": "SUCCESS",
            "outputs": {"answer": "42"},
        }
        assert (parent.state, ran.state) == (State.SUCCESS, State.SUCCESS)
        assert await on.lines() == ["started execution X0001", '{"answer":"42"}']


async def test_parent_and_native_child_are_one_commit() -> None:
    store = MemoryStore()
    flow = flow_of(subflow("call", "child"), native("after"))
    async with (
        store,
        stage(flow, store=store, children=[child_of(native("work"))], ids=CountedIds()) as on,
    ):
        await on.create()
        await family(on)

        assert store.commit_count == 1


async def test_parent_and_child_know_each_other() -> None:
    flow = flow_of(flowable("each", "ForEach", subflow("call", "child"), values='["a"]'))
    async with stage(flow, children=[child_of(native("work"))], ids=CountedIds()) as on:
        await on.create()

        parent, child = await family(on)

        run = parent.task_runs["E1-2"]
        assert run.attempts[0].children is not None
        assert run.attempts[0].children.ids == ["X0001"]
        assert child.parent_run_id == run.id
        assert child.trigger.id == "call"
        assert child.trigger.kind == "subflow"
        assert child.trigger.variables == {
            "executionId": "E1",
            "namespace": "company",
            "flowId": "nightly",
            "flowRevision": 1,
            "taskRunId": "E1-2",
            "taskRunValue": "a",
            "taskRunIteration": 0,
        }


async def test_a_child_that_fails_fails_its_task() -> None:
    flow = flow_of(subflow("call", "child"), native("after"))
    child = child_of(native("work", "execution.Fail", errorMessage="no luck"))
    async with stage(flow, children=[child], ids=CountedIds()) as on:
        await on.create()

        parent, _ = await family(on)

        assert states(parent) == {"call": State.FAILED}
        assert parent.error == "execution X0001 ended FAILED: no luck"


async def test_a_failure_that_is_not_transmitted_is_a_success() -> None:
    flow = flow_of(subflow("call", "child", transmitFailed=False), native("after"))
    child = child_of(native("work", "execution.Fail"))
    async with stage(flow, children=[child], ids=CountedIds()) as on:
        await on.create()

        parent, ran = await family(on)

        assert (parent.state, ran.state) == (State.SUCCESS, State.FAILED)


async def test_a_parent_that_does_not_wait_goes_on_at_once() -> None:
    flow = flow_of(subflow("call", "child", wait=False))
    async with stage(flow, children=[child_of(flaky("work"))], ids=CountedIds()) as on:
        await on.create()

        parent = await on.ended("E1")

        assert parent.state is State.SUCCESS
        assert parent.task_runs["E1-1"].outputs == {"executionId": "X0001", "state": "CREATED"}
        assert on.executor.live("X0001") is not None


async def test_a_task_may_take_outputs_of_a_child_whose_flow_gives_none() -> None:
    flow = flow_of(subflow("call", "child", outputs={"found": "{{ outputs.give.value }}"}))
    child = child_of(native("give", "debug.Return", format="42"))
    async with stage(flow, children=[child], ids=CountedIds()) as on:
        await on.create()

        parent, _ = await family(on)

        assert parent.task_runs["E1-1"].outputs["outputs"] == {"found": "42"}


async def test_a_flow_that_does_not_exist_fails_the_task() -> None:
    async with stage(flow_of(subflow("call", "nobody"))) as on:
        await on.create()

        parent = await on.ended()

        assert parent.state is State.FAILED
        assert "there is no flow company/nobody" in parent.error


async def test_labels_of_the_task_win_over_inherited_ones_and_those_over_the_flow() -> None:
    flow = flow_of(subflow("call", "child", inheritLabels=True, labels={"b": "task"}))
    child = child_of(native("work"), labels={"a": "flow", "b": "flow", "c": "flow"})
    async with stage(flow, children=[child], ids=CountedIds()) as on:
        created = on.created()
        created.labels.update({"a": "parent", "b": "parent", "system.correlationId": "root"})
        await on.executor.create(created, on.plans.plan)

        _, ran = await family(on)

        assert ran.labels == {
            "a": "parent",
            "b": "task",
            "c": "flow",
            "system.correlationId": "root",
        }


async def test_each_attempt_of_a_retried_subflow_has_a_child_of_its_own() -> None:
    retry = Retry(type=RetryType.CONSTANT, interval=timedelta(seconds=1), max_attempts=2)
    flow = flow_of(subflow("call", "child", settings={"retry": retry}))
    clock = FakeClock()
    child = child_of(native("work", "execution.Fail"))
    async with stage(flow, children=[child], ids=CountedIds(), clock=clock) as on:
        await on.create()
        await on.ended("X0001")
        clock.advance(timedelta(seconds=1))
        on.executor.wake_timers()

        parent = await on.ended("E1")

        assert [
            attempt.children.ids
            for attempt in parent.task_runs["E1-1"].attempts
            if attempt.children
        ] == [
            ["X0001"],
            ["X0002"],
        ]


async def test_a_flow_that_starts_itself_for_ever_is_stopped() -> None:
    async with stage(flow_of(subflow("again", "nightly"))) as on:
        await on.create()

        parent = await on.ended()

        assert parent.state is State.FAILED
        assert "have started each other already" in parent.error


async def test_a_thousand_children_cost_a_few_commits() -> None:
    store = MemoryStore()
    values = list(range(1_000))
    loop = flowable("each", "ForEach", subflow("call", "child"), values=values, concurrencyLimit=0)
    child = child_of(native("work"))
    async with store, stage(flow_of(loop), store=store, children=[child]) as on:
        await on.create()

        parent = await on.ended()

        assert parent.state is State.SUCCESS
        assert len(parent.task_runs) == 1_001
        assert store.commit_count < 20


async def test_a_child_of_a_past_date_begins_at_once_and_one_of_a_later_date_waits() -> None:
    flow = flow_of(subflow("call", "child", scheduleDate="2199-01-01T00:00:00Z"))
    async with stage(flow, children=[child_of(native("work"))], ids=CountedIds()) as on:
        await on.create()

        live = await eventually(lambda: on.executor.live("X0001"))

        assert live is not None
        assert live.execution.state is State.CREATED


@pytest.mark.parametrize(
    "properties",
    [
        {"inputs": {"number": "{{ secret('TOKEN') }}"}},
        {"scheduleDate": "{{ secret('TOKEN') }}"},
        {"revision": "{{ secret('TOKEN') }}"},
        {"flowId": "{{ secret('TOKEN') }}"},
    ],
)
async def test_a_secret_that_makes_no_sense_to_the_child_does_not_reach_the_error(
    properties: dict[str, object],
) -> None:
    child = child_of(native("work"), inputs=(Input(id="number", type=InputType.INT),))
    flow = flow_of(subflow("call", "child", **{"inputs": {"number": 1}, **properties}))
    environment = {"SECRET_TOKEN": b64encode(b"s3cret-value").decode()}
    async with stage(flow, children=[child], ids=CountedIds(), environment=environment) as on:
        await on.create()

        parent = await on.ended("E1")

        assert parent.state is State.FAILED
        assert "********" in parent.error
        assert "s3cret-value" not in parent.error + " ".join(await on.lines())
