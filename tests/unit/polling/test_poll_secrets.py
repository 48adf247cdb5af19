from __future__ import annotations

import logging

import msgspec
import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.agents import messages
from lanner_coordinator.store.memory import MemoryStore
from tests.support.fake_clock import START, FakeClock
from tests.support.polling import answer, looking, record_of, watching
from tests.support.services_stage import NAMESPACE, CountedIds, Services, services

TRIGGER = """headers: {Authorization: "Bearer {{ secret('TOKEN') }}"}"""


async def _with_token(on: Services) -> None:
    await on.secrets.set(NAMESPACE, "TOKEN", "hush-hush", by="moist")


async def test_the_agent_is_told_what_to_mask() -> None:
    async with services() as on:
        agent = await looking(on)
        await _with_token(on)
        await on.apply(watching(trigger=TRIGGER))

        order = await agent.assignment()

        assert order.secrets == ["hush-hush"]
        assert b"hush-hush" in order.properties
        assert "hush-hush" not in repr(order)


async def test_a_secret_that_the_server_sends_back_is_out_of_sight() -> None:
    async with services() as on:
        agent = await looking(on)
        await _with_token(on)
        await on.apply(watching(trigger=TRIGGER, message="{{ trigger.body }}"))

        await answer(on, agent, (await agent.assignment()).attempt_id, body="you are hush-hush")

        (row,) = await on.all_summaries()
        execution = await on.execution(row.id)
        assert "hush-hush" not in str(execution.trigger.variables)
        assert await on.core.lines(row.id) == ["you are ********"]


async def test_the_same_after_a_restart_of_the_coordinator() -> None:
    clock, ids = FakeClock(), CountedIds()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock, ids=ids) as on:
            agent = await looking(on)
            await _with_token(on)
            await on.apply(watching(trigger=TRIGGER, message="{{ trigger.body }}"))
            order = await agent.assignment()
        async with services(store=store, clock=clock, ids=ids) as on:
            await _with_token(on)
            again = await looking(on, held=[order.attempt_id])

            await answer(on, again, order.attempt_id, body="you are hush-hush")

            (row,) = await on.all_summaries()
            assert await on.core.lines(row.id) == ["you are ********"]


async def test_all_is_out_of_sight_where_nobody_knows_the_secrets_any_more() -> None:
    clock, ids = FakeClock(), CountedIds()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock, ids=ids) as on:
            agent = await looking(on)
            await _with_token(on)
            await on.apply(watching(trigger=TRIGGER))
            order = await agent.assignment()
        async with services(store=store, clock=clock, ids=ids) as on:
            again = await looking(on, held=[order.attempt_id])

            await answer(on, again, order.attempt_id, body="you are hush-hush")

            (row,) = await on.all_summaries()
            assert "hush-hush" not in str((await on.execution(row.id)).trigger.variables)


async def test_an_encrypted_body_is_seen_by_the_condition_only() -> None:
    trigger = "encryptBody: true\nresponseCondition: '{{ fromJson(response.body).n > 1 }}'"
    async with services() as on:
        on.core.secret_outputs = frozenset({"encryptedBody"})
        agent = await looking(on)
        await on.apply(watching(trigger=trigger, message="{{ trigger.encryptedBody }}"))
        attempt_id = (await agent.assignment()).attempt_id

        await agent.say(
            messages.Finished(
                attempt_id=attempt_id,
                state=State.SUCCESS,
                outputs={"code": 200, "encryptedBody": '{"n": 2}'},
                error="",
                cause="",
            )
        )
        await on.settle()

        (row,) = await on.all_summaries()
        stored = msgspec.json.encode((await on.execution(row.id)).trigger.variables)
        assert b'"n' not in stored
        assert await on.core.lines(row.id) == ["********"]


async def test_what_cannot_be_judged_does_not_tell_the_encrypted_body() -> None:
    trigger = "encryptBody: true\nresponseCondition: '{{ fromJson(response.body) }}'"
    async with services() as on:
        on.core.secret_outputs = frozenset({"encryptedBody"})
        agent = await looking(on)
        await on.apply(watching(trigger=trigger))
        attempt_id = (await agent.assignment()).attempt_id

        await answer(on, agent, attempt_id, outputs={"encryptedBody": "hush-hush"})

        assert record_of(on).poll_error
        assert "hush-hush" not in record_of(on).poll_error


async def test_what_cannot_be_judged_does_not_tell_a_part_of_the_encrypted_body_either() -> None:
    condition = "{{ fromJson(response.body).token | number }}"
    async with services() as on:
        on.core.secret_outputs = frozenset({"encryptedBody"})
        agent = await looking(on)
        await on.apply(watching(trigger=f"responseCondition: '{condition}'"))
        attempt_id = (await agent.assignment()).attempt_id

        body = '{"token": "hush-hush"}'
        await answer(on, agent, attempt_id, outputs={"encryptedBody": body})

        assert "'********' is no number" in record_of(on).poll_error


async def test_no_error_is_told_where_nobody_knows_the_secrets_any_more() -> None:
    trigger = f"{TRIGGER}\nresponseCondition: '{{{{ response.body | number }}}}'"
    clock, ids = FakeClock(), CountedIds()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock, ids=ids) as on:
            agent = await looking(on)
            await _with_token(on)
            await on.apply(watching(trigger=trigger))
            order = await agent.assignment()
        async with services(store=store, clock=clock, ids=ids) as on:
            again = await looking(on, held=[order.attempt_id])

            await answer(on, again, order.attempt_id, body="hush-hush")

            assert "cannot be answered" in record_of(on).poll_error
            assert "hush-hush" not in record_of(on).poll_error


async def test_what_an_agent_says_of_a_look_is_in_the_coordinator_s_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching())
        attempt_id = (await agent.assignment()).attempt_id
        line = messages.LogLine(at=START, level="WARN", text="slow\n2026 forged")

        with caplog.at_level(logging.WARNING):
            await agent.say(messages.Lines(attempt_id=attempt_id, first_line=0, lines=[line]))

        assert "trigger company/nightly/site: slow 2026 forged" in caplog.messages
