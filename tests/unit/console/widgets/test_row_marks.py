from __future__ import annotations

from lanner_console.widgets.row_marks import RowMarks


def test_a_mark_is_turned_over() -> None:
    marks = RowMarks().toggled("a").toggled("b").toggled("a")

    assert "a" not in marks
    assert "b" in marks
    assert marks.count(100) == 1


def test_of_all_marks_one_can_be_taken_off() -> None:
    marks = RowMarks(is_all=True).toggled("a")

    assert "a" not in marks
    assert "b" in marks
    assert marks.count(100) == 99


def test_a_range_marks_what_was_taken_off_of_all() -> None:
    marks = RowMarks(is_all=True).toggled("a").toggled("b").with_marked(["a"])

    assert marks.count(100) == 99
