"""No event loop but those of the tests."""

from __future__ import annotations

import asyncio

import pytest


@pytest.fixture(scope="session", autouse=True)
def no_stray_event_loop() -> None:
    """Say that this thread has no event loop, before anybody asks for one.

    pytest-asyncio asks for the current loop before its first async fixture. Asked so, asyncio makes
    one that nobody closes, which some later test then fails for.
    """
    asyncio.set_event_loop(None)
