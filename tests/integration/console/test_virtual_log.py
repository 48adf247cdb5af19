"""The log on its spool file, driven by keys and measured by the lines it paints."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from lanner_console.models import LogLevel, LogLine
from lanner_console.widgets.log_lines import WARN_LEVEL, Stamps
from lanner_console.widgets.log_scan import LineCriterion, LineScan
from lanner_console.widgets.log_spool import LogSpool
from lanner_console.widgets.virtual_log import VirtualLog

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HEIGHT = 20
MILLION = 1_000_000


def log_lines(count: int, first: int = 0) -> list[LogLine]:
    """Give a line a second; every tenth is a warning, every hundredth an error."""
    return [
        LogLine(
            position=number,
            at=START + timedelta(seconds=number),
            level=_level(number),
            execution_id="e1",
            task_id="load",
            task_run_id=f"run-{number % 3}",
            text=f"line {number}",
        )
        for number in range(first, first + count)
    ]


def _level(number: int) -> LogLevel:
    if number % 100 == 99:
        return LogLevel.ERROR
    return LogLevel.WARN if number % 10 == 9 else LogLevel.INFO


class LogApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.animation_level = "none"

    def compose(self) -> ComposeResult:
        yield VirtualLog()

    @property
    def log_view(self) -> VirtualLog:
        return self.query_one(VirtualLog)

    def shown(self) -> list[str]:
        lines = (self.log_view.render_line(y).text.rstrip() for y in range(HEIGHT))
        return [line[line.find("line") :] for line in lines if line]


@asynccontextmanager
async def log_of(count: int) -> AsyncIterator[tuple[LogApp, Pilot[None]]]:
    app = LogApp()
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        await extend(app, pilot, log_lines(count))
        yield app, pilot


async def extend(app: LogApp, pilot: Pilot[None], lines: list[LogLine]) -> None:
    """Add lines and let the widget notice them, without waiting for its quarter of a second."""
    app.log_view.append(lines)
    app.log_view._keep_up()
    await pilot.pause()


@pytest.fixture
def spool() -> Iterator[LogSpool]:
    opened = LogSpool()
    yield opened
    opened.close()


def test_a_spooled_line_is_read_back_as_it_came(spool: LogSpool) -> None:
    spool.append(log_lines(200))

    line = spool.line(99)

    assert line.text == "line 99"
    assert line.source == ("run-0", "load")
    assert line.at_seconds == (START + timedelta(seconds=99)).timestamp()
    assert spool.first_since(line.at_seconds) in (99, 100)


def test_a_text_of_several_lines_becomes_that_many(spool: LogSpool) -> None:
    spool.append(
        [LogLine(position=1, at=START, level=LogLevel.INFO, execution_id="e", text="a\r\nb")]
    )

    assert [spool.line(number).text for number in range(len(spool))] == ["a", "b"]


def test_a_scan_finds_each_line_once_and_keeps_up(spool: LogSpool) -> None:
    spool.append(log_lines(100))
    criterion = LineCriterion(text="line|9$", min_level=WARN_LEVEL, source_id="run-0")
    scan = LineScan(spool, criterion)
    scan.advance()

    assert list(scan.numbers) == [9, 39, 69, 99]

    spool.append(log_lines(50, first=100))
    scan.advance()

    assert list(scan.numbers) == [9, 39, 69, 99, 129]


@pytest.mark.parametrize(
    ("text", "found"),
    [("time", [0, 1]), ("Time", [1]), ("^time", [0]), ("t.me out$", [0]), ("ZEIT", [])],
)
def test_case_counts_only_where_it_is_typed(spool: LogSpool, text: str, found: list[int]) -> None:
    spool.append(
        LogLine(position=n, at=START, level=LogLevel.INFO, execution_id="e", text=line)
        for n, line in enumerate(("time out", "a Time is up", "zeit"))
    )
    scan = LineScan(spool, LineCriterion(text=text))

    scan.advance()

    assert sorted(scan.numbers) == found


def test_a_text_that_is_no_pattern_is_found_to_the_letter(spool: LogSpool) -> None:
    text = "f(x"
    spool.append([LogLine(position=1, at=START, level=LogLevel.INFO, execution_id="e", text=text)])
    scan = LineScan(spool, LineCriterion(text=text))

    scan.advance()

    assert list(scan.numbers) == [0]


async def test_a_log_follows_its_end() -> None:
    async with log_of(100) as (app, pilot):
        assert app.shown()[-1] == "line 99"

        await extend(app, pilot, log_lines(10, first=100))

        assert app.shown()[-1] == "line 109"


async def test_a_reader_who_scrolled_up_is_left_in_peace() -> None:
    async with log_of(100) as (app, pilot):
        await pilot.press("k")
        before, painted = app.shown(), app.log_view.painted_line_count

        await extend(app, pilot, log_lines(50, first=100))

        assert not app.log_view.is_following
        assert app.shown() == before
        assert app.log_view.painted_line_count - painted <= 2 * HEIGHT

        await pilot.press("G")

        assert app.shown()[-1] == "line 149"


async def test_a_filter_survives_every_change_of_the_look() -> None:
    async with log_of(1000) as (app, pilot):
        app.log_view.filter(LineCriterion(text="line .*7$", min_level=0))
        await pilot.press("w", "t", "t")

        assert app.shown()[-2:] == ["line 987", "line 997"]
        assert app.log_view.look.is_wrapped
        assert app.log_view.look.stamps is Stamps.UTC


async def test_the_level_key_lets_warnings_and_errors_through() -> None:
    async with log_of(1000) as (app, pilot):
        await pilot.press("L", "L", "L")

        assert app.log_view.row_count == 100

        await pilot.press("L")

        assert app.log_view.row_count == 10

        await pilot.press("L")

        assert app.log_view.row_count == 1000


async def test_a_filter_keeps_up_with_new_lines() -> None:
    async with log_of(100) as (app, pilot):
        app.log_view.filter(LineCriterion(min_level=WARN_LEVEL))

        await extend(app, pilot, log_lines(100, first=100))

        assert app.log_view.row_count == 20


async def test_a_search_is_walked_hit_by_hit() -> None:
    async with log_of(1000) as (app, pilot):
        app.log_view.search("line 5.0")
        await pilot.press("g", "n", "n")

        assert app.log_view.hit_count == 10
        assert app.log_view.current == 510

        await pilot.press("N")

        assert app.log_view.current == 500
        assert "line 500" in app.shown()


async def test_errors_are_a_key_away() -> None:
    async with log_of(1000) as (app, pilot):
        await pilot.press("g", "e", "e")

        assert app.log_view.current == 199

        await pilot.press("E")

        assert app.log_view.current == 99


async def test_time_is_jumped_by_the_minute() -> None:
    async with log_of(1000) as (app, pilot):
        await pilot.press("3")

        assert "line 700" in app.shown()

        await pilot.press("g", "right_curly_bracket")

        assert app.shown()[0] == "line 61"


async def test_a_wrapped_log_still_shows_its_last_line() -> None:
    async with log_of(0) as (app, pilot):
        await pilot.press("w")
        long = [
            LogLine(position=n, at=START, level=LogLevel.INFO, execution_id="e", text=f"{n} " * 60)
            for n in range(1, 50)
        ]

        await extend(app, pilot, long)

        last = app.log_view.render_line(HEIGHT - 1).text.split()
        assert set(last) == {"49"}


async def test_control_characters_of_a_task_do_not_reach_the_terminal() -> None:
    async with log_of(0) as (app, pilot):
        text = "line \x1b]52;c;aGk=\x07 \x1b[2J"
        line = LogLine(position=1, at=START, level=LogLevel.INFO, execution_id="e", text=text)

        await extend(app, pilot, [line])

        assert app.shown() == ["line ␛]52;c;aGk=␇ ␛[2J"]


async def test_a_million_lines_cost_what_a_screen_costs() -> None:
    async with log_of(0) as (app, pilot):
        chunk = log_lines(10_000)
        for _ in range(MILLION // len(chunk)):
            app.log_view.spool.append(chunk)
        painted = app.log_view.painted_line_count

        app.log_view._keep_up()
        await pilot.press("g", "G", "pageup")

        assert app.log_view.row_count == MILLION
        assert app.log_view.painted_line_count - painted <= 6 * HEIGHT


async def test_a_search_in_a_million_lines_is_done_in_slices() -> None:
    async with log_of(0) as (app, _):
        chunk = log_lines(10_000)
        for _ in range(MILLION // len(chunk)):
            app.log_view.spool.append(chunk)

        app.log_view.search("line 9999$")

        assert app.log_view.hits is not None
        assert app.log_view.hits.scanned_count < MILLION

        await app.workers.wait_for_complete()

        assert app.log_view.hit_count == 100
