"""The table, driven by keys and measured by the lines it paints and the pages it asks for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from lanner_console.models import Page
from lanner_console.widgets.columns import Column
from lanner_console.widgets.line_area import Span
from lanner_console.widgets.virtual_table import VirtualTable

Row = tuple[int, str]
HEIGHT = 24
MILLIONS = 10_000_000


class Numbers:
    """Rows that are made when they are asked for, newest first: row 0 has the highest number."""

    def __init__(self, total_count: int) -> None:
        self.total_count = total_count
        self.word = "row"
        self.fails = False
        self.asked: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def window(self, offset: int, limit: int) -> Page[Row]:
        self.asked.append(offset)
        await self.gate.wait()
        if self.fails:
            raise ConnectionError("no link")
        end = min(offset + limit, self.total_count)
        rows = ((self.total_count - index, self.word) for index in range(offset, end))
        return Page(rows=tuple(rows), total_count=self.total_count)


class TableApp(App[None]):
    def __init__(self, source: Numbers) -> None:
        super().__init__()
        self.source = source
        self.opened: list[Row] = []
        self.failed: list[Exception] = []
        self.animation_level = "none"

    def compose(self) -> ComposeResult:
        number: Column[Row] = Column(
            id="number", title="NUMBER", width=10, show=lambda row: Span(str(row[0]))
        )
        word: Column[Row] = Column(id="word", title="WORD", width=8, show=lambda row: Span(row[1]))
        yield VirtualTable([number, word], key_of=lambda row: row[0], empty_text="No rows")

    def on_mount(self) -> None:
        self.table.show(self.source)

    @property
    def table(self) -> VirtualTable[Row]:
        return self.query_one(VirtualTable)

    def on_table_view_opened(self) -> None:
        assert self.table.cursor_row is not None
        self.opened.append(self.table.cursor_row)

    def on_table_view_fetch_failed(self, message: VirtualTable.FetchFailed) -> None:
        self.failed.append(message.error)


@asynccontextmanager
async def table_of(source: Numbers) -> AsyncIterator[tuple[TableApp, Pilot[None]]]:
    app = TableApp(source)
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        await pilot.pause()
        yield app, pilot


def lines(app: TableApp) -> list[str]:
    return [app.table.render_line(y).text.rstrip() for y in range(HEIGHT)]


async def test_ten_million_rows_cost_one_page_and_one_screen() -> None:
    async with table_of(Numbers(MILLIONS)) as (app, _):
        assert app.source.asked == [0]
        assert app.table.painted_line_count <= 3 * HEIGHT
        assert lines(app)[0].split() == ["NUMBER", "WORD"]
        assert lines(app)[1].split() == ["▌", "10000000", "row"]


async def test_a_step_of_the_cursor_paints_two_lines() -> None:
    async with table_of(Numbers(MILLIONS)) as (app, pilot):
        painted = app.table.painted_line_count

        await pilot.press("j")

        assert app.table.painted_line_count - painted == 2


async def test_the_end_of_ten_million_rows_is_one_page_away() -> None:
    async with table_of(Numbers(MILLIONS)) as (app, pilot):
        painted = app.table.painted_line_count

        await pilot.press("G")
        await pilot.pause()

        assert lines(app)[HEIGHT - 1].split() == ["▌", "1", "row"]
        assert len(app.source.asked) == 2
        assert app.table.painted_line_count - painted <= 3 * HEIGHT


async def test_paging_through_a_long_list_keeps_sixteen_pages() -> None:
    async with table_of(Numbers(100_000)) as (app, _):
        for index in range(0, 100_000, 1000):
            app.table.move_to(index)
            await app.workers.wait_for_complete()

        assert app.table.pages.page_count <= 16


async def test_the_cursor_stays_on_its_row_when_rows_arrive_above_it() -> None:
    async with table_of(Numbers(1000)) as (app, pilot):
        await pilot.press("j", "j", "j")
        app.source.total_count = 1002

        app.table.reload()
        await app.workers.wait_for_complete()

        assert app.table.cursor_row == (997, "row")
        assert app.table.cursor_index == 5


async def test_a_scrolled_reader_sees_no_row_move_when_rows_arrive() -> None:
    async with table_of(Numbers(5000)) as (app, pilot):
        app.table.move_to(3000)
        await app.workers.wait_for_complete()
        await pilot.pause()
        before = lines(app)
        app.source.total_count = 5400

        app.table.reload()
        await app.workers.wait_for_complete()
        await pilot.pause()

        assert lines(app) == before
        assert app.table.cursor_row == (2000, "row")


async def test_a_changed_row_is_the_only_line_painted() -> None:
    async with table_of(Numbers(1000)) as (app, pilot):
        painted = app.table.painted_line_count

        unknown_count = app.table.update_rows([(998, "changed"), (4711, "unknown")])
        await pilot.pause()

        assert unknown_count == 1
        assert app.table.painted_line_count - painted == 1
        assert lines(app)[3].split() == ["998", "changed"]


async def test_the_old_rows_stay_while_a_reload_is_on_its_way() -> None:
    async with table_of(Numbers(1000)) as (app, _):
        app.source.gate.clear()
        app.source.word = "new"
        app.table.reload()

        assert lines(app)[1].split() == ["▌", "1000", "row"]

        app.source.gate.set()
        await app.workers.wait_for_complete()

        assert lines(app)[1].split() == ["▌", "1000", "new"]


async def test_a_failing_source_leaves_the_rows_and_is_reported() -> None:
    async with table_of(Numbers(1000)) as (app, pilot):
        app.source.fails = True

        app.table.reload()
        await app.workers.wait_for_complete()
        await pilot.pause()

        assert [str(error) for error in app.failed] == ["no link"]
        assert lines(app)[1].split() == ["▌", "1000", "row"]


async def test_an_empty_list_says_what_to_do() -> None:
    async with table_of(Numbers(0)) as (app, _):
        assert "No rows" in lines(app)[2]


@pytest.mark.parametrize(
    ("keys", "marked"),
    [
        (["space", "space"], {1000, 999}),
        (["space", "up", "space"], set()),
        (["v", "j", "j", "v", "j"], {1000, 999, 998}),
        (["shift+down", "shift+down"], {1000, 999, 998}),
        (["j", "shift+up"], {1000, 999}),
    ],
)
async def test_keys_mark_rows(keys: list[str], marked: set[int]) -> None:
    async with table_of(Numbers(1000)) as (app, pilot):
        await pilot.press(*keys)

        assert app.table.marks.keys == marked
        assert app.table.marked_count == len(marked)


async def test_the_asterisk_marks_all_without_fetching_them() -> None:
    async with table_of(Numbers(MILLIONS)) as (app, pilot):
        await pilot.press("asterisk", "space")

        assert app.table.marked_count == MILLIONS - 1
        assert app.source.asked == [0]


async def test_enter_and_a_double_click_open_a_row() -> None:
    async with table_of(Numbers(1000)) as (app, pilot):
        await pilot.press("enter")
        await pilot.click(VirtualTable, offset=(10, 5), times=2)

        assert app.opened == [(1000, "row"), (996, "row")]


async def test_a_click_at_the_edge_marks_the_row() -> None:
    async with table_of(Numbers(1000)) as (app, pilot):
        await pilot.click(VirtualTable, offset=(1, 3))

        assert app.table.marks.keys == {998}
