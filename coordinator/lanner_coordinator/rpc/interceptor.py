"""Around every call: whether the coordinator takes calls yet, and errors made into status."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, NoReturn, TypeAlias, cast

import grpc
import grpc.aio

from lanner_coordinator.rpc.draining import Sized, draining
from lanner_coordinator.rpc.status import answer_of
from lanner_coordinator.runtime.status import Readiness

Context = grpc.aio.ServicerContext[Any, Any]

_Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"

OWN_METHODS = "/lanner.v1."
"""Start of the methods that are guarded: health and reflection take care of themselves."""

ALWAYS_ANSWERED = "/lanner.v1.ServerService/GetStatus"
"""The method that is answered before the coordinator is ready."""


class CallGuard(grpc.aio.ServerInterceptor):
    """Stands before all services, so that they only say what goes well."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness
        self._guarded: dict[str, _Handler] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[_Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> _Handler | None:
        """The handler of a call, guarded."""
        method = handler_call_details.method
        if self._readiness.is_ready and method in self._guarded:
            return self._guarded[method]
        handler = await continuation(handler_call_details)
        if handler is None or not method.startswith(OWN_METHODS):
            return handler
        if not self._readiness.is_ready and method != ALWAYS_ANSWERED:
            return _refusing(handler)
        # Methods do not come and go, so that their number bounds what is kept.
        guarded = self._guarded[method] = _guarded(handler, method)
        return guarded


def _refusing(handler: _Handler) -> _Handler:
    async def refuse(request: object, context: Context) -> None:
        await context.abort(
            grpc.StatusCode.UNAVAILABLE, "the coordinator is starting; try again in a moment"
        )

    async def refuse_stream(request: object, context: Context) -> AsyncIterator[None]:
        await refuse(request, context)
        yield None

    return _same_kind(handler, refuse, refuse_stream)


def _guarded(handler: _Handler, method: str) -> _Handler:
    behavior = cast(
        "Callable[[object, Context], Any]",
        handler.unary_unary
        or handler.unary_stream
        or handler.stream_unary
        or handler.stream_stream,
    )
    if handler.stream_unary:
        behavior = _draining(behavior)

    async def call(request: object, context: Context) -> object:
        try:
            return await behavior(request, context)
        except grpc.aio.AbortError:
            raise
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes a status
            await _abort(error, method, context)

    async def stream(request: object, context: Context) -> AsyncIterator[object]:
        try:
            async with aclosing(behavior(request, context)) as messages:
                async for message in messages:
                    yield message
        except grpc.aio.AbortError:
            raise
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes a status
            await _abort(error, method, context)

    return _same_kind(handler, call, stream)


def _draining(behavior: Callable[[object, Context], Any]) -> Callable[[object, Context], Any]:
    """Takes what a client still sends after its call has failed."""

    async def call(request: object, context: Context) -> object:
        async with draining(cast("AsyncIterator[Sized]", request)):
            return await behavior(request, context)

    return call


async def _abort(error: Exception, method: str, context: Context) -> NoReturn:
    answer = answer_of(error, method)
    await context.abort(answer.code, answer.text, tuple(answer.metadata))


def _same_kind(handler: _Handler, call: Callable[..., Any], stream: Callable[..., Any]) -> _Handler:
    """A handler of the same kind and messages with another behavior."""
    kinds: dict[tuple[bool, bool], Callable[..., _Handler]] = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }
    make = kinds[handler.request_streaming, handler.response_streaming]
    behavior = stream if handler.response_streaming else call
    return make(behavior, handler.request_deserializer, handler.response_serializer)
