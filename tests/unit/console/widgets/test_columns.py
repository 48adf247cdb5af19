from __future__ import annotations

from lanner_console.widgets.columns import Column, place_columns
from lanner_console.widgets.line_area import Span


def column(id: str, width: int, *, weight: int = 0, rank: int = 0) -> Column[str]:
    return Column(id=id, title=id, width=width, show=Span, weight=weight, rank=rank)


def placed(columns: list[Column[str]], width: int) -> dict[str, int]:
    return {place.column.id: place.width for place in place_columns(columns, width)}


def test_the_highest_rank_goes_where_there_is_no_room() -> None:
    columns = [column("id", 10), column("labels", 10, rank=2), column("try", 3, rank=1)]

    assert placed(columns, 40) == {"id": 10, "labels": 10, "try": 3}
    assert placed(columns, 20) == {"id": 10, "try": 3}
    assert placed(columns, 5) == {"id": 10}


def test_what_is_left_over_is_shared_by_weight_to_the_last_cell() -> None:
    columns = [column("id", 10), column("flow", 5, weight=2), column("error", 5, weight=1)]

    assert placed(columns, 36) == {"id": 10, "flow": 11, "error": 9}
