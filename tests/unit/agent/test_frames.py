from __future__ import annotations

import pytest

from lanner_agent.frames import frame, frames


def contents(file_content: bytes) -> list[bytes]:
    return [each.content for each in frames(file_content)]


def test_records_come_back_in_order() -> None:
    assert contents(frame(b"one") + frame(b"") + frame(b"three")) == [b"one", b"", b"three"]


@pytest.mark.parametrize("lost_bytes", range(1, len(frame(b"second"))))
def test_a_torn_last_record_is_left_out_wherever_it_was_torn(lost_bytes: int) -> None:
    torn = (frame(b"first") + frame(b"second"))[:-lost_bytes]

    assert contents(torn) == [b"first"]


def test_reading_stops_at_a_record_with_a_wrong_checksum() -> None:
    broken = bytearray(frame(b"first") + frame(b"second") + frame(b"third"))
    broken[len(frame(b"first")) + 9] ^= 1

    assert contents(bytes(broken)) == [b"first"]


def test_a_record_knows_where_the_next_one_begins() -> None:
    first, second = frames(frame(b"first") + frame(b"second"))

    assert (first.end, second.end) == (len(frame(b"first")), len(frame(b"first") * 1) + 14)
