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
from lanner_agent.tasks.http.failures import told
from lanner_agent.tasks.http.settings import MULTIPART, Auth, Call, Options
from lanner_agent.tasks.properties import shown
from lanner_agent.web_policy import WebPolicy

_ARTIFACT_SCHEMES = ("kestra://", "lanner://")


@asynccontextmanager
async def exchanged(context: TaskContext, call: Call) -> AsyncIterator[httpx.Response]:
    """Make a call and hold its response, of which only the head has been read.

    Raises:
        TaskFailed: The server cannot be reached, breaks off or breaks the rules of HTTP.
    """
    async with AsyncExitStack() as stack:
        try:
            client = await stack.enter_async_context(_client(call.options, context.web_policy))
            content = await _content(context, call, stack)
            response = await stack.enter_async_context(
                client.stream(
                    call.method,
                    # An absent query leaves that of the URI as it is; an empty one would not.
                    call.uri,
                    params=dict(call.params) or None,
                    headers=_headers(call, content),
                    **content,
                )
            )
            yield response
        except httpx.HTTPError as error:
            raise TaskFailed(told(error, call)) from error
        except httpx.InvalidURL as error:
            raise TaskFailed(f"The property `uri` is no URL: {error}.") from error


def _client(options: Options, policy: WebPolicy) -> httpx.AsyncClient:
    timeout = httpx.Timeout(options.idle_seconds, connect=options.connect_seconds)
    return httpx.AsyncClient(
        timeout=timeout,
        follow_redirects=options.follows_redirects,
        proxy=options.proxy,
        auth=_auth(options.auth),
        verify=_tls(is_insecure=options.is_insecure),
        # The accounts in the agent owner's netrc are not for flows.
        trust_env=False,
        event_hooks=_hooks(policy),
    )


def _hooks(policy: WebPolicy) -> dict[str, list[Callable[..., Awaitable[None]]]]:
    async def check_request(request: httpx.Request) -> None:
        """Also called for every redirection."""
        await check_host(policy, request.url.host, request.url.port or 0)

    async def check_response(response: httpx.Response) -> None:
        """A name may lead elsewhere when it is asked for again: look where this one led."""
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        if isinstance(peer, tuple):
            check_address(policy, str(peer[0]), response.url.host)

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
