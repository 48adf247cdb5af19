"""How one execution looks, as text: layout only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.console_scene import afternoon, opened, settle
from tests.support.eventually import eventually
from tests.support.frames import check_frame, frame

FRAMES = Path(__file__).parent / "frames"
SIZES = [(80, 24), (100, 30), (160, 50)]


def name_of(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("size", SIZES, ids=name_of)
async def test_gantt(size: tuple[int, int]) -> None:
    async with opened(afternoon(), size=size) as (app, pilot):
        await pilot.press("j", "j", "j", "enter")
        await eventually(lambda: "each_region" in frame(app))
        await pilot.press("G", "k", "k")
        await settle(pilot)

        check_frame(app, FRAMES / f"gantt-{name_of(size)}.txt")


@pytest.mark.parametrize("size", SIZES, ids=name_of)
async def test_logs(size: tuple[int, int]) -> None:
    async with opened(afternoon(), size=size) as (app, pilot):
        await pilot.press("j", "j", "j", "l")
        await eventually(lambda: "240 lines" in frame(app))
        await settle(pilot)

        check_frame(app, FRAMES / f"logs-{name_of(size)}.txt")


async def test_outputs() -> None:
    async with opened(afternoon(), size=(100, 30)) as (app, pilot):
        await pilot.press("j", "j", "j", "enter")
        await eventually(lambda: "each_region" in frame(app))
        await pilot.press("o")
        await settle(pilot)

        check_frame(app, FRAMES / "outputs-100x30.txt")
