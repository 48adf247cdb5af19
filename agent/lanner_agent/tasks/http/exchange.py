"""One exchange with a server: the request goes out, the response is read as it comes.

httpx is loaded with this module, which the task types load at their first call.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from typing import Any, BinaryIO

import httpx

from lanner_agent.tasks.contract import TaskContext, TaskFailed
from lanner_agent.tasks.http.address_guard import check_address, check_host
from lanner_agent.tasks.http.exchange_log import tell_request, tell_response
from lanner_agent.tasks.http.failures import told
from lanner_agent.tasks.http.settings import MULTIPART, Auth, Call, Options, Told
from lanner_agent.tasks.properties import shown

SLOWEST_BYTES_PER_SECOND = 16
"""A body that comes more slowly over a whole `readIdleTimeout` is given up."""

_ARTIFACT_SCHEMES = ("kestra://", "lanner://")


@asynccontextmanager
async def exchanged(context: TaskContext, call: Call) -> AsyncIterator[httpx.Response]:
    """Make a call and hold its response, of which only the head has been read.

    Raises:
        TaskFailed: The server cannot be reached, breaks off or breaks the rules of HTTP.
    """
    async with AsyncExitStack() as stack:
        try:
            client = await stack.enter_async_context(_client(context, call.options))
            content = await _content(context, call, stack)
            response = await stack.enter_async_context(
                client.stream(
                    call.method,
                    _url(call),
                    headers=_headers(call, content),
                    **content,
                )
            )
            yield response
        except httpx.HTTPError as error:
            raise TaskFailed(told(error, call)) from error
        except httpx.InvalidURL as error:
            raise TaskFailed(f"The property `uri` is no URL: {error}.") from error


def _url(call: Call) -> httpx.URL:
    url = httpx.URL(call.uri)
    # Without any the query stays as it is written.
    return url.copy_merge_params(dict(call.params)) if call.params else url


async def received(response: httpx.Response, call: Call) -> AsyncIterator[bytes]:
    """The body of a response, as it comes.

    A server that sends a byte now and then would keep the task for ever, and a slot of its agent.

    Raises:
        TaskFailed: It comes too slowly.
    """
    now = asyncio.get_running_loop().time
    idle_seconds = call.options.idle_seconds
    looked_at, had_bytes = now(), 0
    async for chunk in response.aiter_bytes():
        yield chunk
        passed_seconds = now() - looked_at
        if passed_seconds >= idle_seconds:
            came_bytes = response.num_bytes_downloaded - had_bytes
            if came_bytes < passed_seconds * SLOWEST_BYTES_PER_SECOND:
                raise TaskFailed(
                    f"{call.place} sent only {came_bytes} bytes in {passed_seconds:.3g} s: raise"
                    " `options.timeout.readIdleTimeout` if it may be that slow."
                )
            looked_at, had_bytes = now(), response.num_bytes_downloaded


async def beginning(response: httpx.Response, limit_bytes: int) -> bytes:
    """The first bytes of a body, whatever follows them."""
    content = b""
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) >= limit_bytes:
            break
    return content[:limit_bytes]


def _client(context: TaskContext, options: Options) -> httpx.AsyncClient:
    timeout = httpx.Timeout(options.idle_seconds, connect=options.connect_seconds)
    return httpx.AsyncClient(
        timeout=timeout,
        follow_redirects=options.follows_redirects,
        proxy=options.proxy,
        auth=_auth(options.auth),
        verify=_tls(is_insecure=options.is_insecure),
        # The accounts in the agent owner's netrc are not for flows.
        trust_env=False,
        event_hooks=_hooks(context, options.told),
    )


def _hooks(
    context: TaskContext, told_parts: frozenset[Told]
) -> dict[str, list[Callable[..., Awaitable[None]]]]:
    policy = context.web_policy

    async def check_request(request: httpx.Request) -> None:
        """Also called for every redirection."""
        await check_host(policy, request.url.host, request.url.port or 0)
        await tell_request(context, told_parts, request)

    async def check_response(response: httpx.Response) -> None:
        """A name may lead elsewhere when it is asked for again: look where this one led."""
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        if isinstance(peer, tuple):
            check_address(policy, str(peer[0]), response.url.host)
        await tell_response(context, told_parts, response)

    return {"request": [check_request], "response": [check_response]}


def _auth(auth: Auth | None) -> httpx.Auth | None:
    match auth:
        case Auth(type="BASIC"):
            return httpx.BasicAuth(auth.username, auth.secret)
        case Auth(type="DIGEST"):
            return httpx.DigestAuth(auth.username, auth.secret)
        case _:
            return None


@cache
def _tls(*, is_insecure: bool) -> ssl.SSLContext:
    """The host's own certificates, which its owner manages; those of Mozilla where it has none."""
    context = ssl.create_default_context()
    if is_insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif not context.cert_store_stats()["x509_ca"]:
        import certifi

        context.load_verify_locations(certifi.where())
    return context


def _headers(call: Call, content: Mapping[str, Any]) -> dict[str, str]:
    headers = dict(call.headers)
    names = {name.lower() for name in headers}
    # httpx names the type of a form, with the boundary between its parts.
    if not content.keys() & {"data", "files"} and "content-type" not in names:
        headers["Content-Type"] = call.content_type
    auth = call.options.auth
    if auth is not None and auth.type == "BEARER" and "authorization" not in names:
        headers["Authorization"] = f"Bearer {auth.secret}"
    return headers


async def _content(context: TaskContext, call: Call, stack: AsyncExitStack) -> dict[str, Any]:
    """The body, as httpx takes it."""
    if not call.form:
        return {} if call.body is None else {"content": _encoded(call.body, call.options.charset)}
    if call.content_type != MULTIPART:
        return {"data": {name: shown(value) for name, value in call.form.items()}}
    parts = [(name, await _part(context, value, stack)) for name, value in call.form.items()]
    return {"files": parts}


def _encoded(body: str, charset: str) -> bytes:
    try:
        return body.encode(charset)
    except (LookupError, UnicodeEncodeError) as error:
        raise TaskFailed(f"The body cannot be written in {charset}: {error}.") from error


async def _part(
    context: TaskContext, value: object, stack: AsyncExitStack
) -> tuple[str | None, BinaryIO | str]:
    """One part of a form: a text, or an artifact's name and open file."""
    if isinstance(value, str) and value.startswith(_ARTIFACT_SCHEMES):
        path = await context.fetch(value)
        return path.name, await _open(str(path), stack)
    if isinstance(value, Mapping) and value.keys() >= {"name", "content"}:
        path = await context.fetch(str(value["content"]))
        return str(value["name"]), await _open(str(path), stack)
    return None, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


async def _open(path: str, stack: AsyncExitStack) -> BinaryIO:
    file = await asyncio.to_thread(open, path, "rb")
    return stack.enter_context(file)
