from __future__ import annotations

import asyncio

from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit
from tests.contract.store.samples import a_flow, a_summary, archived


async def test_current_flows_are_the_newest_revisions_in_order(store: Store) -> None:
    await store.commit(Commit(flows=[a_flow("b", 1), a_flow("a", 1), a_flow("a", 2)]))
    await store.commit(Commit(flows=[a_flow("c", 1, namespace="abc"), a_flow("b", 2)]))

    current = await store.current_flows()

    assert current == [a_flow("c", 1, namespace="abc"), a_flow("a", 2), a_flow("b", 2)]


async def test_a_deleted_flow_is_not_current_but_keeps_its_revisions(store: Store) -> None:
    gone = a_flow("a", 2, is_deleted=True)
    await store.commit(Commit(flows=[a_flow("a", 1), gone]))

    assert await store.current_flows() == []
    assert await store.flow_revisions("company", "a") == [gone, a_flow("a", 1)]
    assert await store.flow_revision("company", "a", 1) == a_flow("a", 1)


async def test_a_flow_that_comes_back_is_current(store: Store) -> None:
    await store.commit(Commit(flows=[a_flow("a", 1), a_flow("a", 2, is_deleted=True)]))

    await store.commit(Commit(flows=[a_flow("a", 3)]))

    assert await store.current_flows() == [a_flow("a", 3)]


async def test_revision_zero_is_the_newest(store: Store) -> None:
    await store.commit(Commit(flows=[a_flow("a", 1), a_flow("a", 2)]))

    assert await store.flow_revision("company", "a", 0) == a_flow("a", 2)
    assert await store.flow_revision("company", "a", 3) is None
    assert await store.flow_revision("company", "b", 0) is None


async def test_removed_revisions_are_gone_and_numbers_go_on(store: Store) -> None:
    await store.commit(Commit(flows=[a_flow("a", number) for number in (1, 2, 3)]))
    await store.commit(Commit(flows=[a_flow("b", 1)]))

    await store.commit(Commit(removed_revisions=[("company", "a", 1), ("company", "a", 2)]))

    assert await store.flow_revisions("company", "a") == [a_flow("a", 3)]
    assert await store.flow_revision("company", "a", 1) is None
    assert await store.flow_revisions("company", "b") == [a_flow("b", 1)]
    await store.commit(Commit(flows=[a_flow("a", 4)]))
    assert await store.flow_revisions("company", "a") == [a_flow("a", 4), a_flow("a", 3)]


async def test_a_revision_may_be_stored_and_removed_in_one_go(store: Store) -> None:
    await store.commit(Commit(flows=[a_flow("a", 1), a_flow("a", 2)]))
    await asyncio.gather(
        store.commit(Commit(flows=[a_flow("a", 3)])),
        store.commit(Commit(removed_revisions=[("company", "a", 2)])),
    )

    assert await store.flow_revisions("company", "a") == [a_flow("a", 3), a_flow("a", 1)]


async def test_the_revisions_that_executions_are_of_are_told(store: Store) -> None:
    summaries = [
        a_summary(1, flow_revision=3),
        a_summary(2, flow_revision=1),
        a_summary(3, flow_revision=3),
        a_summary(4, flow_revision=2, flow_id="other"),
        a_summary(5, flow_revision=2, namespace="company"),
    ]
    await store.commit(Commit(ended=[archived(summary) for summary in summaries]))

    assert await store.executed_revisions("company.team", "etl") == [1, 3]
    assert await store.executed_revisions("company", "none") == []
