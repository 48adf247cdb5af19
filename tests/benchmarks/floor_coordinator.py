"""The bare architecture's coordinator.

A stream to one agent, a DuckDB journal with group commit, and nothing else.

`python -m tests.benchmarks.floor_coordinator SOCKET DATABASE`
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import duckdb
import grpc
import grpc.aio
import msgspec

from tests.benchmarks.floor_wire import SERVICE, Message, decode, encode

INSERT = "INSERT INTO journal SELECT unnest(from_json(?, '[\"VARCHAR\"]')) AS record"


class Journal:
    """Commits what has arrived while the last commit was written."""

    def __init__(self, path: str) -> None:
        self._connection = duckdb.connect(path)
        self._connection.execute("CREATE TABLE IF NOT EXISTS journal (record VARCHAR)")
        self._thread = ThreadPoolExecutor(1)
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._arrived = asyncio.Event()

    async def append(self, record: str) -> None:
        """Make one record durable."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((record, future))
        self._arrived.set()
        await future

    async def run(self) -> None:
        """Write, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            group, self._waiting = self._waiting, []
            if not group:
                continue
            records = msgspec.json.encode([record for record, _ in group]).decode()
            await loop.run_in_executor(self._thread, self._write, records)
            for _, future in group:
                future.set_result(None)

    def _write(self, records: str) -> None:
        self._connection.execute(INSERT, [records])


class Floor:
    """Runs executions: natively, or as processes on the agent."""

    def __init__(self, journal: Journal, readers: asyncio.TaskGroup) -> None:
        self._journal = journal
        self._readers = readers
        self._to_agent: asyncio.Queue[Message] = asyncio.Queue()
        self._ends: dict[int, asyncio.Future[float]] = {}
        self._next_id = 0

    async def run(self, request: Message, context: object) -> Message:
        """One execution, to its end."""
        count = int(str(request["tasks"]))
        await self._journal.append("created")
        began = time.monotonic()
        if request["kind"] == "native":
            await self._journal.append("ended " * count)
            return {"started_after_seconds": time.monotonic() - began}
        if request["is_parallel"]:
            async with asyncio.TaskGroup() as tasks:
                ends = [tasks.create_task(self._task()) for _ in range(count)]
            started = min(end.result() for end in ends)
        else:
            started = await self._task()
            for _ in range(count - 1):
                await self._task()
        return {"started_at": started}

    async def session(
        self, requests: AsyncIterator[Message], context: object
    ) -> AsyncIterator[Message]:
        """The agent's stream."""
        reading = self._readers.create_task(self._read(requests))
        try:
            while True:
                yield await self._to_agent.get()
        finally:
            reading.cancel()

    async def _task(self) -> float:
        self._next_id += 1
        number = self._next_id
        future = asyncio.get_running_loop().create_future()
        self._ends[number] = future
        await self._to_agent.put({"attempt": number})
        started: float = await future
        await self._journal.append("finished")
        return started

    async def _read(self, requests: AsyncIterator[Message]) -> None:
        async for report in requests:
            future = self._ends.pop(int(str(report["attempt"])))
            future.set_result(float(str(report["started_at"])))


async def serve(socket: str, database: str) -> None:
    """Serve until killed."""
    async with asyncio.TaskGroup() as tasks:
        journal = Journal(database)
        server = _server(socket, Floor(journal, tasks))
        await server.start()
        await journal.run()


def _server(socket: str, floor: Floor) -> grpc.aio.Server:
    server = grpc.aio.server()
    handlers = {
        "Run": grpc.unary_unary_rpc_method_handler(
            floor.run, request_deserializer=decode, response_serializer=encode
        ),
        "Session": grpc.stream_stream_rpc_method_handler(
            floor.session, request_deserializer=decode, response_serializer=encode
        ),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    server.add_insecure_port(f"unix:{socket}")
    return server


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
