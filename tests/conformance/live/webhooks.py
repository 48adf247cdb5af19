"""Requests to the coordinator's HTTP address, as webhooks get them."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.conformance.live.scenario import Scenario
from tests.conformance.live.seen import Seen

REQUEST_SECONDS = 20.0


async def request(scenario: Scenario, phase: Mapping[str, Any]) -> Seen | None:
    """Send the request of a step; the execution that it started, if any."""
    wanted = phase["request"]
    body, headers = _sent(wanted)
    status, answer = await asyncio.to_thread(
        _exchange, scenario.programs.http, wanted["method"], wanted["path"], body, headers
    )
    expected = (phase.get("expect") or {}).get("http_status")
    if expected is not None and status != expected:
        scenario.failures.append(f"the answer is {status}, expected {expected}: {answer[:200]!r}")
    try:
        told = json.loads(answer)
    except ValueError:
        return None
    if not isinstance(told, dict) or "id" not in told:
        return None
    scenario.remember(str(told["id"]), phase.get("as"))
    return await scenario.until_ended()


def _sent(wanted: Mapping[str, Any]) -> tuple[bytes | None, dict[str, str]]:
    headers = dict(wanted.get("headers") or {})
    if wanted.get("content_type"):
        headers["Content-Type"] = wanted["content_type"]
    body = wanted.get("body")
    if body is None:
        return None, headers
    if isinstance(body, Mapping) and "$raw" in body:
        return str(body["$raw"]).encode(), headers
    return (body if isinstance(body, str) else json.dumps(body)).encode(), headers


def _exchange(
    base: str, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    address = urlsplit(base)
    connection = http.client.HTTPConnection(
        address.hostname or "", address.port, timeout=REQUEST_SECONDS
    )
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
