"""Follows the log of one container, in a thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from lanner_agent.runners.docker.engine import DockerEngine, OpenStream
from lanner_agent.runners.docker.line_bridge import LineBridge
from lanner_agent.runners.docker.log_decoder import LogDecoder

if TYPE_CHECKING:
    from docker import APIClient

PIECE_BYTES = 64 * 1024


class LogFollower:
    """Brings the lines of a container's log to a bridge, over restarts of the engine."""

    def __init__(
        self, engine: DockerEngine, container_id: str, since: datetime | None, bridge: LineBridge
    ) -> None:
        self._engine = engine
        self._path = f"/containers/{container_id}/logs"
        self._since = since
        self._bridge = bridge
        self._decoder = LogDecoder()
        self._patience = engine.patience()
        self._stream: OpenStream | None = None

    def follow(self, client: APIClient) -> None:
        """Read to the end of the log, or until nobody wants its lines."""
        from docker.errors import NotFound

        try:
            self._patience.insist(lambda: self._read(client))
            # Some engines end the log of a container that ends before all of it was sent.
            while self._patience.insist(lambda: self._has_more(client)):
                self._patience.insist(lambda: self._read(client))
            self._bridge.put(self._decoder.flush())
        except NotFound:
            # The container is gone; what was read is all there is.
            return

    def abort(self) -> None:
        """End it, from another thread."""
        if self._stream is not None:
            self._stream.abort()

    def _read(self, client: APIClient) -> None:
        self._decoder.begin_again()
        since = self._decoder.last_at or self._since
        with self._opened(client, since, {"follow": "1"}) as stream:
            for piece in stream.pieces(PIECE_BYTES):
                if not self._bridge.put(self._decoder.feed(piece)):
                    return

    def _has_more(self, client: APIClient) -> bool:
        """Whether the last entry of the log is not the last one that was read."""
        if self._bridge.is_left:
            return False
        with self._opened(client, self._since, {"tail": "1"}) as stream:
            return self._decoder.is_news(stream.read())

    @contextmanager
    def _opened(
        self, client: APIClient, since: datetime | None, options: Mapping[str, str]
    ) -> Iterator[OpenStream]:
        query = {"stdout": "1", "stderr": "1", "timestamps": "1", **options}
        if since is not None:
            query["since"] = f"{int(since.timestamp())}.{since.microsecond:06d}000"
        with self._engine.stream(client, "GET", self._path, query) as stream:
            self._stream = stream
            self._patience.answered()
            yield stream
