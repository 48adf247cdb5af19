"""The page about the exceptions is the one that the list of them makes."""

from __future__ import annotations

from tests.conformance.exceptions import PAGE, page_of, read_exceptions


def test_the_page_tells_the_exceptions_as_they_are_listed() -> None:
    assert PAGE.read_text() == page_of(read_exceptions())
