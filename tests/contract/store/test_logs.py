from __future__ import annotations

import dataclasses

import pytest

from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit, LogPurge, LogQuery
from tests.contract.store.samples import a_line, a_summary, an_archive, an_id, archived, at

OF_FIRST = LogQuery(execution_id=an_id(1))


async def positions(store: Store, query: LogQuery) -> list[int]:
    return [line.position for line in await store.logs(query, after=0, limit=100)]


async def test_lines_come_back_as_they_were(store: Store) -> None:
    lines = [
        a_line(1, text='quote " back \\ nul \x00 tab \t bell \x07 snow ☃ clef 𝄞'),
        dataclasses.replace(
            a_line(2, text=""), task_run_id="", task_id="", attempt_id="", attempt_number=0
        ),
        dataclasses.replace(a_line(3, level="ERROR"), is_late=True),
    ]

    await store.commit(Commit(logs=lines))

    assert await store.logs(OF_FIRST, after=0, limit=10) == lines


async def test_lines_of_one_execution_follow_a_position(store: Store) -> None:
    await store.commit(Commit(logs=[a_line(number, execution=number % 2) for number in range(20)]))

    lines = await store.logs(OF_FIRST, after=5, limit=3)

    assert [line.position for line in lines] == [7, 9, 11]


async def test_the_last_lines_are_in_order(store: Store) -> None:
    await store.commit(Commit(logs=[a_line(number, execution=number % 2) for number in range(20)]))

    lines = await store.last_logs(OF_FIRST, limit=3)

    assert [line.position for line in lines] == [15, 17, 19]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (OF_FIRST, [1, 2, 3, 4]),
        (dataclasses.replace(OF_FIRST, task_id="load"), [1, 2]),
        (dataclasses.replace(OF_FIRST, task_run_id="run-save-2"), [4]),
        (dataclasses.replace(OF_FIRST, min_level="INFO"), [1, 3, 4]),
        (dataclasses.replace(OF_FIRST, min_level="ERROR"), [4]),
        (dataclasses.replace(OF_FIRST, text="ROW_"), [2]),
        (dataclasses.replace(OF_FIRST, text="100%"), [3]),
        (dataclasses.replace(OF_FIRST, task_id="save", min_level="WARN", text="x"), [4]),
    ],
)
async def test_queries_choose_lines(store: Store, query: LogQuery, expected: list[int]) -> None:
    await store.commit(
        Commit(
            logs=[
                a_line(1),
                a_line(2, level="DEBUG", text="row_5"),
                a_line(3, task="save", level="WARN", text="100% done, row 5"),
                a_line(4, task="save", attempt=2, level="ERROR", text="X failed"),
                a_line(5, execution=2),
            ]
        )
    )

    assert await positions(store, query) == expected
    assert await store.count_logs(query) == len(expected)


async def test_the_last_line_of_attempts_is_known(store: Store) -> None:
    await store.commit(Commit(logs=[a_line(1, line=1), a_line(2, line=2), a_line(3, attempt=2)]))
    await store.commit(Commit(logs=[a_line(4, task="save", line=9)]))

    last = await store.last_lines(["attempt-load-1", "attempt-save-1", "attempt-none-1"])

    assert last == {"attempt-load-1": 2, "attempt-save-1": 9}


async def test_the_last_position_is_zero_without_lines(store: Store) -> None:
    assert await store.last_log_position() == 0


async def test_the_last_position_is_that_of_the_newest_line(store: Store) -> None:
    await store.commit(Commit(logs=[a_line(7), a_line(8)]))

    assert await store.last_log_position() == 8


@pytest.mark.parametrize(
    ("purge", "left"),
    [
        (LogPurge(), []),
        (LogPurge(execution_ids=(an_id(1),)), [3, 4]),
        (LogPurge(levels=("ERROR",)), [1, 3, 4]),
        (LogPurge(until=at(2)), [3, 4]),
        (LogPurge(since=at(3)), [1, 2]),
        (LogPurge(namespace="company"), [4]),
        (LogPurge(namespace="comp"), [1, 2, 3, 4]),
        (LogPurge(namespace="company.team", flow_id="etl"), [3, 4]),
        (LogPurge(flow_id="other"), [1, 2, 4]),
    ],
)
async def test_lines_are_dropped_and_executions_stay(
    store: Store, purge: LogPurge, left: list[int]
) -> None:
    ended = [an_archive(1), archived(a_summary(2, flow_id="other"))]
    lines = [
        dataclasses.replace(a_line(1, execution=1), at=at(1)),
        dataclasses.replace(a_line(2, execution=1, level="ERROR"), at=at(2)),
        dataclasses.replace(a_line(3, execution=2), at=at(3)),
        dataclasses.replace(a_line(4, execution=3), at=at(4)),
    ]
    await store.commit(Commit(ended=ended, logs=lines))

    count = await store.purge_logs(purge)

    kept = [
        position
        for number in (1, 2, 3)
        for position in await positions(store, LogQuery(execution_id=an_id(number)))
    ]
    assert kept == left
    assert count == len(lines) - len(left)
    assert await store.execution_ids("", 10) == [an_id(1), an_id(2)]
