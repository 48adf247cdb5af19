from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from lanner_console.cli.table import Column, Look, cell_text, csv_text, table_lines
from lanner_console.cli.times import TimeFormat
from lanner_console.models import State
from lanner_console.tones import Tone

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOOK = Look(time=TimeFormat.ISO, now=NOW)


class Row(NamedTuple):
    id: str
    state: State
    note: str
    took: timedelta | None = None


COLUMNS: Sequence[Column[Row]] = (
    Column(name="id", value=lambda row: row.id, is_key=True),
    Column(name="state", value=lambda row: row.state, is_key=True),
    Column(name="note", value=lambda row: row.note, is_flexible=True),
    Column(name="took", value=lambda row: row.took),
)
ROWS = (
    Row("5Zk1", State.FAILED, "connection timed out", timedelta(seconds=67)),
    Row("5Zk22", State.SUCCESS, ""),
)


def test_cells_stand_in_columns() -> None:
    assert table_lines(COLUMNS, ROWS, LOOK) == [
        "ID     STATE      NOTE                  TOOK",
        "5Zk1   ✖ FAILED   connection timed out  00:01:07",
        "5Zk22  ✔ SUCCESS  -                     -",
    ]


def test_the_titles_can_be_left_out() -> None:
    assert table_lines(COLUMNS, ROWS[:1], LOOK, has_header=False) == [
        "5Zk1  ✖ FAILED  connection timed out  00:01:07"
    ]


def test_a_flexible_column_gives_way_on_a_narrow_line() -> None:
    look = Look(time=TimeFormat.ISO, now=NOW, line_width=40)

    lines = table_lines(COLUMNS, ROWS, look)

    assert lines[1] == "5Zk1   ✖ FAILED   connection …  00:01:07"
    assert all(len(line) <= 40 for line in lines)


def test_keys_are_whole_however_narrow_the_line_is() -> None:
    look = Look(time=TimeFormat.ISO, now=NOW, line_width=20)

    assert table_lines(COLUMNS, ROWS, look)[2] == "5Zk22  ✔ SUCCESS"


def test_ascii_marks_replace_the_others() -> None:
    look = Look(time=TimeFormat.ISO, now=NOW, is_ascii=True, line_width=40)

    assert table_lines(COLUMNS, ROWS, look)[1] == "5Zk1   x FAILED   connection ~  00:01:07"


def test_control_characters_of_a_cell_are_visible() -> None:
    assert cell_text("a\x1b[2Jb\nc", LOOK) == "a␛[2Jb␊c"


def test_colours_go_around_the_text_and_not_the_padding() -> None:
    def paint(text: str, tone: Tone) -> str:
        return f"<{tone}>{text}</>" if tone is Tone.BAD else text

    look = Look(time=TimeFormat.ISO, now=NOW, paint=paint)

    assert "<bad>✖ FAILED</>   connection" in table_lines(COLUMNS, ROWS, look)[1]


def test_csv_has_raw_values() -> None:
    rows = (Row("a,b", State.FAILED, 'say "hi"', timedelta(seconds=67)),)

    assert csv_text(COLUMNS, rows) == 'id,state,note,took\n"a,b",FAILED,"say ""hi""",67.0\n'
