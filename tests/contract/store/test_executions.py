from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.store.filter import ExecutionFilter, parse_filter
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit, ExecutionSummary
from tests.contract.store.samples import START, a_summary, an_archive, an_id, archived, at

ALL = ExecutionFilter()


async def put(store: Store, *summaries: ExecutionSummary) -> None:
    await store.commit(Commit(ended=[archived(summary) for summary in summaries]))


async def ids(store: Store, text: str, *, sort: str = "created") -> list[int]:
    """Numbers of the executions that match, in order."""
    found = await store.find_executions(parse_filter(text, at(60)), sort=sort, limit=100, offset=0)
    return [int(summary.id) for summary in found]


async def test_an_unknown_execution_is_absent(store: Store) -> None:
    assert await store.execution(an_id(1)) is None


async def test_an_archived_execution_comes_back_as_it_was(store: Store) -> None:
    summary = a_summary(
        1,
        state=State.FAILED,
        started_at=at(1) + timedelta(microseconds=1),
        ended_at=at(3) + timedelta(microseconds=999_999),
        labels={"env": "prod", "ünï": 'a "b" \\ c'},
        trigger="schedule",
        failed_task_id="load",
        error="it's 100 % wrong\t\u0000 ☃ 𝄞",
    )

    await put(store, summary)

    assert await store.execution(an_id(1)) == archived(summary)
    assert await store.find_executions(ALL, sort="created", limit=1, offset=0) == [summary]


async def test_an_execution_that_never_started_has_no_start(store: Store) -> None:
    await put(store, a_summary(1, started_at=None))

    assert await store.execution(an_id(1)) == archived(a_summary(1, started_at=None))


async def test_ids_are_found_by_their_start_in_order(store: Store) -> None:
    await put(store, *(a_summary(number) for number in (30, 12, 11, 10)))
    prefix = an_id(10)[:-1]

    assert await store.execution_ids(prefix, 10) == [an_id(10), an_id(11), an_id(12)]
    assert await store.execution_ids(prefix, 2) == [an_id(10), an_id(11)]
    assert await store.execution_ids("x", 10) == []


async def test_a_page_is_a_part_of_the_sorted_list(store: Store) -> None:
    await put(store, *(a_summary(number) for number in range(1, 8)))

    page = await store.find_executions(ALL, sort="-created", limit=3, offset=2)

    assert [int(summary.id) for summary in page] == [5, 4, 3]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("created", [1, 2, 3, 4]),
        ("-created", [4, 3, 2, 1]),
        ("started", [4, 1, 3, 2]),
        ("-started", [3, 1, 4, 2]),
        ("ended", [2, 1, 4, 3]),
        ("-ended", [3, 4, 1, 2]),
        ("duration", [3, 1, 4, 2]),
        ("-duration", [4, 1, 3, 2]),
        ("flow", [3, 4, 1, 2]),
        ("-flow", [2, 1, 4, 3]),
        ("state", [2, 4, 1, 3]),
        ("-state", [3, 1, 4, 2]),
    ],
)
async def test_executions_are_sorted_with_missing_dates_last(
    store: Store, sort: str, order: list[int]
) -> None:
    await put(
        store,
        a_summary(1, flow_id="b", started_at=at(10), ended_at=at(20)),
        a_summary(2, flow_id="b", state=State.FAILED, started_at=None, ended_at=at(15)),
        a_summary(3, namespace="a", flow_id="z", started_at=at(30), ended_at=at(36)),
        a_summary(4, flow_id="a", state=State.FAILED, started_at=at(5), ended_at=at(30)),
    )

    assert await ids(store, "", sort=sort) == order


async def test_an_unknown_order_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match='cannot be sorted by "size"; known: created'):
        await store.find_executions(ALL, sort="-size", limit=1, offset=0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [1, 2, 3, 4]),
        ("state:FAILED,KILLED", [2, 3]),
        ("-state:FAILED,KILLED", [1, 4]),
        ("ns:company.team", [1, 2]),
        ("ns:company.*", [1, 2, 3]),
        ("flow:etl_?", [1, 2]),
        ('flow:"etl_*"', []),
        ("flow:100%", [4]),
        ("id:" + "0" * 21 + "3", [3]),
        ("label.env:prod", [1]),
        ("label.env:*", [1, 2]),
        ("-label.env:prod", [2, 3, 4]),
        ("label.other:*", []),
        ("started>=2026-11-20T06:03:00Z", [3]),
        ("-started>=2026-11-20T06:03:00Z", [1, 2, 4]),
        ("created>-58m", [3, 4]),
        ("ended<=2026-11-20T06:02:00Z", [1]),
        ("created:2026-11-20 created<2026-11-21", [1, 2, 3, 4]),
        ("created>2026-11-20", []),
        ("dur>30s", [2]),
        ("dur<=30s", [1, 3]),
        ("-dur>30s", [1, 3, 4]),
        ("rev:2", [3]),
        ("rev>1,12", [3]),
        ("attempts>2", [2]),
        ("trigger:schedule,backfill", [3]),
        ("task:lo*", [2]),
        ('error~"[Tt]imeout|refused$"', [2, 3]),
        ("error:TIMEOUT", [2]),
        ("error:con*refused", [3]),
        ("timeout", [2]),
        ("TEAM", [1, 2]),
        ("scope:user", [1, 2, 3]),
        ("scope:system", [4]),
        ("ns:company.team state:FAILED -rev:2", [2]),
    ],
)
async def test_filters_choose_executions(store: Store, text: str, expected: list[int]) -> None:
    await put(
        store,
        a_summary(1, flow_id="etl_a", labels={"env": "prod"}),
        a_summary(
            2,
            flow_id="etl_b",
            state=State.FAILED,
            labels={"env": "test"},
            ended_at=at(4),
            attempt_number=3,
            failed_task_id="load",
            error="connection Timeout",
        ),
        a_summary(
            3,
            namespace="company.web",
            flow_revision=2,
            state=State.KILLED,
            trigger="schedule",
            failed_task_id="fetch",
            error="Connection refused",
        ),
        a_summary(4, namespace="system", flow_id="100%", started_at=None),
    )

    assert await ids(store, text) == expected
    where = parse_filter(text, at(60))
    assert await store.count_executions(where) == len(expected)


async def test_the_last_execution_of_each_flow_is_the_newest(store: Store) -> None:
    await put(store, *(a_summary(number, flow_id="a") for number in (3, 1)))
    await put(store, a_summary(2, flow_id="b"), a_summary(5, namespace="x", flow_id="a"))

    last = await store.last_executions(
        [("company.team", "b"), ("company.team", "a"), ("company.team", "none")]
    )

    assert [int(summary.id) for summary in last] == [2, 3]
    assert await store.last_executions([]) == []


async def test_many_executions_in_one_commit_are_all_there(store: Store) -> None:
    await store.commit(Commit(ended=[an_archive(number) for number in range(5_000)]))

    assert await store.archived_count() == 5_000
    assert await store.count_executions(ALL) == 5_000


async def test_the_number_of_archived_executions_is_known_at_once(store: Store) -> None:
    for number in range(1, 40):
        await store.commit(Commit(ended=[an_archive(2 * number), an_archive(2 * number + 1)]))
        if number % 10 == 0:
            # A store that keeps tables has these in them by now.
            await store.count_executions(ALL)

        assert await store.archived_count() == 2 * number
    assert at(0) == START
