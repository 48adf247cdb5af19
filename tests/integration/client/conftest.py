"""A fake coordinator and a client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lanner_proto.client import Client
from tests.support.fake_api import FakeApi


@pytest.fixture
async def api(tmp_socket_dir: Path) -> AsyncIterator[FakeApi]:
    async with FakeApi(f"unix:{tmp_socket_dir}/coordinator.sock") as api:
        yield api


@pytest.fixture
async def client(api: FakeApi) -> AsyncIterator[Client]:
    async with Client(api.address, timeout_seconds=5, retry_seconds=3) as client:
        yield client
