"""The connection under the client: deadlines, repeated calls, streams that resume, fresh channels.

A shared channel can hang half-open after its peer was reset. So the channel of a call that failed
with a retried status is retired: new calls get a new channel, and the old one is closed when the
calls that still use it have ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import grpc.aio

from lanner_proto.backoff import full_jitter
from lanner_proto.channel import check_address, open_channel
from lanner_proto.link import LinkListener, LinkState, ignore_link
from lanner_proto.resumption import Resumption
from lanner_proto.status import error_of, is_retried

Request = TypeVar("Request")
Response = TypeVar("Response")

# Selects one call of a service's stub on a given channel.
UnaryCall = Callable[[grpc.aio.Channel], "grpc.aio.UnaryUnaryMultiCallable[Request, Response]"]
StreamCall = Callable[[grpc.aio.Channel], "grpc.aio.UnaryStreamMultiCallable[Request, Response]"]


@dataclass(slots=True)
class _SharedChannel:
    """A channel and how many calls use it; closed at 0 users once it is retired."""

    channel: grpc.aio.Channel
    users: int = 0
    is_retired: bool = False


class Connection:
    """The link to one coordinator; connects at the first call.

    Args:
        address: `unix:/path` or `host:port`.
        timeout_seconds: Deadline of one unary call, its repetitions included.
        retry_seconds: How long repeatable unary calls are tried again while there is no link.
            0: they fail at once.
        resume_seconds: How long a stream that had begun is opened again while there is no link.
            0: it fails at once.
        on_link: Told when the link is lost and when it is back.

    Raises:
        InvalidInput: The address is not one.
    """

    def __init__(
        self,
        address: str,
        *,
        timeout_seconds: float = 30.0,
        retry_seconds: float = 10.0,
        resume_seconds: float = 300.0,
        on_link: LinkListener = ignore_link,
    ) -> None:
        self.address = check_address(address)
        self._timeout_seconds = timeout_seconds
        self._retry_seconds = retry_seconds
        self._resume_seconds = resume_seconds
        self._on_link = on_link
        self._current: _SharedChannel | None = None
        self._retired: list[_SharedChannel] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all channels; calls under way end with `asyncio.CancelledError`."""
        shared_channels, self._retired = self._retired, []
        if self._current is not None:
            shared_channels.append(self._current)
            self._current = None
        for shared in shared_channels:
            await shared.channel.close()

    async def _unary(
        self,
        select: UnaryCall[Request, Response],
        request: Request,
        *,
        may_repeat: bool,
        timeout_seconds: float | None = None,
    ) -> Response:
        """Call and wait for the answer.

        Args:
            select: The call.
            request: Sent as it is, again at each try.
            may_repeat: Whether a second execution of the call does no harm.
            timeout_seconds: Instead of the connection's own deadline.

        Raises:
            LannerError: As the table of `lanner_proto.status` says.
        """
        clock = asyncio.get_running_loop().time
        started = clock()
        limit = started + (self._timeout_seconds if timeout_seconds is None else timeout_seconds)
        retry_limit = min(limit, started + self._retry_seconds) if may_repeat else started
        failed_tries = 0
        while True:
            try:
                async with self._channel() as channel:
                    call = select(channel)
                    return await call(request, timeout=max(limit - clock(), 0.001))
            except grpc.aio.AioRpcError as failure:
                failed_tries += 1
                delay = full_jitter(failed_tries)
                if not is_retried(failure) or clock() + delay > retry_limit:
                    raise error_of(failure) from failure
            await asyncio.sleep(delay)

    async def _stream(
        self, select: StreamCall[Request, Response], next_request: Callable[[], Request]
    ) -> AsyncGenerator[Response, None]:
        """Messages of a stream, which is opened again when it breaks after it had begun.

        Args:
            select: The call.
            next_request: Makes the request of each opening: a stream can go on where it was.

        Raises:
            LannerError: The stream could not be opened, failed for good, or was not resumed within
                `resume_seconds`.
        """
        clock = asyncio.get_running_loop().time
        resumption = Resumption(self._resume_seconds)
        while True:
            resumption.opened_at = clock()
            try:
                async with self._channel() as channel:
                    if await _is_connected(channel) and resumption.reached():
                        self._on_link(LinkState(is_up=True))
                    # No deadline: it lasts as long as what it watches; keepalive finds dead links.
                    async for message in select(channel)(next_request()):
                        resumption.progressed()
                        yield message
                return
            except grpc.aio.AioRpcError as failure:
                delay = resumption.delay_after_failure(clock())
                if delay is None or not is_retried(failure):
                    raise error_of(failure) from failure
                self._on_link(_lost(failure, resumption.failed_tries, delay))
            await asyncio.sleep(delay)

    @asynccontextmanager
    async def _channel(self) -> AsyncIterator[grpc.aio.Channel]:
        """The channel for one call; retired when the call fails with a retried status."""
        shared = self._current = self._current or _SharedChannel(open_channel(self.address))
        shared.users += 1
        try:
            yield shared.channel
        except grpc.aio.AioRpcError as failure:
            if is_retried(failure):
                self._retire(shared)
            raise
        finally:
            shared.users -= 1
            if shared.is_retired and not shared.users and shared in self._retired:
                self._retired.remove(shared)
                await shared.channel.close()

    def _retire(self, shared: _SharedChannel) -> None:
        if shared.is_retired:
            return
        shared.is_retired = True
        self._retired.append(shared)
        if self._current is shared:
            self._current = None


async def _is_connected(channel: grpc.aio.Channel) -> bool:
    """Dial, and tell whether the coordinator answered; gRPC limits the wait by its own timeout."""
    state = channel.get_state(try_to_connect=True)
    while state in (grpc.ChannelConnectivity.IDLE, grpc.ChannelConnectivity.CONNECTING):
        await channel.wait_for_state_change(state)
        state = channel.get_state()
    return state is grpc.ChannelConnectivity.READY


def _lost(failure: grpc.aio.AioRpcError, failed_tries: int, delay: float) -> LinkState:
    return LinkState(
        is_up=False,
        reason=error_of(failure).message,
        failed_tries=failed_tries,
        retry_in_seconds=delay,
    )
