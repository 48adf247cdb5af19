"""The form of a flow: built from its inputs, checked here, and sent once."""

from __future__ import annotations

from textual.widgets import Input, Select

from lanner_console.dialogs.run_flow import RunDialog
from lanner_console.models import InputField
from lanner_proto.errors import InvalidInput
from tests.support.console_executions import FAILED_ID
from tests.support.console_scene import afternoon, etl_flow, opened, settle
from tests.support.eventually import eventually
from tests.support.frames import frame


async def test_a_form_has_a_field_for_each_input() -> None:
    async with opened(afternoon()) as (app, pilot):
        await pilot.press("3", "j", "j", "t")
        await eventually(lambda: isinstance(app.screen, RunDialog))
        await settle(pilot)

        shown = frame(app)
        for word in ("day *", "DATETIME", "region", "SELECT", "limit", "BOOLEAN", "labels"):
            assert word in shown


async def test_what_is_missing_or_wrong_is_said_beside_its_field_and_nothing_is_sent() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        await pilot.press("3", "j", "j", "t")
        await eventually(lambda: isinstance(app.screen, RunDialog))
        await pilot.press("tab", "tab", "x", "f5")
        await settle(pilot)

        assert "day is required" in frame(app)
        assert "limit is not a whole number" in frame(app)
        assert client.asked("create_execution") == []


async def test_values_are_sent_with_their_types() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        await pilot.press("3", "j", "j", "t")
        await eventually(lambda: isinstance(app.screen, RunDialog))
        await pilot.press(*"2026-11-23T00:00:00Z", "tab", "tab", *"100")
        app.screen.query_one("#labels", Input).value = "env=prod"
        await pilot.press("f5")
        await settle(pilot)

        values = {
            "day": "2026-11-23T00:00:00Z",
            "region": "eu",
            "limit": 100,
            "is_full": False,
            "payload": {"limit": 100},
        }
        sent = ("company.etl", "load_orders", values, {"env": "prod"})
        assert client.asked("create_execution") == [sent]
        assert app.told == ["company.etl/load_orders runs as new1"]


async def test_what_the_coordinator_refuses_stays_in_the_form() -> None:
    client = afternoon()
    client.flows["company.etl", "load_orders"] = etl_flow(inputs=())
    client.refuse_create = InvalidInput('the flow "load_orders" is disabled')
    async with opened(client) as (app, pilot):
        await pilot.press("3", "j", "j", "t")
        await eventually(lambda: isinstance(app.screen, RunDialog))
        await pilot.press("f5")

        await eventually(lambda: 'the flow "load_orders" is disabled' in frame(app))
        client.refuse_create = None
        await pilot.press("f5")

        await eventually(lambda: not isinstance(app.screen, RunDialog))
        assert len(client.asked("create_execution")) == 2


async def test_run_like_this_begins_with_the_inputs_of_the_execution() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        await pilot.press("j", "j", "j", "t")
        await eventually(lambda: isinstance(app.screen, RunDialog))
        await settle(pilot)

        assert client.asked("get_execution")[-1] == (FAILED_ID,)
        assert app.screen.query(Input).first().value == "2026-11-23T00:00:00Z"
        assert app.screen.query_one(Select).value == "eu"


async def test_the_form_as_a_command_leaves_secrets_out() -> None:
    client = afternoon()
    secret = InputField(id="password", type="SECRET", default_value="hunter2")
    plain = InputField(id="table.name", type="STRING", default_value="orders")
    client.flows["company.etl", "load_orders"] = etl_flow(inputs=(secret, plain))
    async with opened(client) as (app, pilot):
        await pilot.press("3", "j", "j", "t")
        await eventually(lambda: isinstance(app.screen, RunDialog))
        await pilot.press("f6")

        await eventually(lambda: app.clipboard != "")
        assert app.clipboard == "lanner flow run company.etl/load_orders -i table.name=orders"
        assert "hunter2" not in frame(app)


async def test_the_inputs_of_a_group_stand_below_its_title() -> None:
    client = afternoon()
    where = "Where it runs"
    client.flows["company.etl", "load_orders"] = etl_flow(
        inputs=(
            InputField(id="place.region", type="STRING", default_value="EU", form=where),
            InputField(id="place.zones", type="INT", display_name="Zones", form=where),
        )
    )
    async with opened(client) as (app, pilot):
        await pilot.press("3", "j", "j", "t")
        await eventually(lambda: isinstance(app.screen, RunDialog))
        await pilot.press("tab", "2")
        await settle(pilot)

        assert frame(app).count(where) == 1
        assert frame(app).index(where) < frame(app).index(" region ") < frame(app).index("Zones")

        await pilot.press("f5")
        await settle(pilot)
        assert client.asked("create_execution")[0][2] == {"place.region": "EU", "place.zones": 2}
