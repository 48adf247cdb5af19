"""Expressions tried in an execution."""

from __future__ import annotations

from textual.widgets import Input, Static
from textual.widgets._toast import Toast

from lanner_console.dialogs.evaluate import EvaluateDialog
from lanner_console.models import ExecutionDetail, State, TaskRunRow
from tests.support.console_executions import execution_row
from tests.support.console_scene import console, opened, settle
from tests.support.eventually import eventually
from tests.support.fake_console_client import FakeConsoleClient
from tests.support.frames import frame


def looped() -> FakeConsoleClient:
    """Give a coordinator with an execution of one task in a loop."""
    row = execution_row("aaa", State.SUCCESS, age_seconds=10)
    run = TaskRunRow(
        id="aaa-1", task_id="load", type="core.log.Log", state=State.SUCCESS, value="eu"
    )
    return FakeConsoleClient(executions={row.id: ExecutionDetail(row=row, task_runs={run.id: run})})


async def test_expressions_are_tried_one_after_another_in_the_task_under_the_cursor() -> None:
    client = looped()
    async with opened(client) as (app, pilot):
        await pilot.press("enter")
        await eventually(lambda: "load" in frame(app))
        await pilot.press("down", "equals_sign")
        await eventually(lambda: isinstance(app.screen, EvaluateDialog))
        field = app.screen.query_one(Input)
        assert (field.value, field.cursor_position) == ("{{ }}", 3)

        await pilot.press(*"flow ", "enter")
        await eventually(
            lambda: "{{ flow }}" in str(app.screen.query_one("#result", Static).visual)
        )
        field.value = "{{ missing }}"
        await pilot.press("f5")
        await eventually(lambda: app.screen.query_one("#result").has_class("wrong"))
        shown = frame(app)
        await pilot.press("escape")
        await eventually(lambda: not isinstance(app.screen, EvaluateDialog))

    assert "Evaluate in load[eu]" in shown
    assert "Unknown variable `missing`" in shown
    asked = [("aaa", text, "aaa-1") for text in ("{{ flow }}", "{{ missing }}")]
    assert client.asked("evaluate_expression") == asked


async def test_a_long_result_is_cut_and_what_has_power_over_a_terminal_is_made_visible() -> None:
    client = looped()
    async with opened(client) as (app, pilot):
        await pilot.press("enter")
        await eventually(lambda: "load" in frame(app))
        await pilot.press("equals_sign")
        await eventually(lambda: isinstance(app.screen, EvaluateDialog))
        app.screen.query_one(Input).value = "\x1b]0;x\x07" + "y" * 5_000
        await pilot.press("f5")

        def told() -> str:
            return str(app.screen.query_one("#result", Static).visual)

        await eventually(lambda: "of 5,006 characters" in told())
        assert "\x1b" not in told()


async def test_brackets_in_what_is_told_are_brackets() -> None:
    app = console(looped())
    async with app.run_test(notifications=True) as pilot:
        await settle(pilot)
        app.notify("no task run [/red] load[eu]")
        await eventually(lambda: bool(app.screen.query(Toast)))

        assert "[/red] load[eu]" in str(app.screen.query_one(Toast).render())
