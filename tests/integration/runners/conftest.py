from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def loop_of_the_process() -> Iterator[None]:
    """Close the loop that looptime's plugin has asyncio make before the first loop of a test."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    loop.close()
