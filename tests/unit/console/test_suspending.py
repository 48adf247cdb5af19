"""Pause and resume by a key: what is asked of the coordinator, and the form of a pause."""

from __future__ import annotations

from lanner_console.dialogs.resume import ResumeDialog
from lanner_console.models import ExecutionDetail, InputField, PauseRow, State
from tests.support.console_executions import execution_row
from tests.support.console_scene import opened, settle
from tests.support.eventually import eventually
from tests.support.fake_console_client import FakeConsoleClient
from tests.support.frames import frame

_PAUSE = PauseRow(
    task_run_id="aaa-1",
    task_id="approval",
    description="Look at the figures.",
    inputs=(
        InputField(id="asked", type="STRING", is_required=True),
        InputField(id="count", type="INT"),
    ),
)


def _one(state: State) -> FakeConsoleClient:
    row = execution_row("aaa", state, age_seconds=10)
    return FakeConsoleClient(
        executions={"aaa": ExecutionDetail(row=row)}, pauses={"aaa": (_PAUSE,)}
    )


async def test_a_running_execution_is_paused_by_a_key() -> None:
    client = _one(State.RUNNING)
    async with opened(client) as (_, pilot):
        await pilot.press("s")

        await eventually(lambda: client.asked("pause_execution") == [("aaa", "")])


async def test_the_form_of_a_pause_asks_for_its_inputs() -> None:
    client = _one(State.PAUSED)
    async with opened(client) as (app, pilot):
        await pilot.press("s")
        await eventually(lambda: isinstance(app.screen, ResumeDialog))
        await settle(pilot)

        shown = frame(app)
        for words in ("task approval waits", "Look at the figures.", "asked *", "count", "INT"):
            assert words in shown


async def test_a_form_without_what_is_required_is_not_sent() -> None:
    client = _one(State.PAUSED)
    async with opened(client) as (app, pilot):
        await pilot.press("s")
        await eventually(lambda: isinstance(app.screen, ResumeDialog))
        await pilot.press("f5")
        await settle(pilot)

        assert "asked is required" in frame(app)
        assert client.asked("resume_execution") == []


async def test_what_was_typed_is_sent_with_its_type() -> None:
    client = _one(State.PAUSED)
    async with opened(client) as (app, pilot):
        await pilot.press("s")
        await eventually(lambda: isinstance(app.screen, ResumeDialog))
        await pilot.press(*"yes", "tab", "5", "tab", *"fine", "f5")
        await eventually(lambda: not isinstance(app.screen, ResumeDialog))

        sent = ("aaa", "fine", "aaa-1", {"asked": "yes", "count": 5})
        assert client.asked("resume_execution") == [sent]


async def test_an_execution_that_is_not_paused_any_more_asks_for_nothing() -> None:
    client = _one(State.PAUSED)
    client.pauses.clear()
    async with opened(client) as (app, pilot):
        await pilot.press("s")
        await settle(pilot)

        assert not isinstance(app.screen, ResumeDialog)
