"""The connections to a Docker engine, and the threads that wait for its answers.

Docker's SDK blocks, so every call is made in one of two bounded pools: short calls in one, in the
other those that last as long as a container does. Nothing here starts before it is needed, the
import of the SDK included.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from socket import AF_UNIX, socket
from threading import Event, Lock
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from lanner_agent.errors import RunnerError, RunnerUnavailable
from lanner_agent.runners.docker.config import DockerConfig
from lanner_agent.runners.docker.patience import Patience

if TYPE_CHECKING:
    from docker import APIClient
    from requests import Response

T = TypeVar("T")

SHORT_CALLS = 8

LOCAL_SOCKET = "unix:///var/run/docker.sock"
KNOCK_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 0.2


class DockerEngine:
    """One engine. Methods whose first argument is a client are for its threads."""

    def __init__(self, config: DockerConfig) -> None:
        self._config = config
        self._client: APIClient | None = None
        self._connecting = Lock()
        self._open_streams: set[OpenStream] = set()
        self._closed = Event()
        self._short = ThreadPoolExecutor(SHORT_CALLS, "docker-call")
        self._long = ThreadPoolExecutor(3 * config.most_containers, "docker-watch")

    @property
    def is_closed(self) -> bool:
        """Whether all calls were ended."""
        return self._closed.is_set()

    @property
    def address(self) -> str:
        """Where the engine is, for people."""
        return self._config.host or "DOCKER_HOST or the local socket"

    def patience(self) -> Patience:
        """Patience for one container."""
        return Patience(self._config.patience_seconds, self._closed, self._knock)

    def goes_away(self, client: APIClient, within_seconds: float) -> bool:
        """Wait a moment, in a thread, and see whether the engine does not answer any longer."""
        from docker.errors import DockerException
        from requests.exceptions import RequestException

        deadline = monotonic() + within_seconds
        while monotonic() < deadline and not self._closed.wait(LOOK_AGAIN_SECONDS):
            try:
                self._knock()
                client.ping()
            except (RequestException, DockerException, OSError):
                return True
        return False

    def _knock(self) -> None:
        """Raise an `OSError` where nobody listens: cheaper than having the SDK find out."""
        _knock(self._config.host or os.environ.get("DOCKER_HOST") or LOCAL_SOCKET)

    async def call(self, work: Callable[[APIClient], T], doing: str) -> T:
        """Make a short call in a thread.

        Cancelling it does not end the call.

        Args:
            work: Gets the client.
            doing: What a refusal says could not be done, as `The container cannot be removed`.

        Raises:
            RunnerUnavailable: The engine does not answer.
            RunnerError: It refuses.
        """
        # No limit of its own: the client has one for every answer.
        return await self._in(self._short, work, doing)

    def watch(self, work: Callable[[APIClient], T], doing: str) -> asyncio.Future[T]:
        """Begin a call that may last as long as a container; otherwise as `call`."""
        return self._in(self._long, work, doing)

    def close(self) -> None:
        """End all calls and close the connections. Blocks until the threads are done."""
        self._closed.set()
        for stream in list(self._open_streams):
            stream.abort()
        self._short.shutdown(cancel_futures=True)
        self._long.shutdown(cancel_futures=True)
        if self._client is not None:
            self._client.close()

    @contextmanager
    def stream(
        self, client: APIClient, method: str, path: str, parameters: Mapping[str, str]
    ) -> Iterator[OpenStream]:
        """Open an answer that comes in pieces; `close` and `OpenStream.abort` end it.

        Raises:
            docker.errors.APIError: The engine refuses.
        """
        response = client.request(
            method,
            f"{client.base_url}/v{client.api_version}{path}",
            params=parameters,
            # Packing and unpacking costs more than it saves on the way to an engine nearby.
            headers={"Accept-Encoding": "identity"},
            stream=True,
            # No limit between the pieces: a container may be silent for as long as it likes.
            timeout=(self._config.answer_seconds, None),
        )
        stream = OpenStream(response)
        self._open_streams.add(stream)
        try:
            if self.is_closed:
                stream.abort()
            _raise_refusal(response)
            yield stream
        finally:
            self._open_streams.discard(stream)
            response.close()

    def _in(
        self, pool: ThreadPoolExecutor, work: Callable[[APIClient], T], doing: str
    ) -> asyncio.Future[T]:
        def run() -> T:
            with told(self.address, doing):
                return work(self._connected())

        if self.is_closed:
            raise RunnerUnavailable("The docker runner is closed.")
        return asyncio.get_running_loop().run_in_executor(pool, run)

    def _connected(self) -> APIClient:
        with self._connecting:
            if self._client is None:
                self._client = _connect(self._config)
            return self._client


class OpenStream:
    """An answer of the engine that is still coming."""

    def __init__(self, response: Response) -> None:
        self._response = response

    def pieces(self, most_bytes: int) -> Iterator[bytes]:
        """The answer in pieces as they come."""
        return iter(self._response.raw.stream(most_bytes))

    def read(self, size: int = -1) -> bytes:
        """The next `size` bytes of the answer, fewer at its end."""
        content: bytes = self._response.raw.read(None if size < 0 else size)
        return content

    @property
    def status_code(self) -> int:
        """Status of the answer, below 400."""
        return self._response.status_code

    def header(self, name: str) -> str:
        """A header of the answer, or nothing."""
        return self._response.headers.get(name, "")

    def abort(self) -> None:
        """End the answer from another thread: its reader gets an error or the end."""
        from docker.types import CancellableStream

        with suppress(OSError, AttributeError):
            # The SDK knows how to find the socket below, of all the kinds it connects by.
            CancellableStream(iter(()), self._response).close()


@contextmanager
def told(address: str, doing: str) -> Iterator[None]:
    """Make the SDK's errors errors of a runner.

    Raises:
        RunnerUnavailable: The engine does not answer.
        RunnerError: It refuses what was asked.
    """
    from docker.errors import APIError, DockerException
    from requests.exceptions import RequestException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except APIError as cause:
        raise RunnerError(f"{doing}: {explanation(cause)}") from cause
    except (RequestException, HTTPError, DockerException, OSError) as cause:
        raise RunnerUnavailable(
            f"Docker does not answer at {address}: is the engine running, and may this agent use"
            f" it? ({cause})"
        ) from cause


def is_local_engine(environment: Mapping[str, str]) -> bool:
    """Whether the engine that the environment names is reached by a Unix socket of this host."""
    return environment.get("DOCKER_HOST", LOCAL_SOCKET).startswith("unix://")


def explanation(error: Exception) -> str:
    """What the engine says, in one line, with a full stop."""
    said = getattr(error, "explanation", None) or str(error)
    text = " ".join(str(said).split())
    return text if text.endswith(".") else f"{text}."


def _raise_refusal(response: Response) -> None:
    from docker.errors import create_api_error_from_http_exception
    from requests.exceptions import HTTPError

    try:
        response.raise_for_status()
    except HTTPError as refusal:
        create_api_error_from_http_exception(refusal)


def _knock(address: str) -> None:
    """See whether anybody listens at a local socket; the SDK leaks its sockets where nobody does.

    Raises:
        OSError: Nobody does.
    """
    scheme, _, path = address.rpartition("unix://")
    if path != address and scheme in ("", "http+"):
        with socket(AF_UNIX) as door:
            door.settimeout(KNOCK_SECONDS)
            door.connect(path)


def _connect(config: DockerConfig) -> APIClient:
    from docker import APIClient
    from docker.utils import kwargs_from_env

    address = {"base_url": config.host} if config.host else kwargs_from_env()
    _knock(str(address.get("base_url") or LOCAL_SOCKET))
    client = APIClient(
        **address,
        version="auto",
        timeout=config.answer_seconds,
        max_pool_size=SHORT_CALLS + 3 * config.most_containers,
    )
    # Looking for proxies and .netrc at every call costs more than the call.
    client.trust_env = False
    return client
