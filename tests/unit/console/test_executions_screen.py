"""The list of executions: what its keys ask of the coordinator, and what it shows."""

from __future__ import annotations

from textual.widgets import Button, Input

from lanner_console.dialogs.act import ActDialog
from lanner_console.dialogs.batch_progress import BatchProgressDialog
from lanner_console.models import BatchAct, BatchSelection, ExecutionDetail, State
from lanner_console.screens.console_app import ConsoleApp
from lanner_console.screens.executions import ExecutionsView
from lanner_proto.errors import Unavailable
from tests.support.console_executions import FAILED_ID, execution_row
from tests.support.console_scene import afternoon, opened, settle
from tests.support.eventually import eventually
from tests.support.fake_console_client import FakeConsoleClient
from tests.support.frames import frame


def view_of(app: ConsoleApp) -> ExecutionsView:
    return app.screen_stack[0].query_one(ExecutionsView)


def few() -> FakeConsoleClient:
    """Give a coordinator with two failed executions and one that succeeded."""
    rows = [
        execution_row("aaa", State.FAILED, age_seconds=10),
        execution_row("bbb", State.FAILED, age_seconds=20),
        execution_row("ccc", State.SUCCESS, age_seconds=30),
    ]
    return FakeConsoleClient(executions={row.id: ExecutionDetail(row=row) for row in rows})


async def test_the_list_asks_for_one_window_newest_first() -> None:
    async with opened(afternoon()) as (app, _):
        client = view_of(app).place.client
        assert isinstance(client, FakeConsoleClient)

        assert client.asked("list_executions") == [("", 256, 0, "-created")]
        assert client.asked("watch_executions") == [("",)]


async def test_an_execution_that_begins_appears_without_a_key() -> None:
    client = few()
    async with opened(client) as (app, _):
        await client.push(ExecutionDetail(row=execution_row("new", State.RUNNING, age_seconds=0)))

        await eventually(lambda: "new " in frame(app))


async def test_a_change_of_state_is_shown_in_its_place() -> None:
    client = few()
    async with opened(client) as (app, _):
        listed = len(client.asked("list_executions"))
        await client.push(ExecutionDetail(row=execution_row("bbb", State.RUNNING, age_seconds=20)))

        await eventually(lambda: "▶ RUNNING" in frame(app).splitlines()[4])
        assert len(client.asked("list_executions")) == listed


async def test_a_frozen_list_waits_and_then_catches_up() -> None:
    client = few()
    async with opened(client) as (app, pilot):
        await pilot.press("p")
        await client.push(ExecutionDetail(row=execution_row("bbb", State.RUNNING, age_seconds=20)))

        await eventually(lambda: "frozen, 1 changes" in frame(app))
        assert "RUNNING" not in frame(app)

        await pilot.press("p")

        await eventually(lambda: "RUNNING" in frame(app))


async def test_the_filter_goes_to_the_coordinator_as_it_is_typed() -> None:
    client = few()
    async with opened(client) as (app, pilot):
        await pilot.press("slash", *"state:FAILED")
        await eventually(lambda: "2 match" in frame(app))

        await pilot.press("enter")
        await settle(pilot)

        assert client.asked("watch_executions")[-1] == ("state:FAILED",)
        assert "state:FAILED" in frame(app).splitlines()[1]
        assert "ccc" not in frame(app)


async def test_the_filter_key_recalls_the_last_filter() -> None:
    async with opened(few()) as (app, pilot):
        await pilot.press("slash", *"state:FAILED", "enter", "escape", "slash")

        assert app.screen.query_one(Input).value == "state:FAILED"


async def test_characters_typed_too_early_reach_the_filter_and_nothing_else() -> None:
    from textual import events
    from textual.keys import _character_to_key

    async with opened(few()) as (app, pilot):
        for character in "/state:tr":
            app.post_message(events.Key(_character_to_key(character), character))
        await settle(pilot)

        assert app.screen.query_one(Input).value == "state:tr"
        assert len(app.screen_stack) == 1


async def test_problems_only_is_a_term_of_the_filter() -> None:
    client = few()
    async with opened(client) as (app, pilot):
        await pilot.press("exclamation_mark")
        await settle(pilot)

        assert client.asked("watch_executions")[-1] == ("state:FAILED,WARNING,KILLED",)
        assert "problems only" in frame(app)


async def test_the_default_namespace_narrows_the_list() -> None:
    client = few()
    async with opened(client, namespace="company"):
        assert client.asked("watch_executions") == [("ns:company,company.*",)]


async def test_sorting_is_the_coordinators_work() -> None:
    client = few()
    async with opened(client) as (_, pilot):
        await pilot.press("N", "N", "D")
        await settle(pilot)

        sorts = [arguments[3] for arguments in client.asked("list_executions")]
        assert sorts[-3:] == ["flow", "-flow", "-duration"]


async def test_retry_shows_what_would_be_done_and_does_it() -> None:
    client = few()
    async with opened(client) as (app, pilot):
        await pilot.press("r")
        await eventually(lambda: "will be done" in frame(app))

        await pilot.press("enter")
        await settle(pilot)

        assert client.asked("retry_execution") == [("aaa", "")]
        assert view_of(app).place.acts.acts[-1].command == "lanner execution retry aaa"


async def test_what_may_not_be_retried_says_why_and_cannot_be_confirmed() -> None:
    client = few()
    async with opened(client) as (app, pilot):
        await pilot.press("G", "r")
        await eventually(lambda: "SUCCESS executions are not retried" in frame(app))

        await pilot.press("f5")

        assert isinstance(app.screen, ActDialog)
        assert not app.screen.is_allowed
        assert client.asked("retry_execution") == []


async def test_kill_waits_on_cancel() -> None:
    client = few()
    client.executions["aaa"] = ExecutionDetail(row=execution_row("aaa", State.RUNNING))
    async with opened(client) as (app, pilot):
        await pilot.press("ctrl+k")
        await settle(pilot)

        assert isinstance(app.screen.focused, Button)
        assert app.screen.focused.id == "cancel"

        await pilot.press("enter")
        await settle(pilot)

        assert client.asked("kill_execution") == []


async def test_a_bulk_retry_asks_for_the_count_and_becomes_a_batch() -> None:
    client = few()
    async with opened(client) as (app, pilot):
        await pilot.press("space", "space", "space", "r")
        await eventually(lambda: "2 will be done, 1 will not." in frame(app))
        await pilot.press("3")

        assert isinstance(app.screen, ActDialog)
        assert not app.screen.is_allowed

        await pilot.press("backspace", "2")
        app.screen.query_one("#reason", Input).value = "db-2 was down"
        app.screen.query_one("#parallel", Input).value = "4"
        await pilot.press("f5")
        await settle(pilot)

        selection = BatchSelection(execution_ids=("aaa", "bbb", "ccc"))
        assert client.asked("create_batch") == [
            (BatchAct.RETRY, selection, 4, "db-2 was down", "request-1")
        ]
        assert isinstance(app.screen, BatchProgressDialog)
        assert view_of(app).table.marked_count == 0


async def test_all_but_some_are_selected_by_filter() -> None:
    client = few()
    async with opened(client) as (_, pilot):
        await pilot.press("asterisk", "space", "r")
        await settle(pilot)

        selection = BatchSelection(filter_text="-id:aaa")
        assert client.asked("preview_batch") == [(BatchAct.RETRY, selection)]


async def test_marks_taken_off_come_back() -> None:
    async with opened(few()) as (app, pilot):
        await pilot.press("space", "space", "escape")

        assert view_of(app).table.marked_count == 0

        await pilot.press("u")

        assert view_of(app).table.marks.keys == {"aaa", "bbb"}


async def test_a_read_only_context_says_so_and_asks_nothing() -> None:
    client = few()
    async with opened(client, is_read_only=True) as (app, pilot):
        await pilot.press("r", "ctrl+k", "t")
        await settle(pilot)

        assert app.told == ['The context "prod" is read-only'] * 3
        assert client.asked("preview_batch") == []
        assert client.asked("get_flow") == []


async def test_a_context_that_confirms_by_typing_asks_for_the_flow() -> None:
    client = few()
    async with opened(client, confirms_by_typing=True) as (app, pilot):
        await pilot.press("r")
        await eventually(lambda: "type load_orders" in frame(app))
        await pilot.press(*"load_orders", "enter")
        await settle(pilot)

        assert client.asked("retry_execution") == [("aaa", "")]


async def test_without_a_link_the_rows_stay_and_acts_are_refused() -> None:
    client = few()
    async with opened(client) as (app, pilot):
        client.fail_with = Unavailable("connection refused")
        await pilot.press("ctrl+r")
        await eventually(lambda: "no link to coord-1:7443" in frame(app))
        await pilot.press("j", "r")
        await settle(pilot)

        assert "bbb" in frame(app)
        assert "There is no link to coord-1:7443" in app.told
        assert client.asked("preview_batch") == []

        client.fail_with = None
        await pilot.press("ctrl+r")

        await eventually(lambda: "● live" in frame(app))


async def test_the_execution_under_the_cursor_is_looked_into() -> None:
    async with opened(afternoon(), size=(120, 34)) as (app, pilot):
        await pilot.press("j", "j", "j")

        await eventually(lambda: "✖ load" in frame(app))
        assert f" {FAILED_ID}" in frame(app)


async def test_copying_names_what_was_copied_and_where() -> None:
    async with opened(few(), environment={}) as (app, pilot):
        await pilot.press("c")

        await eventually(lambda: app.told)
        assert app.told == ["The id aaa was copied to the terminal's clipboard"]
        assert app.clipboard == "aaa"
