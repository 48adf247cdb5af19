from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from lanner_coordinator.engine.state import State
from lanner_proto.client import Client
from lanner_proto.errors import AlreadyExists, InvalidInput, NotFound
from lanner_proto.v1 import trigger_pb2
from tests.support.fake_clock import START
from tests.support.polling import answer, looking, watching
from tests.support.services_stage import Services, flow_source

KEY = trigger_pb2.TriggerKey(namespace="company", flow_id="nightly", trigger_id="daily")
NOBODY = trigger_pb2.TriggerKey(namespace="company", flow_id="nightly", trigger_id="hourly")


async def test_triggers_are_listed_with_their_next_date(client: Client, on: Services) -> None:
    await on.apply(flow_source(schedule="0 7 * * *", trigger="timezone: Europe/Paris"))

    response = await client.list_triggers(namespace="company.*")

    (trigger,) = response.triggers
    assert trigger.key == KEY
    assert trigger.type == "io.kestra.plugin.core.trigger.Schedule"
    assert (trigger.condition, trigger.timezone) == ("0 7 * * *", "Europe/Paris")
    assert trigger.is_enabled
    assert trigger.next_at.ToJsonString() == "2026-01-06T06:00:00Z"
    assert not trigger.HasField("last_at")
    assert not trigger.HasField("backfill")
    assert response.total_count == 1


async def test_too_long_a_page_of_triggers_is_refused(client: Client) -> None:
    with pytest.raises(InvalidInput):
        await client.list_triggers(limit=1_001)


async def test_a_trigger_is_disabled_and_enabled(client: Client, on: Services) -> None:
    await on.apply(flow_source(schedule="0 7 * * *"))

    disabled = await client.set_trigger_enabled(KEY, is_enabled=False)
    enabled = await client.set_trigger_enabled(KEY, is_enabled=True)

    assert (disabled.is_enabled, disabled.HasField("next_at")) == (False, False)
    assert (enabled.is_enabled, enabled.HasField("next_at")) == (True, True)


async def test_a_trigger_that_is_not_there_is_not_found(client: Client, on: Services) -> None:
    await on.apply(flow_source(schedule="0 7 * * *"))

    with pytest.raises(NotFound, match='flow company/nightly has no trigger "hourly"'):
        await client.set_trigger_enabled(NOBODY, is_enabled=False)
    with pytest.raises(InvalidInput, match=r"`key\.namespace` is missing"):
        await client.set_trigger_enabled(trigger_pb2.TriggerKey(), is_enabled=False)


async def test_a_backfill_is_made_once_and_deleted(client: Client, on: Services) -> None:
    await on.apply(flow_source(schedule="0 7 * * *"))
    start = START - timedelta(days=3)

    trigger = await client.create_backfill(KEY, start=start, labels={"why": "late"})
    with pytest.raises(AlreadyExists):
        await client.create_backfill(KEY, start=start)
    deleted = await client.delete_backfill(KEY)

    assert (trigger.backfill.total_count, trigger.backfill.done_count) == (3, 0)
    assert not deleted.HasField("backfill")
    with pytest.raises(NotFound, match="no backfill"):
        await client.delete_backfill(KEY)


async def test_a_backfill_without_a_date_is_refused(client: Client, on: Services) -> None:
    await on.apply(flow_source(schedule="0 7 * * *"))

    with pytest.raises(InvalidInput, match="has no date"):
        await client.create_backfill(KEY, start=START - timedelta(minutes=5))


async def test_what_an_agent_does_for_a_trigger_is_listed(client: Client, on: Services) -> None:
    agent = await looking(on)
    await on.apply(watching())
    attempt_id = (await agent.assignment()).attempt_id
    during = (await client.list_triggers()).triggers[0]

    await answer(on, agent, attempt_id, state=State.FAILED, error="nobody is there")

    (after,) = (await client.list_triggers()).triggers
    assert (during.condition, during.activity) == ("every PT60S", 'agent "etl-1" looks')
    assert not during.HasField("polled_at")
    assert (after.activity, after.poll_error) == ("", "nobody is there")
    assert after.polled_at.ToDatetime(UTC) == START
