"""Flows, triggers and agents: what their keys ask of the coordinator."""

from __future__ import annotations

import msgspec
from textual.widgets import Button, Input

from lanner_console.screens.console_app import ConsoleApp
from tests.support.console_executions import NOW
from tests.support.console_scene import afternoon, opened, settle
from tests.support.eventually import eventually
from tests.support.frames import frame


async def test_a_flow_shows_its_source_and_its_revisions() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        await pilot.press("3", "j", "j", "enter")
        await eventually(lambda: "namespace: company.etl" in frame(app))

        assert "company.etl/load_orders" in crumb(app)

        await pilot.press("right_square_bracket")
        await settle(pilot)
        await pilot.press("j")

        await eventually(lambda: client.asked("get_flow")[-1] == ("company.etl", "load_orders", 11))


async def test_flows_are_looked_for_while_typing() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        await pilot.press("3", "slash", *"craw")

        await eventually(lambda: client.asked("list_flows")[-1] == ("", "craw"))
        await eventually(lambda: "backup" not in frame(app))


async def test_the_executions_of_a_flow_are_a_key_away_and_back() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        await pilot.press("3", "j", "j", "l")
        await settle(pilot)

        assert client.asked("watch_executions")[-1] == ("ns:company.etl flow:load_orders",)

        await pilot.press("escape", "escape")
        await settle(pilot)

        assert "LAST RUN" in frame(app)


async def test_a_trigger_is_switched_off() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        await pilot.press("4")
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)

        assert client.asked("set_trigger_enabled") == [(client.triggers[0].key, False)]
        assert app.told == ["company.billing/invoices/hourly is disabled"]


async def test_a_trigger_that_cannot_be_evaluated_is_worth_a_look() -> None:
    client = afternoon()
    client.triggers[0] = msgspec.structs.replace(client.triggers[0], poll_error="nobody is there")
    client.triggers[1] = msgspec.structs.replace(client.triggers[1], activity='agent "a" looks')
    async with opened(client) as (app, pilot):
        await pilot.press("4")
        await settle(pilot)

        first, second = frame(app).splitlines()[3:5]
        assert "failing" in first
        assert "now" in second.split()


async def test_a_backfill_is_asked_for_by_dates_as_people_write_them() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        await pilot.press("4")
        await settle(pilot)
        await pilot.press("B")
        await settle(pilot)
        app.screen.query_one("#start", Input).value = "2026-11-20T00:00:00Z"
        await eventually(lambda: "2026-11-20 00:00:00 to 2026-11-23 12:03:07" in frame(app))

        await pilot.press("f5")
        await settle(pilot)

        (key, start, end) = client.asked("create_backfill")[0]
        assert key == client.triggers[0].key
        assert start.isoformat() == "2026-11-20T00:00:00+00:00"
        assert end == NOW


async def test_a_backfill_that_ends_before_it_begins_cannot_be_started() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        await pilot.press("4")
        await settle(pilot)
        await pilot.press("B")
        await settle(pilot)
        app.screen.query_one("#end", Input).value = "2026-11-01"
        await eventually(lambda: "the end is not after the start" in frame(app))

        assert app.screen.query_one("#confirm", Button).disabled


async def test_an_agent_is_drained_and_put_back_to_work() -> None:
    client = afternoon()
    async with opened(client) as (_, pilot):
        await pilot.press("5")
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)

        assert client.asked("drain_agent") == [("etl-1", False), ("etl-1", True)]


async def test_lists_without_bulk_acts_have_no_marks() -> None:
    async with opened(afternoon()) as (app, pilot):
        await pilot.press("5", "space")
        await settle(pilot)

        assert "space mark" not in frame(app)


async def test_the_way_back_leads_through_what_was_shown() -> None:
    async with opened(afternoon()) as (app, pilot):
        await pilot.press("3", "4", "q", "q")
        await settle(pilot)

        assert crumb(app).startswith("Executions")

        await pilot.press("q")

        assert app.return_code == 0


def crumb(app: ConsoleApp) -> str:
    return frame(app).splitlines()[1].strip()
