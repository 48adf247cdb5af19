from __future__ import annotations

from datetime import UTC, datetime

from lanner_agent.runners.contract import Stream
from lanner_agent.runners.docker.log_decoder import LogDecoder


def frame(stream: int, second: int, text: bytes) -> bytes:
    entry = b"2026-03-01T10:00:%02d.123456789Z " % second + text
    return bytes([stream, 0, 0, 0]) + len(entry).to_bytes(4, "big") + entry


def test_frames_become_lines_with_stream_and_time() -> None:
    lines = LogDecoder().feed(frame(1, 1, b"one\n") + frame(2, 2, b"two\n"))

    assert [(line.stream, line.text) for line in lines] == [
        (Stream.STDOUT, "one"),
        (Stream.STDERR, "two"),
    ]
    assert lines[0].at == datetime(2026, 3, 1, 10, 0, 1, 123456, tzinfo=UTC)


def test_frames_may_come_in_pieces_of_any_size() -> None:
    decoder = LogDecoder()
    log = frame(1, 1, b"one\n") + frame(1, 2, b"two\n")

    lines = [line for at in range(len(log)) for line in decoder.feed(log[at : at + 1])]

    assert [line.text for line in lines] == ["one", "two"]


def test_parts_of_a_long_line_are_put_together() -> None:
    decoder = LogDecoder()

    first = decoder.feed(frame(1, 1, b"a" * 16384) + frame(2, 1, b"between\n"))
    rest = decoder.feed(frame(1, 2, b"b\n"))

    assert [line.text for line in first] == ["between"]
    assert [line.text for line in rest] == ["a" * 16384 + "b"]


def test_a_last_line_without_an_end_is_flushed() -> None:
    decoder = LogDecoder()
    decoder.feed(frame(1, 1, b"no end"))

    assert [line.text for line in decoder.flush()] == ["no end"]
    assert LogDecoder().flush() == []


def test_what_was_read_is_left_out_when_it_begins_again() -> None:
    decoder = LogDecoder()
    decoder.feed(frame(1, 1, b"one\n") + frame(1, 2, b"two\n")[:-3])

    decoder.begin_again()
    lines = decoder.feed(frame(1, 1, b"one\n") + frame(1, 2, b"two\n"))

    assert [line.text for line in lines] == ["two"]


def test_a_later_entry_is_news() -> None:
    decoder = LogDecoder()
    assert decoder.is_news(frame(1, 1, b"one\n"))
    decoder.feed(frame(1, 1, b"one\n"))

    assert not decoder.is_news(frame(1, 1, b"one\n"))
    assert decoder.is_news(frame(2, 2, b"two\n"))
    assert not decoder.is_news(b"")
