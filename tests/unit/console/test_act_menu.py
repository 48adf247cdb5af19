"""The menu of all acts: what it offers, asks, does and takes back."""

from __future__ import annotations

from textual.widgets import Input, OptionList

from lanner_console.dialogs.act import ActDialog
from lanner_console.dialogs.acts import ActsDialog
from lanner_console.dialogs.change import ChangeDialog
from lanner_console.models import ActDetails, BatchAct, ExecutionDetail, State, TaskRunRow
from tests.support.console_executions import execution_row
from tests.support.console_scene import opened, settle
from tests.support.eventually import eventually
from tests.support.fake_console_client import FakeConsoleClient
from tests.support.frames import frame


def failed() -> FakeConsoleClient:
    """Give a coordinator with one failed execution of one failed task."""
    row = execution_row("aaa", State.FAILED, age_seconds=10)
    run = TaskRunRow(id="aaa-1", task_id="load", type="core.log.Log", state=State.FAILED)
    detail = ExecutionDetail(row=row, task_runs={run.id: run}, inputs={"day": "friday", "n": 1})
    return FakeConsoleClient(executions={row.id: detail})


async def test_the_menu_lists_every_act_and_says_why_not() -> None:
    async with opened(failed()) as (app, pilot):
        await pilot.press("x")
        await eventually(lambda: isinstance(app.screen, ActsDialog))

        shown = frame(app)

    assert "retry from the failed tasks" in shown
    assert "it has ended" in shown
    assert "it is not queued (FAILED)" in shown
    assert shown.index("edit the labels") < shown.index("kill  ")


async def test_a_replay_is_asked_with_the_inputs_as_they_were() -> None:
    client = failed()
    async with opened(client) as (app, pilot):
        await pilot.press("x")
        await eventually(lambda: isinstance(app.screen, ActsDialog))
        await pilot.press("down", "enter")
        await eventually(lambda: isinstance(app.screen, ChangeDialog))
        fields = {one.name or one.id: one for one in app.screen.query(Input)}
        assert (fields["day"].value, fields["n"].value) == ("friday", "1")
        fields["n"].value = "2"
        fields["task"].value = "load"
        await pilot.press("f5")
        await eventually(lambda: client.asked("act_on_execution"))

    wanted = ActDetails(task_run="load", inputs={"n": "2"})
    assert client.asked("act_on_execution") == [("aaa", BatchAct.REPLAY, wanted, "")]


async def test_a_changed_state_is_taken_back_with_a_key() -> None:
    client = failed()
    async with opened(client) as (app, pilot):
        await pilot.press("x")
        await eventually(lambda: isinstance(app.screen, ActsDialog))
        listed = app.screen.query_one(OptionList)
        texts = [str(option.prompt) for option in listed.options]
        listed.highlighted = next(i for i, text in enumerate(texts) if "the state" in text)
        await pilot.press("enter")
        await eventually(lambda: isinstance(app.screen, ChangeDialog))
        await pilot.press(*"warning", "f5")
        await eventually(lambda: client.asked("act_on_execution"))
        await settle(pilot)
        await pilot.press("u")
        await eventually(lambda: len(client.asked("act_on_execution")) == 2)

    details = [call[2] for call in client.asked("act_on_execution")]
    assert details == [ActDetails(state=State.WARNING), ActDetails(state=State.FAILED)]


async def test_a_delete_asks_first() -> None:
    client = failed()
    async with opened(client) as (app, pilot):
        await pilot.press("x")
        await eventually(lambda: isinstance(app.screen, ActsDialog))
        listed = app.screen.query_one(OptionList)
        texts = [str(option.prompt) for option in listed.options]
        listed.highlighted = next(i for i, text in enumerate(texts) if "delete" in text)
        await pilot.press("enter")
        await eventually(lambda: isinstance(app.screen, ActDialog))

        assert client.asked("act_on_execution") == []
        await settle(pilot)
        await pilot.press("f5")
        await eventually(lambda: client.asked("act_on_execution"))


async def test_a_task_run_is_marked_from_its_execution() -> None:
    client = failed()
    async with opened(client) as (app, pilot):
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("down", "x")
        await eventually(lambda: isinstance(app.screen, ActsDialog))
        assert "replay from here" in frame(app)
        await pilot.press("enter")
        await eventually(lambda: isinstance(app.screen, ChangeDialog))
        await pilot.press(*"success", "f5")
        await eventually(lambda: client.asked("mark_task_run"))

    assert client.asked("mark_task_run") == [("aaa", "aaa-1", State.SUCCESS, "")]
