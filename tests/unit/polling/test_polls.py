from __future__ import annotations

import logging
from datetime import timedelta

import msgspec
import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.namespaces.editing import NamespaceWish
from tests.support.fake_clock import START
from tests.support.polling import REQUEST, answer, begun, looking, record_of, watching
from tests.support.services_stage import NAMESPACE, services

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


async def test_an_answer_that_is_waited_for_starts_an_execution() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching(message="{{ trigger.code }} {{ trigger.body }}"))
        order = await agent.assignment()

        assert (order.type, order.task_id) == (REQUEST, "site")
        assert msgspec.json.decode(order.properties) == {
            "uri": "http://site.example/",
            "allowFailed": True,
        }
        await answer(on, agent, order.attempt_id)

        (row,) = await on.all_summaries()
        execution = await on.execution(row.id)
        assert (row.trigger, row.id) == ("polling", order.execution_id)
        assert execution.trigger.id == "site"
        assert await on.core.lines(row.id) == ["200 up"]
        assert record_of(on).last_at == START


async def test_nothing_starts_where_the_condition_does_not_hold() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching())

        await answer(on, agent, (await agent.assignment()).attempt_id, code=503)

        record = record_of(on)
        assert await on.all_summaries() == []
        assert (record.poll, record.poll_error, record.last_at) == (None, "", None)
        assert (record.polled_at, record.next_at) == (START, START + MINUTE)


async def test_it_rests_for_its_interval_after_the_end_of_each_look() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching(trigger="interval: PT30S"))
        first = await agent.assignment()
        await on.pass_time(MINUTE)
        await answer(on, agent, first.attempt_id, code=503)

        assert record_of(on).next_at == START + MINUTE + 30 * SECOND
        await on.pass_time(29 * SECOND)
        assert record_of(on).poll is None
        await on.pass_time(SECOND)

        second = await agent.assignment()
        assert second.attempt_id != first.attempt_id


async def test_there_are_never_two_looks_for_one_trigger() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching(trigger="interval: PT1S"))
        first = await begun(on)
        await on.pass_time(MINUTE)

        assert await begun(on) == first
        assert len(on.core.registry.agents["etl-1"].holdings) == 1
        assert (await agent.assignment()).attempt_id == first


async def test_it_waits_for_the_end_of_its_execution() -> None:
    source = watching(trigger="interval: PT1S").replace(
        "core.log.Log, message: 'hello'", "core.flow.Pause"
    )
    async with services() as on:
        agent = await looking(on)
        await on.apply(source)
        order = await agent.assignment()
        await answer(on, agent, order.attempt_id)
        await on.pass_time(MINUTE)

        assert record_of(on).running_execution_id == order.execution_id
        assert record_of(on).poll is None
        await on.kill(order.execution_id)
        await on.ended(order.execution_id)

        assert await begun(on) != order.attempt_id


async def test_it_looks_on_while_its_execution_runs_if_the_flow_allows_it() -> None:
    source = watching(trigger="interval: PT1S\nallowConcurrent: true").replace(
        "core.log.Log, message: 'hello'", "core.flow.Pause"
    )
    async with services() as on:
        agent = await looking(on)
        await on.apply(source)
        await answer(on, agent, (await agent.assignment()).attempt_id)
        await on.pass_time(SECOND)
        await answer(on, agent, (await agent.assignment()).attempt_id)

        assert [row.state for row in await on.all_summaries()] == [State.PAUSED] * 2


async def test_a_look_that_fails_is_told_and_repeated_after_the_interval() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching())
        order = await agent.assignment()

        await answer(on, agent, order.attempt_id, state=State.FAILED, error="nobody is there")

        record = record_of(on)
        assert await on.all_summaries() == []
        assert (record.poll_error, record.next_at) == ("nobody is there", START + MINUTE)
        await on.pass_time(MINUTE)
        await answer(on, agent, (await agent.assignment()).attempt_id)
        assert record_of(on).poll_error == ""
        assert len(await on.all_summaries()) == 1


async def test_the_log_tells_once_of_looks_that_fail_alike(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching())
        with caplog.at_level(logging.WARNING):
            for error in ("nobody is there", "nobody is there", "it is slow"):
                attempt_id = (await agent.assignment()).attempt_id
                await answer(on, agent, attempt_id, state=State.FAILED, error=error)
                await on.pass_time(MINUTE)

    assert caplog.messages == [
        "trigger company/nightly/site cannot be evaluated: nobody is there",
        "trigger company/nightly/site cannot be evaluated: it is slow",
    ]


async def test_a_look_that_fails_is_an_execution_that_has_failed_if_the_flow_says_so() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching(trigger="failOnTriggerError: true"))

        attempt_id = (await agent.assignment()).attempt_id
        await answer(on, agent, attempt_id, state=State.FAILED, error="nobody is there")

        (row,) = await on.all_summaries()
        assert row.state == State.FAILED
        assert row.error == 'trigger "site" cannot be evaluated: nobody is there'


async def test_a_property_that_cannot_be_rendered_is_a_look_that_fails() -> None:
    async with services() as on:
        await looking(on)
        await on.apply(watching(trigger="method: '{{ nobody.there }}'"))
        await on.settle()

        record = record_of(on)
        assert "nobody" in record.poll_error
        assert (record.poll, record.next_at) == (None, START + MINUTE)
        assert on.core.registry.agents["etl-1"].holdings == {}


async def test_a_condition_that_cannot_be_answered_is_a_look_that_fails() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching(trigger="responseCondition: '{{ fromJson(response.body).n }}'"))

        await answer(on, agent, (await agent.assignment()).attempt_id, body="no json")

        assert record_of(on).poll_error.startswith("`responseCondition`: ")
        assert await on.all_summaries() == []


async def test_nobody_looks_while_the_trigger_s_conditions_do_not_hold() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching(trigger="when: \"{{ trigger.date | date('mm') == '01' }}\""))
        await on.settle()

        assert record_of(on).poll is None
        assert record_of(on).next_at == START + MINUTE
        await on.pass_time(MINUTE)
        assert (await agent.assignment()).task_id == "site"


async def test_conditions_that_cannot_be_answered_are_an_execution_that_has_failed() -> None:
    async with services() as on:
        await looking(on)
        await on.apply(watching(trigger='when: "{{ trigger.body.price }}"'))
        await on.settle()

        (row,) = await on.all_summaries()
        assert row.state == State.FAILED
        assert row.error.startswith('conditions of trigger "site"')
        assert record_of(on).next_at == START + MINUTE


async def test_inputs_and_labels_see_the_answer() -> None:
    trigger = "inputs: {text: '{{ trigger.body }}'}\nlabels: {code: '{{ trigger.code }}'}"
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching(trigger=trigger, flow="inputs: [{id: text, type: STRING}]"))

        await answer(on, agent, (await agent.assignment()).attempt_id, code=201, body="new")

        (row,) = await on.all_summaries()
        execution = await on.execution(row.id)
        assert execution.inputs == {"text": "new"}
        assert execution.labels["code"] == "201"


async def test_expressions_of_the_trigger_see_the_defaults_of_inputs() -> None:
    flow = "inputs: [{id: path, type: STRING, defaults: health}]\nvariables: {kind: GET}"
    trigger = "params: {at: '{{ inputs.path }}'}\nmethod: '{{ vars.kind }}'"
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching(trigger=trigger, flow=flow))

        properties = msgspec.json.decode((await agent.assignment()).properties)

        assert (properties["params"], properties["method"]) == ({"at": "health"}, "GET")


async def test_an_execution_in_a_certain_state_stops_the_trigger() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching(trigger="interval: PT1S\nstopAfter: [SUCCESS]"))

        await answer(on, agent, (await agent.assignment()).attempt_id)
        await on.settle()
        await on.pass_time(MINUTE)

        assert record_of(on).is_disabled
        assert record_of(on).poll is None


async def test_the_labels_choose_the_agent() -> None:
    async with services() as on:
        await looking(on, agent_id="south")
        await on.apply(watching(trigger="agentLabels: {zone: north}"))
        await on.settle()
        (view,), _ = await on.triggers.page(namespace="", flow_id="", limit=10, offset=0)
        assert view.activity == (
            "waits for an agent: no connected agent offers the task type "
            f"{REQUEST} with the labels zone=north"
        )

        north = await looking(on, agent_id="north", labels={"zone": "north"})

        assert (await north.assignment()).task_id == "site"
        (view,), _ = await on.triggers.page(namespace="", flow_id="", limit=10, offset=0)
        assert (view.activity, view.condition) == ('agent "north" looks', "every PT60S")


async def test_a_namespace_may_refuse_the_agent() -> None:
    async with services() as on:
        await looking(on)
        wish = NamespaceWish(name=NAMESPACE, variables={}, allowed_groups=["gpu"])
        await on.namespaces.set(wish, by="moist")
        await on.apply(watching(trigger="workerGroup: {key: cpu}"))
        await on.settle()

        assert "allows only gpu" in record_of(on).poll_error


async def test_one_look_waits_while_no_agent_is_connected() -> None:
    async with services() as on:
        await on.apply(watching(trigger="interval: PT1S"))
        for _ in range(5):
            await on.pass_time(MINUTE)

        assert on.core.dispatcher.waiting_count == 1
        agent = await looking(on)

        order = await agent.assignment()
        assert record_of(on).poll is not None
        assert on.core.dispatcher.waiting_count == 0
        await answer(on, agent, order.attempt_id)
        assert len(await on.all_summaries()) == 1


async def test_many_new_triggers_look_one_after_the_other() -> None:
    async with services() as on:
        await looking(on, slots=1_000)
        triggers = "\n".join(
            f"  - {{id: t{n}, type: core.http.Trigger, uri: 'http://site.example/'}}"
            for n in range(299)
        )
        await on.apply(watching() + triggers)
        await on.settle()
        begun_count = len(on.core.registry.agents["etl-1"].holdings)

        await on.pass_time(3 * SECOND)

        assert begun_count < 10
        assert len(on.core.registry.agents["etl-1"].holdings) == 300


async def test_a_clock_that_is_set_back_lets_nobody_rest_longer() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching())
        await answer(on, agent, (await agent.assignment()).attempt_id, code=503)
        on.clock.set_back(timedelta(hours=5))

        await on.polling.polls.follow_clock()
        await on.pass_time(MINUTE)

        assert (await agent.assignment()).task_id == "site"
