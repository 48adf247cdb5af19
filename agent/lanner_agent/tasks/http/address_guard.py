"""Looks where a call leads, before it goes out and again where it arrived."""

from __future__ import annotations

import asyncio
import socket

from lanner_agent.tasks.contract import TaskFailed
from lanner_agent.web_policy import WebPolicy


def check_address(policy: WebPolicy, text: str, host: str) -> None:
    """Refuse an address that the host's policy refuses.

    Raises:
        TaskFailed: It does.
    """
    why_not = policy.refusal(text, host)
    if why_not is not None:
        raise TaskFailed(why_not)


async def check_host(policy: WebPolicy, host: str, port: int) -> None:
    """Refuse a host one of whose addresses is refused.

    A name that nobody knows is let through: calling it says what is wrong.

    Raises:
        TaskFailed: One is.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return
    for _, _, _, _, place in found:
        check_address(policy, str(place[0]), host)
