"""The picture in the README is one that the console draws."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.support.console_scene import afternoon, opened, settle
from tests.support.eventually import eventually
from tests.support.frames import UPDATE_VARIABLE, frame, frame_of

PICTURE = Path(__file__).parents[3] / "docs" / "images" / "console.svg"
SIZE = (120, 36)
FONTS = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"


async def test_the_picture_of_the_readme_shows_the_console_as_it_is() -> None:
    async with opened(afternoon(), size=SIZE) as (app, pilot):
        await pilot.press("j", "j", "j")
        await eventually(lambda: "✖ load" in frame(app))
        await settle(pilot)
        if os.environ.get(UPDATE_VARIABLE):
            draw(app.export_screenshot(title="lanner console"))

        assert frame_of(drawn(), SIZE[1]) == frame(app)


def draw(svg: str) -> None:
    """Keep a picture that loads no fonts from elsewhere."""
    without_fonts = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(
        re.sub(r"font-family: [^;]*;", f"font-family: {FONTS};", without_fonts), encoding="utf-8"
    )


def drawn() -> str:
    return PICTURE.read_text(encoding="utf-8")
