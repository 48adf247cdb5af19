"""One execution: its tasks, its log on a spool file, its values, and what is saved of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
from textual.widgets import ContentSwitcher

from lanner_console.models import ExecutionDetail, LogLevel, LogLine, LogQuery, State
from lanner_console.screens.console_app import ConsoleApp
from lanner_console.screens.execution import ExecutionView
from lanner_console.widgets.log_panel import LogPanel
from tests.support.console_executions import FAILED_ID, NOW, RUNNING_ID, task_run
from tests.support.console_scene import afternoon, opened, settle
from tests.support.eventually import eventually
from tests.support.fake_console_client import FakeConsoleClient
from tests.support.frames import frame

URI = "kestra:///company/etl/load_orders/orders.csv"


def view_of(app: ConsoleApp) -> ExecutionView:
    return app.screen_stack[0].query_one(ExecutionView)


def log_of(app: ConsoleApp) -> LogPanel:
    return view_of(app).query_one(LogPanel)


def tab_of(app: ConsoleApp) -> str | None:
    return view_of(app).query_one(ContentSwitcher).current


async def test_tasks_attempts_and_bars_share_their_rows() -> None:
    async with opened(afternoon()) as (app, pilot):
        await pilot.press("j", "j", "j", "enter")
        await eventually(lambda: "each_region" in frame(app))

        lines = frame(app).splitlines()
        load = next(line for line in lines if "load " in line and "█" in line)
        assert load.index("✖") < load.index("│") < load.index("█")
        assert "#2 etl-2" in frame(app)


async def test_what_changes_is_shown_without_a_key() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        await pilot.press("j", "enter")
        await eventually(lambda: "merge" in frame(app))
        detail = client.executions[RUNNING_ID]
        runs = dict(detail.task_runs)
        runs["run-merge"] = task_run("merge", State.SUCCESS, 281, 300)
        row = msgspec.structs.replace(detail.row, state=State.SUCCESS, ended_at=NOW)
        await client.push(ExecutionDetail(row=row, task_runs=runs))

        await eventually(lambda: "✔ SUCCESS" in frame(app).splitlines()[2])
        assert "✔ merge" in frame(app)


async def test_a_waiting_task_says_what_it_waits_for() -> None:
    async with opened(afternoon(), size=(140, 30)) as (app, pilot):
        await pilot.press("j", "enter")
        await eventually(lambda: "publish" in frame(app))
        await pilot.press("G")

        assert "publish: no agent offers docker.Run with gpu=yes" in frame(app)


async def test_folding_a_task_hides_and_counts_what_is_below() -> None:
    async with opened(afternoon()) as (app, pilot):
        await pilot.press("j", "j", "j", "enter")
        await eventually(lambda: "each_region" in frame(app))
        await pilot.press("j", "j", "z")

        assert "transform_eu" not in frame(app)
        assert "each_region  +2" in frame(app)


async def test_the_chosen_task_drives_the_log() -> None:
    async with opened(afternoon()) as (app, pilot):
        await pilot.press("j", "j", "j", "l")
        await eventually(lambda: len(log_of(app).log_view.spool) == 240)
        view_of(app).tree_view.move_to(5)

        await eventually(lambda: log_of(app).log_view.criterion.source_id == "run-load")
        assert log_of(app).log_view.row_count == 102


async def test_a_click_on_a_gantt_row_chooses_the_task_and_another_shows_its_log() -> None:
    async with opened(afternoon()) as (app, pilot):
        await pilot.press("j", "j", "j", "enter")
        await eventually(lambda: "each_region" in frame(app))
        await pilot.click("#gantt", offset=(3, 3))

        row = view_of(app).tree_view.cursor_row
        assert row is not None
        assert row.name == "each_region"

        await pilot.click("#gantt", offset=(3, 3), times=2)

        assert tab_of(app) == "logs"


async def test_new_lines_are_followed_and_none_comes_twice() -> None:
    client = afternoon()
    client.logs[RUNNING_ID] = [line(number) for number in range(1, 6)]
    async with opened(client) as (app, pilot):
        await pilot.press("j", "l")
        await eventually(lambda: len(log_of(app).log_view.spool) == 5)

        await client.push_line(line(6))

        await eventually(lambda: "line 6" in frame(app))
        await pilot.press("escape", "l")
        await settle(pilot)
        assert len(log_of(app).log_view.spool) == 6
        assert client.asked("follow_logs") == [(RUNNING_ID, 0), (RUNNING_ID, 6)]


async def test_a_search_in_the_log_counts_and_jumps() -> None:
    async with opened(afternoon()) as (app, pilot):
        await pilot.press("j", "j", "j", "l")
        await eventually(lambda: len(log_of(app).log_view.spool) == 240)
        await pilot.press("slash", *"timed out", "enter")
        await eventually(lambda: "34 hits" in frame(app))

        assert log_of(app).log_view.current is not None

        await pilot.press("ampersand", *"db-2", "enter")

        await eventually(lambda: "68 of 240 lines" in frame(app))


async def test_a_log_is_saved_whole_with_times_in_utc(tmp_path: Path) -> None:
    client = afternoon()
    async with opened(client, save_folder=tmp_path, environment={}) as (app, pilot):
        await pilot.press("j", "j", "j", "l")
        await eventually(lambda: len(log_of(app).log_view.spool) == 240)
        await pilot.press("ctrl+s")
        await eventually(lambda: app.told)

        saved = only_file(tmp_path)
        lines = saved_lines(saved)
        assert len(lines) == 240
        assert lines[0] == "2026-11-23T11:58:01.863Z INFO  extract connecting to db-1:5432"
        assert app.clipboard == str(saved)


async def test_outputs_are_shown_copied_and_downloaded(tmp_path: Path) -> None:
    client = afternoon()
    client.files[URI] = b"id,total\n1,2\n"
    async with opened(client, save_folder=tmp_path, environment={}) as (app, pilot):
        await pilot.press("j", "j", "j", "enter")
        await eventually(lambda: "each_region" in frame(app))
        await pilot.press("o")
        await eventually(lambda: URI[:20] in frame(app))
        app.screen.set_focus(app.screen.query_one("#outputs"))
        await pilot.press("j", "c")
        await eventually(lambda: app.clipboard == URI)
        await pilot.press("ctrl+s")

        await eventually(lambda: len(app.told) == 2)
        saved = only_file(tmp_path)
        assert saved.suffix == ".csv"
        assert saved_lines(saved) == ["id,total", "1,2"]


async def test_the_list_is_saved_whole_as_csv(tmp_path: Path) -> None:
    async with opened(afternoon(), save_folder=tmp_path, environment={}) as (app, pilot):
        await pilot.press("ctrl+s")
        await eventually(lambda: app.told)

        lines = saved_lines(only_file(tmp_path))
        assert lines[0].startswith("id,state,namespace,flow,revision,created")
        assert len(lines) == 49


async def test_run_and_follow_shows_the_new_execution() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        await pilot.press("j", "j", "j", "t")
        await settle(pilot)
        await pilot.press("ctrl+f")

        await eventually(lambda: view_of(app).execution_id == "new1")
        await settle(pilot)


async def test_an_execution_is_retried_and_killed_from_its_own_screen() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        await pilot.press("j", "j", "j", "enter")
        await eventually(lambda: "each_region" in frame(app))
        await pilot.press("r")
        await eventually(lambda: "will be done" in frame(app))
        await pilot.press("enter")

        await eventually(lambda: client.asked("retry_execution") == [(FAILED_ID, "")])
        await eventually(lambda: "↺ RESTARTED" in frame(app))

        await pilot.press("ctrl+k")
        await eventually(lambda: "will be done" in frame(app))
        await pilot.press("f5")

        await eventually(lambda: "⚑ KILLING" in frame(app))


async def test_coming_back_to_an_execution_goes_on_with_it() -> None:
    client = afternoon()
    client.logs[RUNNING_ID] = [line(1)]
    async with opened(client) as (app, pilot):
        await pilot.press("j", "l")
        await eventually(lambda: len(log_of(app).log_view.spool) == 1)
        await pilot.press("J")
        await settle(pilot)
        await client.push_line(line(2))
        await pilot.press("escape")

        await eventually(lambda: len(log_of(app).log_view.spool) == 2)
        assert tab_of(app) == "logs"


async def test_a_flood_of_lines_leaves_the_keys_alive() -> None:
    client = Endless()
    client.executions = afternoon().executions
    async with opened(client) as (app, pilot):
        await pilot.press("j", "l")
        await eventually(lambda: len(log_of(app).log_view.spool) > 20_000, within_seconds=30)
        await pilot.press("escape")

        await eventually(lambda: "TASK / ERROR" in frame(app))


class Endless(FakeConsoleClient):
    """A coordinator whose execution never stops talking."""

    async def follow_logs(
        self, query: LogQuery, *, after_position: int = 0
    ) -> AsyncIterator[LogLine]:
        """Give lines as fast as they are taken."""
        position = after_position
        while True:
            position += 1
            yield line(position)
            if position % 1000 == 0:
                await asyncio.sleep(0)


def only_file(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def saved_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def line(position: int) -> LogLine:
    return LogLine(
        position=position,
        at=NOW - timedelta(seconds=60 - position / 1000),
        level=LogLevel.INFO,
        execution_id=RUNNING_ID,
        task_id="merge",
        task_run_id="run-merge",
        attempt_number=1,
        text=f"line {position}",
    )
