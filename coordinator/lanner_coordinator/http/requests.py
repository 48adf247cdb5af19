"""Reads HTTP requests, as much of HTTP/1.1 as programs send to webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

BODY_LIMIT_BYTES = 4 * 1024 * 1024
"""Size of a request's body."""

_CHUNK_HEAD_LIMIT = 1_024


class BadRequest(Exception):
    """A request cannot be read.

    Attributes:
        status: To answer with.
    """

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request. Its target and headers may hold secrets, which `repr` does not show.

    Attributes:
        method: `GET`, `POST` …
        path: Parts between the slashes, decoded.
        parameters: Values of the query by name.
        headers: Values by name in lower case.
        body: As sent; empty: none.
    """

    method: str
    path: Sequence[str] = field(repr=False)
    parameters: Mapping[str, Sequence[str]] = field(repr=False)
    headers: Mapping[str, Sequence[str]] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request:
    """The next request of a connection.

    Args:
        reader: Of the connection; its limit is that of the head.
        writer: Of the connection; a client that asks whether to go on is answered.

    Raises:
        BadRequest: It is none, or too large.
        asyncio.IncompleteReadError: The client went away.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        raise BadRequest(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from error
    first, *lines = head.decode("latin-1").split("\r\n")
    method, _, rest = first.partition(" ")
    target = rest.partition(" ")[0]
    headers = _headers(lines)
    if "100-continue" in headers.get("expect", ()):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    try:
        parts = urlsplit(target)
        parameters = parse_qs(parts.query, keep_blank_values=True, max_num_fields=1_000)
    except ValueError as error:
        raise BadRequest(HTTPStatus.BAD_REQUEST) from error
    return Request(
        method=method,
        path=tuple(unquote(part) for part in parts.path.strip("/").split("/")),
        parameters=parameters,
        headers=headers,
        body=await _body(reader, headers),
    )


def _headers(lines: Sequence[str]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), []).append(value.strip())
    return found


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, Sequence[str]]) -> bytes:
    if any("chunked" in value.lower() for value in headers.get("transfer-encoding", ())):
        return await _chunks(reader)
    given = headers.get("content-length", ("0",))
    if len(set(given)) > 1 or not given[0].isascii() or not given[0].isdigit():
        raise BadRequest(HTTPStatus.BAD_REQUEST)
    length = int(given[0])
    if length > BODY_LIMIT_BYTES:
        raise BadRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return await reader.readexactly(length)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while True:
        head = (await _line(reader)).partition(b";")[0].strip()
        try:
            length = int(head, 16)
        except ValueError as error:
            raise BadRequest(HTTPStatus.BAD_REQUEST) from error
        if length < 0 or len(body) + length > BODY_LIMIT_BYTES:
            raise BadRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not length:
            while (await _line(reader)).strip():
                continue
            return bytes(body)
        body += await reader.readexactly(length)
        await reader.readexactly(2)


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        line = await reader.readuntil(b"\r\n")
    except asyncio.LimitOverrunError as error:
        raise BadRequest(HTTPStatus.BAD_REQUEST) from error
    if len(line) > _CHUNK_HEAD_LIMIT:
        raise BadRequest(HTTPStatus.BAD_REQUEST)
    return line
