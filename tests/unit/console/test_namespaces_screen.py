"""Namespaces, and what is kept in one: what their keys ask of the coordinator."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Button, Input

from lanner_console.glyphs import UNICODE
from lanner_console.models import KeyValueRow, Page, SecretRow
from lanner_console.models.namespace import (
    NamespaceFileRow,
    NamespaceRow,
    NamespaceSettings,
    PluginDefaultRow,
)
from lanner_console.screens.console_app import ConsoleApp
from lanner_console.screens.namespace import NamespaceView
from tests.support.console_scene import afternoon, opened, settle
from tests.support.eventually import eventually
from tests.support.fake_console_client import FakeConsoleClient
from tests.support.frames import frame

ETL = "company.etl"
ABSENT = UNICODE.absent


def furnished() -> FakeConsoleClient:
    client = afternoon()
    holds = NamespaceSettings(
        description="Orders and invoices\nat night",
        variables={"bucket": "orders", "limits": {"rows": 5}},
        plugin_defaults=(
            PluginDefaultRow(
                type="core.log.Log", values={"level": "WARN"}, namespace="company", forced=True
            ),
        ),
        allowed_groups=("etl",),
        groups_from="company",
    )
    client.namespaces = {
        "company": NamespaceRow(name="company"),
        ETL: NamespaceRow(name=ETL, own=holds, effective=holds, flow_count=2, key_value_count=1),
    }
    client.key_values = {
        (ETL, "cursor"): KeyValueRow(namespace=ETL, key="cursor", type="NUMBER", value=41)
    }
    client.secrets = {
        (ETL, "TOKEN"): SecretRow(namespace=ETL, key="TOKEN", description="of the shop", version=3)
    }
    client.namespace_files = {
        (ETL, "sql/orders.sql"): NamespaceFileRow(path="sql/orders.sql", version=2, size_bytes=2048)
    }
    return client


def last_act(app: ConsoleApp) -> str:
    return app.screen.query_one(NamespaceView).place.acts.acts[-1].command


async def show(app: ConsoleApp, pilot: Pilot[int], tab: int = 0) -> None:
    await pilot.press("6")
    await settle(pilot)
    await pilot.press("j", "enter")
    await eventually(lambda: "agents of etl" in frame(app))
    for _ in range(tab):
        await pilot.press("right_square_bracket")
    await settle(pilot)


async def test_namespaces_are_a_tree_with_what_is_in_them() -> None:
    async with opened(furnished()) as (app, pilot):
        await pilot.press("6")
        await settle(pilot)
        await eventually(lambda: "VARS" in frame(app))

        lines = frame(app).splitlines()
        (above,) = [line for line in lines if line.startswith("▌  company ")]
        (etl,) = [line for line in lines if line.startswith("     etl ")]
        assert above.split()[2:7] == [ABSENT, ABSENT, ABSENT, ABSENT, "all"]
        assert etl.split()[1:6] == ["2", ABSENT, "1", "2", "etl"]


async def test_variables_and_defaults_that_hold_are_shown_with_where_they_are_from() -> None:
    async with opened(furnished()) as (app, pilot):
        await show(app, pilot)

        assert "bucket" in frame(app)
        assert "rows" in frame(app)

        await pilot.press("right_square_bracket")
        await settle(pilot)

        assert "core.log.Log (company, forced)" in frame(app)
        assert "WARN" in frame(app)


async def test_a_value_is_changed() -> None:
    client = furnished()
    async with opened(client) as (app, pilot):
        await show(app, pilot, 2)
        await pilot.press("e")
        await settle(pilot)
        assert app.screen.query_one("#key", Input).value == "cursor"
        app.screen.query_one("#value", Input).value = "42"
        app.screen.query_one("#ttl", Input).value = "PT1H"
        await pilot.press("f5")
        await settle(pilot)

        assert client.asked("set_key_value") == [(ETL, "cursor", "42", "NUMBER", 3600.0, False)]
        assert app.told == ["cursor is set"]
        command = last_act(app)
        assert command == f"lanner -n {ETL} kv set cursor 42 --type NUMBER"


async def test_a_duration_that_is_none_keeps_a_value_from_being_set() -> None:
    async with opened(furnished()) as (app, pilot):
        await show(app, pilot, 2)
        await pilot.press("n")
        await settle(pilot)
        app.screen.query_one("#key", Input).value = "k"
        app.screen.query_one("#ttl", Input).value = "soon"
        await settle(pilot)

        assert app.screen.query_one("#confirm", Button).disabled


async def test_a_secret_is_typed_unseen_and_never_shown() -> None:
    client = furnished()
    async with opened(client) as (app, pilot):
        await show(app, pilot, 3)
        assert "TOKEN" in frame(app)
        await pilot.press("n")
        await settle(pilot)
        app.screen.query_one("#key", Input).value = "password"
        app.screen.query_one("#value", Input).value = "tops3cret"
        await settle(pilot)
        assert "tops3cret" not in frame(app)
        await pilot.press("f5")
        await settle(pilot)

        assert client.asked("set_secret") == [(ETL, "password", False)]
        command = last_act(app)
        assert command == f"lanner -n {ETL} secret set password"
        await eventually(lambda: "PASSWORD" in frame(app))
        assert "tops3cret" not in frame(app)


async def test_deleting_asks_for_the_name() -> None:
    client = furnished()
    async with opened(client) as (app, pilot):
        await show(app, pilot, 3)
        await pilot.press("ctrl+d")
        await settle(pilot)
        assert app.screen.query_one("#confirm", Button).disabled
        app.screen.query_one("#typed", Input).value = "TOKEN"
        await settle(pilot)
        await pilot.press("f5")
        await settle(pilot)

        assert client.asked("delete_secret") == [(ETL, "TOKEN")]


async def test_a_secret_of_a_namespace_above_is_not_deleted_here() -> None:
    client = furnished()
    client.secrets = {(ETL, "TOKEN"): SecretRow(namespace="company", key="TOKEN")}

    async def inherited(*_: object, **__: object) -> object:
        return Page(rows=tuple(client.secrets.values()), total_count=1)

    client.list_secrets = inherited  # type: ignore[method-assign,assignment]  # of this one
    async with opened(client) as (app, pilot):
        await show(app, pilot, 3)
        await pilot.press("ctrl+d")
        await settle(pilot)

        assert app.told == ["TOKEN belongs to company: delete it there"]


async def test_a_file_is_stored_saved_and_deleted(tmp_path: Path) -> None:
    client = furnished()
    own = tmp_path / "rates.csv"
    own.write_text("a")
    async with opened(client, save_folder=tmp_path, environment={}) as (app, pilot):
        await show(app, pilot, 4)
        assert "2.0 KiB" in frame(app)
        await pilot.press("n")
        await settle(pilot)
        app.screen.query_one("#file", Input).value = str(tmp_path / "none.csv")
        await settle(pilot)
        assert "this machine has no such file" in frame(app)
        app.screen.query_one("#file", Input).value = str(own)
        await settle(pilot)
        await pilot.press("f5")
        await settle(pilot)

        assert client.asked("put_namespace_file") == [(own, ETL, "rates.csv")]

        await pilot.press("ctrl+s")
        await eventually(lambda: client.asked("get_namespace_file") != [])
        await pilot.press("ctrl+d")
        await settle(pilot)
        app.screen.query_one("#typed", Input).value = client.asked("get_namespace_file")[0][1]
        await settle(pilot)
        await pilot.press("f5")
        await settle(pilot)

        assert len(client.asked("delete_namespace_files")) == 1


async def test_variables_are_not_changed_here_and_it_says_where() -> None:
    async with opened(furnished()) as (app, pilot):
        await show(app, pilot)
        await pilot.press("n")
        await settle(pilot)

        assert app.told == ["Variables and plugin defaults are set with lanner namespace apply"]


async def test_the_executions_of_a_namespace_are_a_key_away() -> None:
    client = furnished()
    async with opened(client) as (app, pilot):
        await show(app, pilot)
        await pilot.press("l")
        await settle(pilot)

        assert client.asked("watch_executions")[-1] == (f"ns:{ETL},{ETL}.*",)
        assert app.told == []
