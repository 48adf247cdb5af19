from __future__ import annotations

from lanner_agent.runners.lines import LONGEST_LINE_BYTES, LineSplitter


def test_lines_are_put_together_from_pieces() -> None:
    splitter = LineSplitter()

    assert splitter.feed(b"on") == []
    assert splitter.feed(b"e\ntwo\r\n\nthr") == ["one", "two", ""]
    assert splitter.feed(b"ee") == []
    assert splitter.flush() == ["three"]
    assert splitter.flush() == []


def test_what_is_no_utf8_is_replaced() -> None:
    assert LineSplitter().feed(b"\xff\n") == ["\N{REPLACEMENT CHARACTER}"]


def test_a_character_may_come_in_two_pieces() -> None:
    splitter = LineSplitter()

    assert splitter.feed("ü".encode()[:1]) == []
    assert splitter.feed("ü".encode()[1:] + b"\n") == ["ü"]


def test_an_endless_line_comes_in_pieces_of_whole_characters() -> None:
    splitter = LineSplitter()
    text = "x" + "ü" * LONGEST_LINE_BYTES

    pieces = [*splitter.feed(text.encode()), *splitter.flush()]

    assert "".join(pieces) == text
    assert all(len(piece.encode()) <= LONGEST_LINE_BYTES for piece in pieces)
    assert len(pieces) == 3


def test_a_long_line_with_an_end_comes_in_pieces_too() -> None:
    pieces = LineSplitter().feed(b"x" * (LONGEST_LINE_BYTES + 1) + b"\nnext\n")

    assert [len(piece) for piece in pieces] == [LONGEST_LINE_BYTES, 1, 4]
