"""The command line on a terminal: colours, widths, frames drawn again, questions."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import struct
import sys
import termios
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from lanner_proto.v1 import state_pb2
from tests.support.eventually import eventually
from tests.support.fake_api import FakeApi
from tests.support.fake_coordinator.data import make_execution, make_flow, make_task_run
from tests.support.stand_in_programs import REPOSITORY

PATHS = ":".join(str(REPOSITORY / folder) for folder in ("console", "proto"))
COLUMNS = 70


@dataclass
class Screen:
    """A terminal, and what a command wrote to it."""

    api: FakeApi
    master: int
    slave: int
    written: bytearray = field(default_factory=bytearray)

    async def start(self, *words: str, **changes: str) -> asyncio.subprocess.Process:
        environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS")}
        environment |= {"PYTHONPATH": PATHS, "LANNER_ADDRESS": self.api.address, "TERM": "xterm"}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "lanner_console", *words),
            env=environment | changes,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
        )

    async def run(self, *words: str, **changes: str) -> str:
        process = await self.start(*words, **changes)
        await asyncio.wait_for(process.wait(), 30)
        return self.text()

    def text(self) -> str:
        while True:
            try:
                self.written += os.read(self.master, 65_536)
            except BlockingIOError:
                return self.written.decode().replace("\r\n", "\n")

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())


@pytest.fixture
async def screen(api: FakeApi) -> AsyncIterator[Screen]:
    master, slave = pty.openpty()
    os.set_blocking(master, False)
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    yield Screen(api, master, slave)
    os.close(master)
    os.close(slave)


async def test_a_table_is_coloured_and_fits_the_screen(api: FakeApi, screen: Screen) -> None:
    api.add_execution(make_execution("e1", state_pb2.STATE_FAILED, error="x" * 200))

    coloured = await screen.run("execution", "list")
    screen.written.clear()
    plain = await screen.run("execution", "list", NO_COLOR="1")

    assert "\x1b[31m✖ FAILED\x1b[0m" in coloured
    assert " ago" in plain
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= COLUMNS


async def test_a_watch_draws_in_place_and_leaves_its_last_frame(
    api: FakeApi, screen: Screen
) -> None:
    execution = api.add_execution(make_execution("e1", state_pb2.STATE_RUNNING))
    execution.task_runs.append(make_task_run("load", state_pb2.STATE_RUNNING))

    process = await screen.start("execution", "watch", "e1")
    await eventually(lambda: "RUNNING" in screen.text() and api.state.open_streams == 1, 20)
    execution.task_runs[0].CopyFrom(make_task_run("load", state_pb2.STATE_SUCCESS))
    execution.summary.state = state_pb2.STATE_SUCCESS
    api.state.notify()
    await asyncio.wait_for(process.wait(), 20)

    first, _, last = screen.text().rpartition("\x1b[3A")
    assert "▶ RUNNING" in first
    assert "✔ SUCCESS  execution e1" in last
    assert "RUNNING" not in last


async def test_a_question_is_answered_by_typing_the_name(api: FakeApi, screen: Screen) -> None:
    api.add_flow(make_flow())

    refused = await screen.start("flow", "delete", "company.etl/load_orders")
    await eventually(lambda: "type company.etl/load_orders to delete:" in screen.text(), 20)
    screen.type("yes\n")
    await asyncio.wait_for(refused.wait(), 20)
    assert (refused.returncode, len(api.state.flows)) == (2, 1)

    screen.written.clear()
    done = await screen.start("flow", "delete", "company.etl/load_orders")
    await eventually(lambda: "to delete:" in screen.text(), 20)
    screen.type("company.etl/load_orders\n")
    await asyncio.wait_for(done.wait(), 20)
    assert (done.returncode, len(api.state.flows)) == (0, 0)


async def test_no_input_means_no_question(api: FakeApi, screen: Screen) -> None:
    api.add_flow(make_flow())

    said = await screen.run("flow", "delete", "company.etl/load_orders", LANNER_NO_INPUT="1")

    assert "give --yes" in said
    assert len(api.state.flows) == 1
