"""Every test of the contract runs over every implementation of the store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from lanner_coordinator.store.duckdb import DuckdbStore
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.protocol import Store

OpenBackup = Callable[[Path], Store]
"""Makes a store of the copy that `backup` wrote; to be opened."""


@pytest.fixture(params=["memory", "duckdb"])
def implementation(request: pytest.FixtureRequest) -> str:
    name = request.param
    assert isinstance(name, str)
    return name


@pytest.fixture
async def store(implementation: str, tmp_path: Path) -> AsyncIterator[Store]:
    opened: Store
    if implementation == "memory":
        opened = MemoryStore()
    else:
        opened = DuckdbStore(tmp_path / "lanner.duckdb")
    async with opened:
        yield opened


@pytest.fixture
def open_backup(implementation: str) -> OpenBackup:
    return MemoryStore if implementation == "memory" else DuckdbStore
