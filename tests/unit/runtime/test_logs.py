from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import pytest

from lanner_coordinator.runtime.agents.messages import Lines, LogLine
from lanner_coordinator.runtime.errors import NotFound
from lanner_coordinator.runtime.hub import FOLLOWED_LINES_LIMIT
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import LogQuery, LogRecord
from tests.support.services_stage import Services, flow_source, services
from tests.support.stage_agent import StageAgent


class Writer:
    """Writes lines of one attempt, through an agent."""

    def __init__(self, on: Services, agent: StageAgent, attempt_id: str) -> None:
        self._on = on
        self._agent = agent
        self._next = 1
        self.attempt_id = attempt_id

    async def write(self, *texts: str, level: str = "INFO") -> None:
        lines = [LogLine(at=self._on.clock.now(), level=level, text=text) for text in texts]
        await self._agent.say(Lines(attempt_id=self.attempt_id, first_line=self._next, lines=lines))
        self._next += len(texts)
        await self._agent.acknowledged(self._agent.sequence)

    async def finish(self) -> None:
        await self._agent.finish(self.attempt_id)


async def begun(on: Services) -> tuple[str, Writer]:
    await on.apply(flow_source())
    agent = await on.agent()
    execution_id = await on.create()
    return execution_id, Writer(on, agent, (await agent.assignment()).attempt_id)


async def follow(on: Services, query: LogQuery, after: int = 0) -> list[str]:
    return [line.text async for lines in on.logs.follow(query, after=after) for line in lines]


async def test_a_page_has_the_lines_after_a_position_and_the_count_of_all() -> None:
    async with services() as on:
        execution_id, writer = await begun(on)
        await writer.write("a", "b", "c", "d")
        query = LogQuery(execution_id=execution_id)
        first, total = await on.logs.page(query, after=0, limit=2)

        rest, _ = await on.logs.page(query, after=first[-1].position, limit=10)

        assert [line.text for line in first] == ["a", "b"]
        assert [line.text for line in rest] == ["c", "d"]
        assert total == 4


async def test_a_tail_has_the_last_lines_oldest_first() -> None:
    async with services() as on:
        execution_id, writer = await begun(on)
        await writer.write("a", "b", "c", "d")

        lines, total = await on.logs.page(
            LogQuery(execution_id=execution_id), after=0, limit=2, is_tail=True
        )

        assert ([line.text for line in lines], total) == (["c", "d"], 4)


async def test_logs_of_nobody_are_refused() -> None:
    async with services() as on:
        with pytest.raises(NotFound):
            await on.logs.page(LogQuery(execution_id="X9"), after=0, limit=10)
        with pytest.raises(NotFound):
            await follow(on, LogQuery(execution_id="X9"))


async def test_a_follower_gets_stored_and_new_lines_once_each_until_the_end() -> None:
    async with services() as on:
        execution_id, writer = await begun(on)
        await writer.write("before")
        async with asyncio.TaskGroup() as tasks:
            following = tasks.create_task(follow(on, LogQuery(execution_id=execution_id)))
            for number in range(20):
                await writer.write(f"{number}")
            await writer.finish()

        assert following.result() == ["before", *(f"{number}" for number in range(20))]


class SlowReads(MemoryStore):
    """A store that finishes reading logs when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = asyncio.Event()

    async def logs(self, query: LogQuery, *, after: int, limit: int) -> Sequence[LogRecord]:
        await self.goes_on.wait()
        return await super().logs(query, after=after, limit=limit)


async def test_a_line_that_is_written_while_the_store_is_read_comes_once() -> None:
    async with SlowReads() as store, services(store=store) as on:
        execution_id, writer = await begun(on)
        async with asyncio.TaskGroup() as tasks:
            following = tasks.create_task(follow(on, LogQuery(execution_id=execution_id)))
            await on.settle()
            await writer.write("meanwhile")
            store.goes_on.set()
            await writer.write("later")
            await writer.finish()

        assert following.result() == ["meanwhile", "later"]


async def test_a_follower_that_comes_back_goes_on_after_its_position() -> None:
    async with services() as on:
        execution_id, writer = await begun(on)
        query = LogQuery(execution_id=execution_id)
        await writer.write("a", "b")
        async with aclosing(on.logs.follow(query, after=0)) as pages:
            position = (await anext(pages))[0].position
        await writer.write("c")
        await writer.finish()
        await on.ended(execution_id)

        assert await follow(on, query, after=position) == ["b", "c"]


async def test_a_follower_gets_only_lines_that_match() -> None:
    async with services() as on:
        execution_id, writer = await begun(on)
        query = LogQuery(execution_id=execution_id, min_level="WARN", text="DISK")
        await writer.write("disk is full", level="ERROR")
        async with asyncio.TaskGroup() as tasks:
            following = tasks.create_task(follow(on, query))
            await on.settle()
            await writer.write("disk is fine", level="INFO")
            await writer.write("Disk is slow", level="WARN")
            await writer.write("net is slow", level="WARN")
            await writer.finish()

        assert following.result() == ["disk is full", "Disk is slow"]


async def test_a_follower_that_falls_behind_reads_on_from_the_store() -> None:
    async with services() as on:
        execution_id, writer = await begun(on)
        query = LogQuery(execution_id=execution_id)
        await writer.write("first")
        count = FOLLOWED_LINES_LIMIT + 5
        async with aclosing(on.logs.follow(query, after=0)) as pages:
            read = [line.text for line in await anext(pages)]
            for start in range(0, count, 2_000):
                stop = min(start + 2_000, count)
                await writer.write(*(f"{number}" for number in range(start, stop)))
            await writer.finish()
            await on.ended(execution_id)
            async for lines in pages:
                read.extend(line.text for line in lines)

        assert read == ["first", *(f"{number}" for number in range(count))]
