"""`core.http.Request`: call a web service; its answer is the output."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from lanner_agent.tasks.contract import LogLevel, Properties, TaskContext, TaskFailed, TaskResult
from lanner_agent.tasks.http.settings import BODY_LIMIT_BYTES, Call, Told, read_call
from lanner_agent.tasks.properties import PropertyReader

if TYPE_CHECKING:
    import httpx

SHOWN_CHARACTERS = 1_000
"""How much of the body of a failure is told."""

SHOWN_BYTES = 4 * SHOWN_CHARACTERS
"""How much of it is read."""


async def run(context: TaskContext, properties: Properties) -> TaskResult:
    """Call and read the answer."""
    from lanner_agent.tasks.http.exchange import beginning, exchanged, received
    from lanner_agent.tasks.http.exchange_log import tell_body

    reader = PropertyReader(properties)
    call = read_call(reader)
    is_secret = reader.flag("encryptBody")
    reader.finish()
    await context.started(f"{call.method} {call.place}")
    await context.log(LogLevel.DEBUG, f"{call.method} {call.place}")
    async with exchanged(context, call) as response:
        if not call.options.accepts(response.status_code):
            shown = b"" if is_secret else await beginning(response, SHOWN_BYTES)
            raise refused(call, response, shown)
        limit = call.options.max_bytes or BODY_LIMIT_BYTES
        content = await _body(received(response, call), limit)
    if not is_secret:
        await tell_body(context, call.options.told, Told.RESPONSE_BODY, content)
    body = _text(content, response.charset_encoding)
    return TaskResult(
        outputs={
            "uri": call.uri,
            "code": response.status_code,
            "headers": headers_of(response),
            # The coordinator keeps an output of this name encrypted and masks it.
            ("encryptedBody" if is_secret else "body"): body if content else None,
        }
    )


def refused(call: Call, response: httpx.Response, content: bytes) -> TaskFailed:
    """The failure that a status is, with the beginning of its body, if it may be told."""
    body = content.decode("utf-8", errors="replace")[:SHOWN_CHARACTERS]
    said = f" It said: {body}" if body.strip() else ""
    return TaskFailed(
        f"{call.method} {call.place} was answered with {response.status_code}"
        f" {response.reason_phrase}.{said}",
        outputs={"code": response.status_code, "headers": headers_of(response)},
    )


def headers_of(response: httpx.Response) -> dict[str, list[str]]:
    """Headers by their names, as the server writes them; one name may come several times."""
    found: dict[str, list[str]] = {}
    spelling: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name = raw_name.decode("latin-1")
        first = spelling.setdefault(name.lower(), name)
        found.setdefault(first, []).append(raw_value.decode("latin-1"))
    return found


async def _body(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    content = bytearray()
    async for chunk in chunks:
        content += chunk
        if len(content) > limit:
            raise TaskFailed(
                f"The body is larger than {limit:,} bytes: raise `options.maxContentLength`, or"
                " fetch it with core.http.Download."
            )
    return bytes(content)


def _text(content: bytes, charset: str | None) -> str:
    """The body as text.

    Raises:
        TaskFailed: It is none.
    """
    try:
        text = content.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        text = content.decode("utf-8", errors="replace")
    if "\ufffd" in text or any(
        unicodedata.category(one) == "Cn" for one in text[:SHOWN_CHARACTERS]
    ):
        raise TaskFailed("The body is no text: fetch it with core.http.Download.")
    return text
