"""Server-sent events, cut out of bytes."""

from __future__ import annotations

import pytest

from lanner_agent.tasks.http.events import EventReader

STREAM = (
    '\ufeff: hello\ndata: {"n": 1}\nid: 7\nevent: added\nretry: 50\n\n'
    "data: one\r\ndata: two\r\n\r\ndata\rid: 8\r\rid: 9\n\ndata: lost"
).encode()


def read(*chunks: bytes) -> list[object]:
    reader = EventReader()
    return [event for chunk in chunks for event in reader.feed(chunk)]


def test_events_have_data_and_what_was_said_with_it() -> None:
    first, second, third = read(STREAM)

    assert first == {"data": {"n": 1}, "id": "7", "name": "added", "comment": "hello", "retry": 50}
    assert second == {
        "data": "one\ntwo",
        "id": None,
        "name": None,
        "comment": None,
        "retry": None,
    }
    assert third == {"data": "", "id": "8", "name": None, "comment": None, "retry": None}


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_it_does_not_matter_how_the_bytes_come(size: int) -> None:
    chunks = [STREAM[at : at + size] for at in range(0, len(STREAM), size)]

    assert read(*chunks) == read(STREAM)


def test_bytes_that_are_no_text_are_replaced() -> None:
    (event,) = read(b"data: a\xff\n\n")

    assert event == {
        "data": "a\ufffd",
        "id": None,
        "name": None,
        "comment": None,
        "retry": None,
    }
