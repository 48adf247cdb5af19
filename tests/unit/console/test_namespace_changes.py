"""Variables and templates of one namespace: what their keys ask of the coordinator."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Button, Input

from lanner_console.models import TemplateRow
from lanner_console.models.namespace import NamespaceFileRow, NamespaceRow, NamespaceSettings
from tests.support.console_namespace import ETL, furnished, last_act, show
from tests.support.console_scene import opened, settle
from tests.support.eventually import eventually
from tests.support.frames import frame


async def test_a_variable_is_set_changed_and_taken_out() -> None:
    client = furnished()
    async with opened(client) as (app, pilot):
        await show(app, pilot)
        await pilot.press("n")
        await settle(pilot)
        assert app.screen.query_one("#confirm", Button).disabled
        app.screen.query_one("#name", Input).value = "db.port"
        app.screen.query_one("#value", Input).value = "5432"
        await settle(pilot)
        await pilot.press("f5")
        await eventually(lambda: client.namespaces[ETL].version == 1)

        own = client.namespaces[ETL].own
        assert own is not None
        assert own.variables == {"bucket": "orders", "limits": {"rows": 5}, "db": {"port": 5432}}
        assert last_act(app) == f"lanner namespace set {ETL} --variable db.port=5432"

        await pilot.press("j", "e")
        await settle(pilot)
        assert app.screen.query_one("#name", Input).value == "limits"
        assert app.screen.query_one("#value", Input).value == '{"rows": 5}'
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("k", "ctrl+d")
        await settle(pilot)
        app.screen.query_one("#typed", Input).value = "bucket"
        await settle(pilot)
        await pilot.press("f5")
        await eventually(lambda: client.namespaces[ETL].version == 2)

        assert last_act(app) == f"lanner namespace set {ETL} --unset bucket"


async def test_a_text_that_looks_like_json_is_changed_between_quotes() -> None:
    client = furnished()
    holds = NamespaceSettings(variables={"zip": "01067"}, allowed_groups=("etl",))
    client.namespaces[ETL] = NamespaceRow(name=ETL, own=holds, effective=holds)
    async with opened(client) as (app, pilot):
        await show(app, pilot)
        await pilot.press("e")
        await settle(pilot)
        assert app.screen.query_one("#value", Input).value == "01067"
        app.screen.query_one("#value", Input).value = '"17"'
        await pilot.press("f5")
        await eventually(lambda: client.namespaces[ETL].version == 1)
        await pilot.press("e")
        await settle(pilot)

        assert app.screen.query_one("#value", Input).value == '"17"'


async def test_a_variable_of_a_namespace_above_is_not_taken_out_here() -> None:
    client = furnished()
    holds = NamespaceSettings(variables={"region": "eu"}, allowed_groups=("etl",))
    client.namespaces[ETL] = NamespaceRow(name=ETL, effective=holds)
    async with opened(client) as (app, pilot):
        await show(app, pilot)
        await pilot.press("ctrl+d")
        await settle(pilot)

        assert app.told == ["region is set for a namespace above: take it out there"]


async def test_a_template_is_shown_stored_saved_and_deleted(tmp_path: Path) -> None:
    client = furnished()
    source = "id: notify\nnamespace: company.etl\n"
    client.templates = {(ETL, "notify"): TemplateRow(namespace=ETL, id="notify", source=source)}
    file = tmp_path / "other.yaml"
    file.write_text("id: other")
    async with opened(client, save_folder=tmp_path, environment={}) as (app, pilot):
        await show(app, pilot, 5)
        assert "notify" in frame(app)
        await pilot.press("enter")
        await eventually(lambda: "id: notify" in frame(app))
        await pilot.press("escape")
        await settle(pilot)

        await pilot.press("n")
        await settle(pilot)
        app.screen.query_one("#file", Input).value = str(file)
        await settle(pilot)
        await pilot.press("f5")
        await eventually(lambda: client.asked("apply_template") == [("id: other",)])
        assert last_act(app) == f"lanner template apply {file}"

        await pilot.press("ctrl+s")
        await eventually(lambda: source in [one.read_text() for one in tmp_path.glob("lanner-*")])
        await pilot.press("ctrl+d")
        await settle(pilot)
        app.screen.query_one("#typed", Input).value = "notify"
        await settle(pilot)
        await pilot.press("f5")
        await settle(pilot)

        assert client.asked("delete_template") == [(ETL, "notify")]


async def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    client = furnished()
    file = tmp_path / "rates.csv"
    file.write_text("a")

    async def locked(*_: object, **__: object) -> NamespaceFileRow:
        raise PermissionError(13, "Permission denied")

    client.put_namespace_file = locked  # type: ignore[method-assign]  # of this one
    async with opened(client) as (app, pilot):
        await show(app, pilot, 4)
        await pilot.press("n")
        await settle(pilot)
        app.screen.query_one("#file", Input).value = str(file)
        await settle(pilot)
        await pilot.press("f5")
        await settle(pilot)

        assert app.told == [f"{file} cannot be read: Permission denied"]
