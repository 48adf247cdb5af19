"""Health and metrics over HTTP, for load balancers and Prometheus; on loopback.

One request for each connection: `/health` says that the process answers, `/ready` that it takes
work, `/metrics` how it does.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Self

from lanner_coordinator.config import check_loopback
from lanner_coordinator.errors import StartError
from lanner_coordinator.http.metrics import CONTENT_TYPE, metrics_text
from lanner_coordinator.runtime.status import Readiness, StatusReader
from lanner_coordinator.store.errors import StoreError

logger = logging.getLogger(__name__)

REQUEST_SECONDS = 5.0
"""How long a request may take to arrive and to be answered."""

REQUEST_LIMIT_BYTES = 16 * 1024
"""Size of a request's head."""

CONNECTION_LIMIT = 64
"""Connections at once; further ones wait."""

_PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: HTTPStatus
    text: str
    content_type: str = _PLAIN

    def head(self) -> bytes:
        """Status line and headers."""
        lines = (
            f"HTTP/1.1 {self.status.value} {self.status.phrase}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.text.encode())}",
            "Connection: close",
        )
        return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


class HttpServer:
    """Serves while it is held by `async with`.

    Args:
        address: Loopback address `host:port`.
        status: What `/metrics` tells.
        readiness: What `/ready` tells.
    """

    def __init__(self, address: str, *, status: StatusReader, readiness: Readiness) -> None:
        self._address = address
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
        """Take no more requests; those under way have a limit of their own."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with self._places, asyncio.timeout(REQUEST_SECONDS):
                await self._exchange(reader, writer)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            logger.debug("an HTTP client went away before it was answered")
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            answer, method = _refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE), "GET"
        else:
            method, _, rest = head.decode("latin-1").partition("\r\n")[0].partition(" ")
            answer = await self._answer(method, rest.partition(" ")[0].partition("?")[0])
        writer.write(answer.head())
        if method != "HEAD":
            writer.write(answer.text.encode())
        await writer.drain()

    async def _answer(self, method: str, path: str) -> _Answer:
        if method not in ("GET", "HEAD"):
            return _refused(HTTPStatus.METHOD_NOT_ALLOWED)
        match path:
            case "/health":
                return _Answer(status=HTTPStatus.OK, text="ok\n")
            case "/ready" if self._readiness.is_ready:
                return _Answer(status=HTTPStatus.OK, text="ready\n")
            case "/ready":
                return _Answer(status=HTTPStatus.SERVICE_UNAVAILABLE, text="starting\n")
            case "/metrics":
                return await self._metrics()
            case _:
                return _refused(HTTPStatus.NOT_FOUND)

    async def _metrics(self) -> _Answer:
        try:
            status = await self._status.read()
        except StoreError as error:
            return _Answer(status=HTTPStatus.SERVICE_UNAVAILABLE, text=f"{error}\n")
        return _Answer(status=HTTPStatus.OK, text=metrics_text(status), content_type=CONTENT_TYPE)


def _refused(status: HTTPStatus) -> _Answer:
    return _Answer(status=status, text=f"{status.phrase}; there are /health, /ready and /metrics\n")
