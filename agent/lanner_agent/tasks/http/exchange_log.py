"""What a task tells of its exchange where the flow asks for it: `options.logs`.

Headers are told at DEBUG and bodies at TRACE, as in Kestra; what says who calls is not told.
"""

from __future__ import annotations

import httpx

from lanner_agent.tasks.contract import LogLevel, TaskContext
from lanner_agent.tasks.http.settings import Told

SHOWN_CHARACTERS = 1_000
"""How much of a body is told."""

_HIDDEN = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"})


async def tell_request(context: TaskContext, told: frozenset[Told], request: httpx.Request) -> None:
    """Log a request that goes out, each redirection too."""
    if Told.REQUEST_HEADERS in told:
        head = f"{request.method} {request.url.copy_with(query=None, userinfo=b'')}"
        await context.log(LogLevel.DEBUG, f"request: {head}\n{_lines(request.headers)}")
    if Told.REQUEST_BODY in told:
        try:
            content = request.content
        except httpx.RequestNotRead:  # it is sent from files
            return
        await tell_body(context, told, Told.REQUEST_BODY, content)


async def tell_response(
    context: TaskContext, told: frozenset[Told], response: httpx.Response
) -> None:
    """Log the head of a response."""
    if Told.RESPONSE_HEADERS in told:
        head = f"{response.status_code} {response.reason_phrase}"
        await context.log(LogLevel.DEBUG, f"response: {head}\n{_lines(response.headers)}")


async def tell_body(
    context: TaskContext, told: frozenset[Told], part: Told, content: bytes
) -> None:
    """Log the beginning of a body."""
    if part in told and content:
        text = content[:SHOWN_CHARACTERS].decode("utf-8", errors="replace")
        name = "request" if part is Told.REQUEST_BODY else "response"
        await context.log(LogLevel.TRACE, f"{name} body, {len(content)} bytes: {text}")


def _lines(headers: httpx.Headers) -> str:
    return "\n".join(
        f"    {name}: {'***' if name.lower() in _HIDDEN else value}"
        for name, value in headers.multi_items()
    )
