"""How the console looks, as text: layout only, what it does is tested elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from lanner_console.glyphs import ASCII
from tests.support.console_scene import afternoon, opened, settle
from tests.support.eventually import eventually
from tests.support.frames import check_frame, frame

FRAMES = Path(__file__).parent / "frames"
SIZES = [(80, 24), (100, 30), (160, 50)]


def name_of(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("size", SIZES, ids=name_of)
async def test_executions(size: tuple[int, int]) -> None:
    async with opened(afternoon(), size=size) as (app, pilot):
        await pilot.press("space", "j", "space")
        await eventually(lambda: "✖ load" in frame(app))

        check_frame(app, FRAMES / f"executions-{name_of(size)}.txt")


async def test_executions_in_ascii() -> None:
    async with opened(afternoon(), size=(80, 24), glyphs=ASCII) as (app, pilot):
        await pilot.press("j", "j", "j")
        await eventually(lambda: "x load" in frame(app))

        assert frame(app).isascii()
        check_frame(app, FRAMES / "executions-ascii.txt")


async def test_an_empty_coordinator_says_what_to_do() -> None:
    client = afternoon()
    client.executions.clear()
    async with opened(client, size=(80, 24)) as (app, _):
        check_frame(app, FRAMES / "executions-empty.txt")


async def test_a_terminal_that_is_too_small() -> None:
    async with opened(afternoon(), size=(60, 15)) as (app, _):
        check_frame(app, FRAMES / "too-small.txt")


async def test_bulk_retry() -> None:
    async with opened(afternoon(), size=(80, 24)) as (app, pilot):
        await pilot.press("asterisk", "r")
        await eventually(lambda: "7 will be done" in frame(app))
        await settle(pilot)

        check_frame(app, FRAMES / "bulk-retry-80x24.txt")


@pytest.mark.parametrize("size", SIZES[:2], ids=name_of)
@pytest.mark.parametrize(("screen", "keys"), [("flows", "3"), ("triggers", "4"), ("agents", "5")])
async def test_lists(size: tuple[int, int], screen: str, keys: str) -> None:
    async with opened(afternoon(), size=size) as (app, pilot):
        await pilot.press(*keys)
        await settle(pilot)

        check_frame(app, FRAMES / f"{screen}-{name_of(size)}.txt")


async def test_a_flow() -> None:
    async with opened(afternoon(), size=(100, 30)) as (app, pilot):
        await pilot.press("3", "j", "j", "enter")
        await eventually(lambda: "namespace: company.etl" in frame(app))

        check_frame(app, FRAMES / "flow-100x30.txt")


async def test_run_dialog() -> None:
    async with opened(afternoon(), size=(80, 24)) as (app, pilot):
        await pilot.press("3", "j", "j", "t")
        await eventually(lambda: "DATETIME" in frame(app))
        await settle(pilot)

        check_frame(app, FRAMES / "run-80x24.txt")


async def test_help() -> None:
    async with opened(afternoon(), size=(80, 24)) as (app, pilot):
        await pilot.press("question_mark")
        await settle(pilot)

        check_frame(app, FRAMES / "help-80x24.txt")


async def test_command_bar() -> None:
    async with opened(afternoon(), size=(80, 24)) as (app, pilot):
        await pilot.press("colon", "r", "e")
        await settle(pilot)

        check_frame(app, FRAMES / "command-bar-80x24.txt")
