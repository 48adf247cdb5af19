from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from lanner_agent.wire import local_socket

pytestmark = pytest.mark.looptime


@pytest.fixture
def dialled_at(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Loop times at which the coordinator was dialled."""
    times: list[float] = []

    @asynccontextmanager
    async def dial(address: str, agent_id: str) -> AsyncIterator[None]:
        times.append(asyncio.get_running_loop().time())
        yield

    monkeypatch.setattr(local_socket, "dial", dial)
    return times


async def test_it_dials_as_soon_as_the_socket_is_there(
    tmp_path: Path, dialled_at: list[float]
) -> None:
    socket = tmp_path / "coordinator.sock"
    asyncio.get_running_loop().call_later(1.0, socket.touch)

    async with local_socket.dial_local(f"unix:{socket}", "etl-1"):
        pass

    assert dialled_at == [pytest.approx(1.0, abs=0.03)]


async def test_without_a_socket_it_dials_after_a_while(
    tmp_path: Path, dialled_at: list[float]
) -> None:
    async with local_socket.dial_local(f"unix:{tmp_path / 'nowhere.sock'}", "etl-1"):
        pass

    assert dialled_at == [pytest.approx(local_socket.PATIENCE_SECONDS, abs=0.01)]
