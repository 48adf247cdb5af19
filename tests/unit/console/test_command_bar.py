"""The command bar finds views and actions by a few letters."""

from __future__ import annotations

from textual.widgets import Input

from lanner_console.dialogs.command_bar import Command, CommandBar, matching
from tests.support.console_scene import afternoon, opened, settle
from tests.support.eventually import eventually
from tests.support.frames import frame


def named(*names: str) -> list[Command]:
    return [Command(name, "", lambda _: None) for name in names]


def test_the_likeliest_command_comes_first() -> None:
    found = matching("ex", named("next", "execution", "retry", "executions"))

    assert [command.name for command in found] == ["execution", "executions", "next"]


def test_what_follows_the_name_does_not_hide_the_command() -> None:
    found = matching("flow company.etl/load", named("flows", "flow", "run"))

    assert found[0].name == "flow"


async def test_a_view_is_opened_with_an_argument() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        await pilot.press("colon")
        await eventually(lambda: isinstance(app.screen, CommandBar))
        await pilot.press(*"executions state:KILLED", "enter")
        await settle(pilot)

        assert client.asked("watch_executions")[-1] == ("state:KILLED",)


async def test_a_saved_filter_is_a_command() -> None:
    client = afternoon()
    async with opened(client, views={"timeouts": "state:FAILED"}) as (app, pilot):
        await pilot.press("colon")
        await eventually(lambda: isinstance(app.screen, CommandBar))
        await pilot.press(*"timeo", "enter")
        await settle(pilot)

        assert client.asked("watch_executions")[-1] == ("state:FAILED",)


async def test_an_action_of_the_view_is_a_command() -> None:
    async with opened(afternoon()) as (app, pilot):
        await pilot.press("colon")
        await eventually(lambda: isinstance(app.screen, CommandBar))
        await pilot.press(*"problems", "enter")
        await settle(pilot)

        assert "problems only" in frame(app)


async def test_an_empty_field_repeats_the_last_command() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        for typed in ("executions state:KILLED", ""):
            await pilot.press("colon")
            await eventually(lambda: isinstance(app.screen, CommandBar))
            await pilot.press(*typed, "enter")
            await settle(pilot)

        assert client.asked("watch_executions")[-2:] == [("state:KILLED",), ("state:KILLED",)]


async def test_what_is_typed_before_the_bar_is_there_is_not_lost() -> None:
    from textual import events
    from textual.keys import _character_to_key

    async with opened(afternoon()) as (app, pilot):
        for character in ":flow x":
            app.post_message(events.Key(_character_to_key(character), character))

        await eventually(lambda: isinstance(app.screen, CommandBar))
        await eventually(lambda: app.screen.query_one(Input).value == "flow x")
        await settle(pilot)
