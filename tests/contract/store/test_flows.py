from __future__ import annotations

from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit
from tests.contract.store.samples import a_flow


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
