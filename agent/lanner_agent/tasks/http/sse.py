"""`core.http.SseRequest`: read the events that a server sends until it ends the stream."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from lanner_agent.tasks.contract import (
    LogLevel,
    MetricKind,
    Properties,
    TaskContext,
    TaskFailed,
    TaskResult,
)
from lanner_agent.tasks.http.events import Event, events_of
from lanner_agent.tasks.http.request import SHOWN_BYTES, refused
from lanner_agent.tasks.http.settings import BODY_LIMIT_BYTES, read_call
from lanner_agent.tasks.properties import PropertyReader, shown

if TYPE_CHECKING:
    import httpx

FILTER_SECONDS = 60.0
SIZE_METRIC = "size"


async def run(context: TaskContext, properties: Properties) -> TaskResult:
    """Read all events and, with a jq expression, what it makes of them."""
    from lanner_agent.tasks.http.exchange import beginning, exchanged

    reader = PropertyReader(properties)
    call = read_call(reader)
    expression = reader.text("concatJqExpression")
    must_match = reader.flag("failedOnMissingJq", default=True)
    reader.finish()
    await context.started(f"{call.method} {call.place}")
    async with exchanged(context, call) as response:
        if not call.options.accepts(response.status_code):
            raise refused(call, response, await beginning(response, SHOWN_BYTES))
        limit = call.options.max_bytes or BODY_LIMIT_BYTES
        events = [event async for event in events_of(_bounded(response, limit))]
    context.metric(SIZE_METRIC, MetricKind.COUNTER, len(events))
    found: list[str] = []
    if expression is not None and events:
        found = await _extracted(context, expression, events, must_match=must_match)
    return TaskResult(
        outputs={
            "uri": call.uri,
            "size": len(events),
            "events": None if found else events,
            "result": "".join(found) if found else None,
        }
    )


async def _bounded(response: httpx.Response, limit: int) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > limit:
            raise TaskFailed(
                f"The events are larger than {limit:,} bytes: raise `options.maxContentLength`."
            )
        yield chunk


async def _extracted(
    context: TaskContext, expression: str, events: Sequence[Event], *, must_match: bool
) -> list[str]:
    found: list[str] = []
    for given in await asyncio.to_thread(_filtered, expression, events):
        try:
            if isinstance(given, dict):
                raise TaskFailed(f"The jq expression `{expression}` failed: {given['error']}.")
            found.extend(_texts(expression, given))
        except TaskFailed as problem:
            if must_match:
                raise
            await context.log(LogLevel.DEBUG, f"{problem.message} The event is left out.")
    return found


def _texts(expression: str, given: Sequence[object]) -> list[str]:
    """What one event gave; the last value counts, as in Kestra."""
    if any(value is None or isinstance(value, list | dict) for value in given):
        raise TaskFailed(
            f"The jq expression `{expression}` gave no text, number or truth value for an event."
        )
    return [shown(given[-1])] if given else []


def _filtered(expression: str, events: Sequence[Event]) -> list[list[object] | dict[str, object]]:
    command = [sys.executable, "-m", "lanner_agent.tasks.http.jq_filter", expression]
    try:
        done = subprocess.run(
            command,
            input="".join(json.dumps(event) + "\n" for event in events),
            capture_output=True,
            text=True,
            timeout=FILTER_SECONDS,
            # A program of jq may read its environment; the agent's is not for flows.
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TaskFailed(f"The jq expression `{expression}` takes too long.") from error
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or ["it takes too much time or memory"]
        if "No module named 'jq'" in reason[0]:
            raise TaskFailed("This agent has no jq: install it with `pip install jq`.")
        raise TaskFailed(f"The jq expression `{expression}` cannot be applied: {reason[0]}.")
    return [json.loads(line) for line in done.stdout.splitlines()]
