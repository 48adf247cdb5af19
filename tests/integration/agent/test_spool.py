from __future__ import annotations

import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lanner_agent.disk import Disk
from lanner_agent.errors import ProtocolViolation
from lanner_agent.ids import AttemptId
from lanner_agent.reports import Accepted, EndState, Finished, LogLine, Logs
from lanner_agent.spool import Spool
from lanner_agent.spool_files import SegmentFile, SpoolFiles
from lanner_agent.spool_limits import SpoolLimits
from lanner_agent.spool_record import Progress
from lanner_agent.tasks.contract import LogLevel
from lanner_proto.v1 import agent_pb2

NOW = datetime(2026, 1, 5, tzinfo=UTC)
ONE, TWO = AttemptId("attempt-1"), AttemptId("attempt-2")
SMALL = SpoolLimits(disk_bytes=20_000, segment_bytes=4_000, reserve_bytes=1)


class Opened:
    """A spool and what it left behind elsewhere."""

    def __init__(self, files: SpoolFiles, disk: Disk, limits: SpoolLimits) -> None:
        self.kept: dict[AttemptId, Progress] = {}
        self.disk = disk
        self.spool = Spool(files, disk, limits, self.kept.update)
        self.progress = self.spool.load()
        self.spool.linked(0)

    async def written(self) -> None:
        await self.disk.write(lambda: None)

    async def sent(self) -> list[tuple[int, agent_pb2.AgentMessage]]:
        """Take everything that is in line."""
        messages = []
        while taken := await self.spool.next_to_send():
            messages.append((taken[0], agent_pb2.AgentMessage.FromString(taken[1])))
        return messages

    async def sent_kinds(self) -> list[tuple[int, str]]:
        return [(number, sent.WhichOneof("message") or "") for number, sent in await self.sent()]

    def log(self, first_line: int, attempt_id: AttemptId = ONE, *, size: int = 900) -> None:
        line = LogLine(at=NOW, level=LogLevel.INFO, text=f"{first_line}:" + "x" * size)
        progress = Progress(last_line=first_line, command_lines=first_line)
        self.spool.append(
            Logs(attempt_id=attempt_id, first_line=first_line, lines=[line]), progress
        )

    def finish(self, attempt_id: AttemptId = ONE) -> None:
        self.spool.append(Finished(attempt_id=attempt_id, state=EndState.SUCCESS, at=NOW))


def segment_sizes(folder: Path) -> list[int]:
    return [path.stat().st_size for path in folder.glob("*.seg")]


def tear(folder: Path, lost_bytes: int) -> None:
    (segment,) = folder.glob("*.seg")
    segment.write_bytes(segment.read_bytes()[:-lost_bytes])


@asynccontextmanager
async def opened(
    folder: Path, limits: SpoolLimits | None = None, files: SpoolFiles | None = None
) -> AsyncIterator[Opened]:
    async with Disk() as disk:
        own = Opened(files or SpoolFiles(folder), disk, limits or SpoolLimits(reserve_bytes=1))
        yield own
        own.spool.close()


async def test_reports_are_numbered_in_the_order_they_were_made(tmp_path: Path) -> None:
    async with opened(tmp_path) as own:
        own.spool.append(Accepted(attempt_id=ONE))
        own.log(1)
        own.finish()

        assert await own.sent_kinds() == [(1, "accepted"), (2, "logs"), (3, "finished")]


async def test_a_new_session_gets_what_is_not_acknowledged_with_the_same_numbers(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as own:
        own.spool.append(Accepted(attempt_id=ONE))
        own.log(1)
        await own.sent()
        own.finish()
        own.spool.acknowledge(1)
        own.spool.linked(1)

        assert await own.sent_kinds() == [(2, "logs"), (3, "finished")]


async def test_a_coordinator_that_restarted_gets_the_rest_numbered_from_the_beginning(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as own:
        own.spool.append(Accepted(attempt_id=ONE))
        own.log(1)
        await own.sent()
        own.finish()
        own.spool.acknowledge(1)
        own.spool.linked(0)

        assert await own.sent_kinds() == [(1, "logs"), (2, "finished")]
        own.spool.acknowledge(2)
        await own.spool.emptied()


async def test_acknowledging_what_was_never_sent_breaks_the_rules(tmp_path: Path) -> None:
    async with opened(tmp_path) as own:
        own.finish()

        with pytest.raises(ProtocolViolation, match="only 0 were sent"):
            own.spool.acknowledge(1)


async def test_reports_outlive_the_process_and_are_numbered_anew(tmp_path: Path) -> None:
    async with opened(tmp_path) as own:
        own.spool.append(Accepted(attempt_id=ONE))
        own.log(1)
        own.finish()
        await own.sent()
        own.spool.acknowledge(1)

    async with opened(tmp_path) as own:
        assert await own.sent_kinds() == [(1, "logs"), (2, "finished")]
        assert own.spool.finished_attempt_ids() == {ONE}


@pytest.mark.parametrize("lost_bytes", [1, 20, 40])
async def test_a_torn_last_record_is_cut_off_and_writing_goes_on(
    tmp_path: Path, lost_bytes: int
) -> None:
    async with opened(tmp_path) as own:
        own.spool.append(Accepted(attempt_id=ONE))
        own.spool.append(Accepted(attempt_id=TWO))
    tear(tmp_path, lost_bytes)

    async with opened(tmp_path) as own:
        own.finish()
    async with opened(tmp_path) as own:
        assert await own.sent_kinds() == [(1, "accepted"), (2, "finished")]


async def test_how_far_logs_are_is_known_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as own:
        own.log(1)
        own.log(2)
        own.log(1, TWO)
        await own.sent()
        own.spool.acknowledge(3)

    async with opened(tmp_path) as own:
        assert own.progress == {
            ONE: Progress(last_line=2, command_lines=2),
            TWO: Progress(last_line=1, command_lines=1),
        }


async def test_acknowledged_segments_are_deleted_after_their_progress_is_kept(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, SMALL) as own:
        for line in range(1, 11):
            own.log(line)
        await own.sent()
        own.spool.acknowledge(10)
        await own.written()

        assert len(segment_sizes(tmp_path)) <= 1
        assert own.kept[ONE].last_line >= 8


async def test_a_full_spool_drops_the_oldest_logs_and_counts_them(tmp_path: Path) -> None:
    async with opened(tmp_path, SMALL) as own:
        own.spool.append(Accepted(attempt_id=ONE))
        for line in range(1, 101):
            own.log(line)
        own.finish()
        messages = [message for _, message in await own.sent()]

        logs = [message.logs for message in messages if message.HasField("logs")]
        dropped = sum(batch.dropped_count for batch in logs)
        lines = [line for batch in logs for line in batch.lines]
        assert dropped > 50
        assert dropped + len(lines) == 100
        assert lines[-1].text.startswith("100:")
        assert messages[0].HasField("accepted")
        assert messages[-1].HasField("finished")
        await own.written()
        assert sum(segment_sizes(tmp_path)) <= SMALL.disk_bytes


async def test_dropped_lines_stand_right_before_the_next_line(tmp_path: Path) -> None:
    async with opened(tmp_path, SMALL) as own:
        for line in range(1, 101):
            own.log(line)
        next_line = 1
        for _, message in await own.sent():
            assert message.logs.first_line == next_line + message.logs.dropped_count
            next_line = message.logs.first_line + len(message.logs.lines)

        assert next_line == 101


async def test_the_numbers_of_what_is_left_have_no_gap(tmp_path: Path) -> None:
    async with opened(tmp_path, SMALL) as own:
        for line in range(1, 101):
            own.log(line)
        numbers = [number for number, _ in await own.sent()]

        assert numbers == list(range(1, len(numbers) + 1))


async def test_dropped_lines_are_still_counted_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path, SMALL) as own:
        for line in range(1, 101):
            own.log(line)

    async with opened(tmp_path, SMALL) as own:
        logs = [message.logs for _, message in await own.sent()]
        assert sum(len(batch.lines) + batch.dropped_count for batch in logs) == 100
        assert own.progress[ONE].last_line == 100


async def test_results_are_never_dropped(tmp_path: Path) -> None:
    async with opened(tmp_path, SMALL) as own:
        for number in range(500):
            own.log(1, AttemptId(f"attempt-{number}"), size=200)
            own.finish(AttemptId(f"attempt-{number}"))

        kinds = await own.sent_kinds()
        assert [kind for _, kind in kinds].count("finished") == 500


async def test_what_was_sent_already_is_not_dropped(tmp_path: Path) -> None:
    async with opened(tmp_path, SMALL) as own:
        own.log(1)
        await own.sent()
        for line in range(2, 101):
            own.log(line)
        own.spool.linked(1)

        number, first = (await own.sent())[0]
        assert number == 1
        assert first.logs.lines[0].text.startswith("1:")


async def test_reports_that_are_not_in_memory_are_read_from_disk(tmp_path: Path) -> None:
    limits = SpoolLimits(memory_bytes=2_000, reserve_bytes=1)
    async with opened(tmp_path, limits) as own:
        for line in range(1, 51):
            own.log(line)
        await own.written()

        texts = [message.logs.lines[0].text for _, message in await own.sent()]
        assert texts == [f"{line}:" + "x" * 900 for line in range(1, 51)]


async def test_no_more_than_the_window_is_sent_without_an_acknowledgement(tmp_path: Path) -> None:
    limits = SpoolLimits(window_bytes=5_000, reserve_bytes=1)
    async with opened(tmp_path, limits) as own:
        for line in range(1, 51):
            own.log(line)
        first = len(await own.sent())
        own.spool.acknowledge(first)
        second = len(await own.sent())

        assert first == second == 6


async def test_forgotten_attempts_are_not_reported(tmp_path: Path) -> None:
    async with opened(tmp_path) as own:
        own.log(1, ONE)
        own.log(1, TWO)
        own.finish(ONE)
        own.spool.forget([ONE])

        assert await own.sent_kinds() == [(1, "logs")]
        own.spool.acknowledge(1)
        await own.spool.emptied()


async def test_a_slow_coordinator_leaves_no_room_for_logs_until_it_acknowledges(
    tmp_path: Path,
) -> None:
    limits = SpoolLimits(live_backlog_bytes=3_000, reserve_bytes=1)
    async with opened(tmp_path, limits) as own:
        for line in range(1, 6):
            own.log(line)
        await own.sent()
        await own.written()
        waits = own.spool.room_for_logs()
        assert not _ends_at_once(waits)

        own.spool.acknowledge(4)

        await own.spool.room_for_logs()


async def test_without_a_link_there_is_always_room(tmp_path: Path) -> None:
    limits = SpoolLimits(live_backlog_bytes=3_000, reserve_bytes=1)
    async with opened(tmp_path, limits) as own:
        own.spool.unlinked()
        for line in range(1, 6):
            own.log(line)

        await own.spool.room_for_logs()


def _ends_at_once(coroutine: object) -> bool:
    """Whether a coroutine ends without waiting for anything."""
    assert hasattr(coroutine, "send")
    try:
        coroutine.send(None)
    except StopIteration:
        return True
    assert hasattr(coroutine, "close")
    coroutine.close()
    return False


class FullDisk(SpoolFiles):
    """Has room for results only, in the space that is reserved for them."""

    def append(self, segment: int, content: bytes, *, use_reserve: bool) -> tuple[SegmentFile, int]:
        if not use_reserve:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().append(segment, content, use_reserve=use_reserve)


async def test_on_a_full_disk_logs_are_counted_and_results_are_kept(tmp_path: Path) -> None:
    async with opened(tmp_path, files=FullDisk(tmp_path)) as own:
        own.log(1)
        own.log(2)
        own.finish()
        await own.written()
        messages = [message for _, message in await own.sent()]

    assert [message.logs.dropped_count for message in messages[:2]] == [1, 1]
    assert messages[2].HasField("finished")
    async with opened(tmp_path) as own:
        assert await own.sent_kinds() == [(1, "finished")]
