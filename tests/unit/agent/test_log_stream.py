from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from lanner_agent.ids import AttemptId
from lanner_agent.log_stream import LogStream
from lanner_agent.masking import Masker
from lanner_agent.reports import Logs
from lanner_agent.spool_record import Progress
from lanner_agent.tasks.contract import LogLevel

pytestmark = pytest.mark.looptime

NOW = datetime(2026, 1, 5, tzinfo=UTC)


class Spool:
    """Takes batches, and has room when the test says so."""

    def __init__(self) -> None:
        self.batches: list[tuple[float, Logs]] = []
        self.progress: list[Progress] = []
        self.has_room = asyncio.Event()
        self.has_room.set()
        self._begin = asyncio.get_running_loop().time()

    def send(self, logs: Logs, progress: Progress) -> None:
        after_seconds = asyncio.get_running_loop().time() - self._begin
        self.batches.append((round(after_seconds, 3), logs))
        self.progress.append(progress)

    async def room(self) -> None:
        await self.has_room.wait()

    @property
    def texts(self) -> list[str]:
        return [line.text for _, logs in self.batches for line in logs.lines]

    @property
    def shapes(self) -> list[tuple[float, int, int]]:
        """When each batch came, its first line and how many lines it has."""
        return [(at, logs.first_line, len(logs.lines)) for at, logs in self.batches]


def stream(
    spool: Spool,
    *,
    min_level: LogLevel = LogLevel.TRACE,
    secrets: tuple[str, ...] = (),
    shipped: Progress | None = None,
) -> LogStream:
    return LogStream(
        AttemptId("attempt-1"),
        min_level,
        Masker(secrets),
        spool.send,
        spool.room,
        shipped or Progress(),
    )


async def write(logs: LogStream, *texts: str, is_from_command: bool = False) -> None:
    for text in texts:
        await logs.write(NOW, LogLevel.INFO, text, is_from_command=is_from_command)


async def test_a_line_waits_fifty_milliseconds_for_others() -> None:
    spool = Spool()
    logs = stream(spool)

    await write(logs, "one")
    await asyncio.sleep(0.03)
    await write(logs, "two")
    await asyncio.sleep(1)
    await write(logs, "three")
    await asyncio.sleep(1)

    assert spool.shapes == [(0.05, 1, 2), (1.08, 3, 1)]


async def test_five_hundred_lines_go_at_once() -> None:
    spool = Spool()

    await write(stream(spool), *(f"line {number}" for number in range(1, 1002)))

    assert spool.shapes == [(0.0, 1, 500), (0.0, 501, 500)]


async def test_a_batch_is_at_most_a_megabyte() -> None:
    spool = Spool()

    await write(stream(spool), *("x" * 60_000 for _ in range(40)))

    assert [shape[2] for shape in spool.shapes] == [17, 17]


async def test_flushing_sends_what_waits() -> None:
    spool = Spool()
    logs = stream(spool)
    await write(logs, "one", "two")

    logs.flush()
    logs.flush()

    assert spool.shapes == [(0.0, 1, 2)]
    assert logs.last_line == 2


async def test_writing_waits_after_a_full_batch_while_the_spool_has_no_room() -> None:
    spool = Spool()
    logs = stream(spool)
    spool.has_room.clear()
    async with asyncio.TaskGroup() as group:
        writing = group.create_task(write(logs, *("x" for _ in range(600))))
        await asyncio.sleep(10)
        assert not writing.done()
        assert spool.shapes == [(0.0, 1, 500)]

        spool.has_room.set()

    logs.flush()
    assert len(spool.texts) == 600


async def test_lines_below_the_level_are_left_out_and_not_counted() -> None:
    spool = Spool()
    logs = stream(spool, min_level=LogLevel.INFO)

    await logs.write(NOW, LogLevel.DEBUG, "hidden")
    await logs.write(NOW, LogLevel.INFO, "shown")
    await logs.write(NOW, LogLevel.ERROR, "shown too")
    logs.flush()

    assert spool.texts == ["shown", "shown too"]
    assert logs.last_line == 2


async def test_texts_with_line_ends_become_several_lines() -> None:
    spool = Spool()
    logs = stream(spool)

    await write(logs, "one\ntwo\r\n\nfour")
    logs.flush()

    assert spool.texts == ["one", "two", "", "four"]


async def test_long_lines_come_in_pieces_of_at_most_64_kib() -> None:
    spool = Spool()
    logs = stream(spool)

    await write(logs, "ä" * 40_000)
    logs.flush()

    assert [len(text.encode()) for text in spool.texts] == [32_768, 32_768, 14_464]


async def test_secrets_are_masked() -> None:
    spool = Spool()
    logs = stream(spool, secrets=("hunter2",))

    await write(logs, "password hunter2")
    logs.flush()

    assert spool.texts == ["password ********"]


async def test_after_a_restart_lines_of_the_command_that_were_sent_are_left_out() -> None:
    spool = Spool()
    logs = stream(spool, shipped=Progress(last_line=3, command_lines=2))

    await write(logs, "first", "second", "third", "fourth", is_from_command=True)
    logs.flush()

    assert spool.shapes == [(0.0, 4, 2)]
    assert spool.texts == ["third", "fourth"]
    assert spool.progress == [Progress(last_line=5, command_lines=4)]


async def test_after_a_restart_lines_of_the_task_itself_are_sent() -> None:
    spool = Spool()
    logs = stream(spool, shipped=Progress(last_line=3, command_lines=2))

    await write(logs, "the task goes on")
    await write(logs, "first", "second", "third", is_from_command=True)
    logs.flush()

    assert spool.texts == ["the task goes on", "third"]
    assert spool.progress == [Progress(last_line=5, command_lines=3)]
