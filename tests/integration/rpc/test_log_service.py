from __future__ import annotations

from contextlib import aclosing

import pytest

from lanner_proto.client import Client
from lanner_proto.errors import InvalidInput, NotFound
from lanner_proto.v1 import log_pb2, state_pb2
from tests.support.services_stage import Services

THREE_LINES = "\n".join(
    f"  - {{id: t{number}, type: core.log.Log, message: line {number}, level: {level}}}"
    for number, level in enumerate(("INFO", "WARN", "ERROR"))
)
SOURCE = f"id: nightly\nnamespace: company\ntasks:\n{THREE_LINES}\n"


def query(
    execution_id: str,
    min_level: state_pb2.LogLevel.ValueType = state_pb2.LOG_LEVEL_UNSPECIFIED,
) -> log_pb2.LogQuery:
    return log_pb2.LogQuery(execution_id=execution_id, min_level=min_level)


async def logged(on: Services) -> str:
    await on.apply(SOURCE)
    return await on.create()


async def test_stored_lines_are_listed_with_level_and_task(client: Client, on: Services) -> None:
    execution_id = await logged(on)

    response = await client.list_logs(query(execution_id))

    assert [(line.task_id, line.level, line.text) for line in response.entries] == [
        ("t0", state_pb2.LOG_LEVEL_INFO, "line 0"),
        ("t1", state_pb2.LOG_LEVEL_WARN, "line 1"),
        ("t2", state_pb2.LOG_LEVEL_ERROR, "line 2"),
    ]
    assert response.total_count == 3


async def test_lines_of_nobody_are_not_found(client: Client) -> None:
    with pytest.raises(NotFound):
        await client.list_logs(query("X9"))


async def test_too_many_lines_are_not_given_at_once(client: Client, on: Services) -> None:
    execution_id = await logged(on)

    with pytest.raises(InvalidInput, match="between 0 and 10000"):
        await client.list_logs(query(execution_id), limit=10_001)


async def test_a_followed_log_of_an_ended_execution_ends_by_itself(
    client: Client, on: Services
) -> None:
    execution_id = await logged(on)
    async with aclosing(
        client.follow_logs(query(execution_id, state_pb2.LOG_LEVEL_WARN))
    ) as stream:
        lines: list[log_pb2.LogEntry] = [line async for line in stream]

    assert [line.text for line in lines] == ["line 1", "line 2"]
    assert lines[0].position < lines[1].position


async def test_following_nobody_is_not_found(client: Client) -> None:
    with pytest.raises(NotFound):
        await anext(client.follow_logs(query("X9")))
