from __future__ import annotations

from lanner_console.models import Page
from lanner_console.widgets.row_pages import MAX_PAGES, PAGE_ROWS, RowPages


def window(first: int, count: int, total_count: int) -> Page[int]:
    return Page(rows=tuple(range(first, first + count)), total_count=total_count)


def pages_with(numbers: list[int], total_count: int) -> RowPages[int]:
    pages = RowPages[int](key_of=lambda row: row)
    for number in numbers:
        pages.put(number, window(number * PAGE_ROWS, PAGE_ROWS, total_count))
    return pages


def test_of_an_unknown_list_only_the_first_page_is_missing() -> None:
    pages = RowPages[int](key_of=lambda row: row)

    assert list(pages.missing(0, 40)) == [0]


def test_an_empty_list_is_asked_for_once() -> None:
    pages = RowPages[int](key_of=lambda row: row)

    pages.put(0, window(0, 0, 0))

    assert list(pages.missing(0, 40)) == []


def test_the_longest_unused_page_goes_first() -> None:
    pages = pages_with(list(range(MAX_PAGES)), total_count=10_000)
    pages.row(0)

    pages.put(MAX_PAGES, window(MAX_PAGES * PAGE_ROWS, PAGE_ROWS, 10_000))

    assert pages.page_count == MAX_PAGES
    assert pages.row(0) == 0
    assert pages.row(PAGE_ROWS) is None
    assert pages.index_of(PAGE_ROWS) is None


def test_stale_rows_stay_readable_until_the_list_has_another_length() -> None:
    pages = pages_with([0, 1], total_count=512)
    pages.expire()

    assert pages.row(300) == 300
    assert list(pages.missing(0, 511)) == [0, 1]

    pages.put(0, Page(rows=tuple(range(-1, 255)), total_count=513))

    assert pages.row(300) is None
    assert pages.index_of(-1) == 0


def test_a_row_that_moved_between_pages_is_found_where_it_is() -> None:
    pages = pages_with([0, 1], total_count=512)

    pages.put(1, Page(rows=tuple(range(255, 511)), total_count=512))
    pages.put(0, Page(rows=tuple(range(-1, 255)), total_count=512))

    assert pages.index_of(255) == 256


def test_rows_between_are_those_in_memory() -> None:
    pages = pages_with([0, 2], total_count=10_000)

    assert list(pages.rows_between(254, 513)) == [254, 255, 512, 513]
