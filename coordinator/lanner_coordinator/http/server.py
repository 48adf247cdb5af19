"""Health, metrics and webhooks over HTTP; on loopback.

One request for each connection: `/health` says that the process answers, `/ready` that it takes
work, `/metrics` how it does; below `/api/v1` are the addresses of webhooks.
"""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from types import TracebackType
from typing import Self

from lanner_coordinator.config import check_loopback
from lanner_coordinator.errors import StartError
from lanner_coordinator.http.answers import Answer, sentence
from lanner_coordinator.http.metrics import CONTENT_TYPE, metrics_text
from lanner_coordinator.http.requests import BadRequest, Request, read_request
from lanner_coordinator.http.webhooks import WebhookAddresses
from lanner_coordinator.runtime.status import Readiness, StatusReader
from lanner_coordinator.store.errors import StoreError

logger = logging.getLogger(__name__)

REQUEST_SECONDS = 30.0
"""How long a request may take to arrive, and its answer to be taken."""

REQUEST_LIMIT_BYTES = 16 * 1024
"""Size of a request's head."""

CONNECTION_LIMIT = 64
"""Requests that are read at once; further ones wait."""

CALL_LIMIT = 1_000
"""Calls of webhooks at once; further ones are refused."""


class HttpServer:
    """Serves while it is held by `async with`.

    Args:
        address: Loopback address `host:port`.
        status: What `/metrics` tells.
        readiness: What `/ready` tells.
        webhooks: Answers what is sent to webhooks.
    """

    def __init__(
        self,
        address: str,
        *,
        status: StatusReader,
        readiness: Readiness,
        webhooks: WebhookAddresses,
    ) -> None:
        self._address = address
        self._webhooks = webhooks
        self._calls = asyncio.Semaphore(CALL_LIMIT)
        self._serving: set[asyncio.Task[None]] = set()
        self._status = status
        self._readiness = readiness
        self._places = asyncio.Semaphore(CONNECTION_LIMIT)
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Listen.

        Raises:
            StartError: The address is taken, or not of this host alone.
        """
        check_loopback(self._address)
        host, _, port = self._address.rpartition(":")
        try:
            self._server = await asyncio.start_server(
                self._serve, host.strip("[]"), int(port), limit=REQUEST_LIMIT_BYTES
            )
        except (OSError, OverflowError) as error:
            raise StartError(
                f"the coordinator cannot listen on {self._address} for HTTP: {error}"
            ) from error
        logger.info("health and metrics on http://%s", self._address)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take no more requests, and leave those under way: what they started goes on."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            for task in self._serving:
                task.cancel()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        try:
            await self._exchange(reader, writer)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            logger.debug("an HTTP client went away before it was answered")
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method = ""
        try:
            async with self._places, asyncio.timeout(REQUEST_SECONDS):
                request = await read_request(reader, writer)
        except BadRequest as error:
            answer = _refused(error.status)
        else:
            method = request.method
            answer = await self._answer(request)
        async with asyncio.timeout(REQUEST_SECONDS):
            writer.write(answer.head())
            if method != "HEAD":
                writer.write(answer.body)
            await writer.drain()

    async def _answer(self, request: Request) -> Answer:
        if request.path[0] == "api":
            return await self._call(request)
        if request.method not in ("GET", "HEAD"):
            return _refused(HTTPStatus.METHOD_NOT_ALLOWED)
        match "/".join(request.path):
            case "health":
                return sentence(HTTPStatus.OK, "ok")
            case "ready" if self._readiness.is_ready:
                return sentence(HTTPStatus.OK, "ready")
            case "ready":
                return sentence(HTTPStatus.SERVICE_UNAVAILABLE, "starting")
            case "metrics":
                return await self._metrics()
            case _:
                return _refused(HTTPStatus.NOT_FOUND)

    async def _call(self, request: Request) -> Answer:
        if not self._readiness.is_ready:
            return sentence(HTTPStatus.SERVICE_UNAVAILABLE, "starting; try again in a moment")
        if self._calls.locked():
            text = "too many calls are waiting; try again in a moment"
            return sentence(HTTPStatus.SERVICE_UNAVAILABLE, text)
        async with self._calls:
            return await self._webhooks.answer(request) or _refused(HTTPStatus.NOT_FOUND)

    async def _metrics(self) -> Answer:
        try:
            status = await self._status.read()
        except StoreError as error:
            return sentence(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        body = metrics_text(status).encode()
        return Answer(status=HTTPStatus.OK, body=body, content_type=CONTENT_TYPE)


def _refused(status: HTTPStatus) -> Answer:
    return sentence(status, f"{status.phrase}; there are /health, /ready, /metrics and webhooks")
