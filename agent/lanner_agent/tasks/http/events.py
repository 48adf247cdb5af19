"""Server-sent events (WHATWG HTML, 9.2): cut out of the bytes as they come."""

from __future__ import annotations

import codecs
import json
from collections.abc import AsyncIterator, Mapping

Event = Mapping[str, object]
"""`data` (of JSON, where it is some), `id`, `name`, `comment`, `retry` in milliseconds."""


class EventReader:
    """Takes bytes, gives the events that are complete."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._rest = ""
        self._fields: dict[str, list[str]] = {}

    def feed(self, content: bytes) -> list[Event]:
        """The events that end within these bytes."""
        text = self._rest + self._decoder.decode(content)
        # The end of a line may be two characters, of which the second is still to come.
        held = "\r" if text.endswith("\r") else ""
        lines = text.removesuffix(held).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._rest = lines.pop() + held
        return [event for line in lines for event in self._take(line)]

    def _take(self, line: str) -> list[Event]:
        if line:
            name, _, value = line.partition(":")
            self._fields.setdefault(name or "comment", []).append(value.removeprefix(" "))
            return []
        fields, self._fields = self._fields, {}
        return [_event(fields)] if "data" in fields else []


def _event(fields: Mapping[str, list[str]]) -> Event:
    def last(name: str) -> str | None:
        return fields[name][-1] if name in fields else None

    retry = last("retry")
    return {
        "data": _value("\n".join(fields["data"])),
        "id": last("id"),
        "name": last("event"),
        "comment": last("comment"),
        "retry": int(retry) if retry and retry.isdecimal() else None,
    }


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


async def events_of(chunks: AsyncIterator[bytes]) -> AsyncIterator[Event]:
    """The events of a stream; one that breaks off in the middle of an event gives it up."""
    reader = EventReader()
    async for chunk in chunks:
        for event in reader.feed(chunk):
            yield event
