"""`core.http.Download`: bring a file from a web server into artifact storage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from email.message import Message
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from lanner_agent.tasks.contract import (
    LogLevel,
    MetricKind,
    Properties,
    TaskContext,
    TaskFailed,
    TaskResult,
)
from lanner_agent.tasks.http.request import SHOWN_BYTES, headers_of, refused
from lanner_agent.tasks.http.settings import read_call
from lanner_agent.tasks.properties import PropertyReader

if TYPE_CHECKING:
    import httpx

USUAL_NAME = "download"
MAX_NAME_CHARACTERS = 120
WRITE_BYTES = 256 * 1024
"""Is written at once: what comes over TLS comes in pieces of 16 KiB, each too small for a way to
another thread."""

LENGTH_METRIC = "response.length"


async def run(context: TaskContext, properties: Properties) -> TaskResult:
    """Fetch the file and store it."""
    from lanner_agent.tasks.http.exchange import beginning, exchanged, received

    reader = PropertyReader(properties)
    call = read_call(reader)
    fails_when_empty = reader.flag("failOnEmptyResponse", default=True)
    wanted_name = reader.text("saveAs")
    reader.finish()
    await context.started(f"{call.method} {call.place}")
    path = context.own_dir / USUAL_NAME
    async with exchanged(context, call) as response:
        if not call.options.accepts(response.status_code):
            raise refused(call, response, await beginning(response, SHOWN_BYTES))
        size = await _save(received(response, call), path, call.options.max_bytes)
    if not size and fails_when_empty and not call.options.allows_failure:
        raise TaskFailed(
            f"{call.place} sent an empty file. Set `failOnEmptyResponse` to false if it may be."
        )
    if not size:
        await context.log(LogLevel.WARN, f"{call.place} sent an empty file.")
    name = plain_name(wanted_name) or _name_of(response, call.uri)
    stored = await context.store(path, name)
    context.metric(LENGTH_METRIC, MetricKind.COUNTER, size)
    return TaskResult(
        outputs={
            "uri": stored.uri,
            "code": response.status_code,
            "length": size,
            "headers": headers_of(response),
        }
    )


async def _save(chunks: AsyncIterator[bytes], path: Path, limit: int | None) -> int:
    """Write the body to a file, as it comes; its size."""
    size = 0
    waiting = bytearray()
    with await asyncio.to_thread(path.open, "wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if limit is not None and size > limit:
                raise TaskFailed(
                    f"The file is larger than {limit:,} bytes, as `options.maxContentLength` says."
                )
            waiting += chunk
            if len(waiting) >= WRITE_BYTES:
                await asyncio.to_thread(file.write, waiting)
                waiting.clear()
        await asyncio.to_thread(file.write, waiting)
    return size


def _name_of(response: httpx.Response, uri: str) -> str:
    """The name that the server gives the file, or that of its address."""
    header = Message()
    header["content-disposition"] = response.headers.get("content-disposition", "")
    return plain_name(header.get_filename()) or plain_name(urlsplit(uri).path) or USUAL_NAME


def plain_name(name: str | None) -> str:
    """The last part of a path without anything odd in it; empty: there is none."""
    last = PurePosixPath(unquote(name or "").replace("\\", "/")).name
    cleaned = "".join(one for one in last if one.isprintable())
    return "" if cleaned in (".", "..") else cleaned[-MAX_NAME_CHARACTERS:]
