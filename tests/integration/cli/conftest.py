"""A fake coordinator, and the command line called against it in this process."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lanner_console.cli.entry import run
from tests.support.fake_api import FakeApi


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Lanner = Callable[..., Coroutine[Any, Any, Ended]]


@pytest.fixture
async def api(tmp_socket_dir: Path) -> AsyncIterator[FakeApi]:
    async with FakeApi(f"unix:{tmp_socket_dir}/coordinator.sock") as api:
        yield api


@pytest.fixture
def lanner(
    api: FakeApi,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Lanner:
    """Call `lanner` with these words, no terminal anywhere, `stdin` as text."""
    monkeypatch.setenv("LANNER_ADDRESS", api.address)
    monkeypatch.setenv("LANNER_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("LANNER_NAMESPACE", raising=False)
    monkeypatch.delenv("LANNER_OUTPUT", raising=False)
    monkeypatch.chdir(tmp_path)

    async def call(*words: str, stdin: str = "") -> Ended:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = await asyncio.to_thread(run, words)
        written = capsys.readouterr()
        return Ended(int(code), written.out, written.err)

    return call
