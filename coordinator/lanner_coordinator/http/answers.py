"""What the server answers."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

import msgspec

PLAIN = "text/plain; charset=utf-8"
"""Content type of sentences."""

JSON = "application/json"
"""Content type of values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer.

    Attributes:
        status: Code; one that has no name is possible.
        body: As it is sent.
        content_type: Of the body.
    """

    status: int
    body: bytes = b""
    content_type: str = PLAIN

    def head(self) -> bytes:
        """Status line and headers."""
        lines = [
            f"HTTP/1.1 {self.status} {_phrase(self.status)}",
            # One line, whatever a flow says.
            f"Content-Type: {' '.join(self.content_type.split())}",
            f"Content-Length: {len(self.body)}",
            "Connection: close",
        ]
        return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1", "replace")


def sentence(status: int, text: str) -> Answer:
    """An answer with a sentence."""
    return Answer(status=status, body=f"{text}\n".encode())


def value(status: int, given: object, content_type: str = JSON) -> Answer:
    """An answer with a value as JSON."""
    return Answer(status=status, body=msgspec.json.encode(given), content_type=content_type)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Answer"
