"""Namespaces, and what is kept in one: what their keys ask of the coordinator."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from textual import events
from textual.widgets import Button, Input, TextArea

from lanner_console.models import KeyValueRow, Page, SecretRow
from tests.support.console_executions import NOW
from tests.support.console_namespace import ABSENT, ETL, furnished, last_act, show
from tests.support.console_scene import opened, settle
from tests.support.eventually import eventually
from tests.support.frames import frame


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


async def test_plugin_defaults_are_not_changed_here_and_it_says_where() -> None:
    async with opened(furnished()) as (app, pilot):
        await show(app, pilot, 1)
        await pilot.press("n", "e", "ctrl+d")
        await settle(pilot)

        assert app.told == ["Plugin defaults are set with lanner namespace apply"] * 3


async def test_a_read_only_console_changes_nothing_in_a_namespace() -> None:
    client = furnished()
    async with opened(client, is_read_only=True, context_name="prod") as (app, pilot):
        await show(app, pilot)
        for _ in range(6):
            await pilot.press("n", "ctrl+d", "right_square_bracket")
        await settle(pilot)

        assert len(app.screen_stack) == 1
        assert 'The context "prod" is read-only' in app.told


async def test_names_are_found_among_a_thousand() -> None:
    client = furnished()
    client.key_values = {
        (ETL, f"key{number}"): KeyValueRow(
            namespace=ETL, key=f"key{number}", type="NUMBER", value=number
        )
        for number in range(1000)
    }
    async with opened(client) as (app, pilot):
        await show(app, pilot, 2)
        await eventually(lambda: "1 000" in frame(app))
        await pilot.press("slash", *"KEY99", "enter")
        await eventually(lambda: "KEY99" in frame(app).splitlines()[1])

        await eventually(lambda: frame(app).splitlines()[1].endswith(" 11"))
        assert "key990" in frame(app)
        await pilot.press("slash", "x", "enter")
        await eventually(lambda: "No name holds that" in frame(app))
        await pilot.press("escape")
        await eventually(lambda: "1 000" in frame(app))


async def test_a_value_of_several_lines_is_changed_as_a_whole() -> None:
    client = furnished()
    row = KeyValueRow(namespace=ETL, key="note", type="STRING", value="one\ntwo")
    client.key_values = {(ETL, "note"): row}
    async with opened(client) as (app, pilot):
        await show(app, pilot, 2)
        await pilot.press("e")
        await settle(pilot)
        app.screen.query_one("#value", TextArea).text += "\nthree"
        await pilot.press("f5")
        await settle(pilot)

        assert client.asked("set_key_value") == [
            (ETL, "note", "one\ntwo\nthree", "STRING", None, False)
        ]


async def test_a_value_that_expires_goes_on_to_expire_when_it_is_changed() -> None:
    client = furnished()
    at = NOW + timedelta(hours=1)
    row = KeyValueRow(namespace=ETL, key="soon", type="STRING", value="x", expires_at=at)
    client.key_values = {(ETL, "soon"): row}
    async with opened(client) as (app, pilot):
        await show(app, pilot, 2)
        await pilot.press("e")
        await settle(pilot)
        await pilot.press("f5")
        await settle(pilot)

        ((_, _, _, _, ttl_seconds, _),) = client.asked("set_key_value")
        assert ttl_seconds == 3600.0


async def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    client = furnished()
    (tmp_path / "key.pem").write_text("line 1\nline 2\n")
    async with opened(client) as (app, pilot):
        await show(app, pilot, 3)
        await pilot.press("n")
        await settle(pilot)
        app.screen.query_one("#key", Input).value = "PEM"
        app.screen.query_one("#file", Input).value = str(tmp_path / "none")
        await settle(pilot)
        assert "this machine has no such file" in frame(app)
        app.screen.query_one("#file", Input).value = str(tmp_path / "key.pem")
        await settle(pilot)
        await pilot.press("f5")
        await settle(pilot)

        assert client.asked("set_secret") == [(ETL, "PEM", False)]


async def test_a_field_tells_when_several_lines_are_pasted() -> None:
    async with opened(furnished()) as (app, pilot):
        await show(app, pilot, 3)
        await pilot.press("n")
        await settle(pilot)
        app.screen.query_one("#key", Input).post_message(events.Paste("one\ntwo"))
        await settle(pilot)

        assert app.told == ["Only the first line was pasted: the field holds one"]


async def test_the_executions_of_a_namespace_are_a_key_away() -> None:
    client = furnished()
    async with opened(client) as (app, pilot):
        await show(app, pilot)
        await pilot.press("l")
        await settle(pilot)

        assert client.asked("watch_executions")[-1] == (f"ns:{ETL},{ETL}.*",)
        assert app.told == []
