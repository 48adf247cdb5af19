"""Kept results."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from lanner_coordinator.engine.state import State
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit, FlowRecord
from lanner_coordinator.store.result_records import ResultRecord
from tests.contract.store.samples import at


def a_result(
    key: str, *, flow_id: str = "nightly", kept_at: datetime | None = None
) -> ResultRecord:
    return ResultRecord(
        key=key,
        namespace="company",
        flow_id=flow_id,
        task_id="load",
        task_run_id=f"E-{key}",
        state=State.SUCCESS,
        outputs='{"value":"ä"}',
        kept_at=kept_at or at(1),
    )


async def test_a_result_is_found_by_its_key_and_replaced(store: Store) -> None:
    newer = replace(a_result("a"), outputs="{}", kept_at=at(2), expires_at=at(3))
    await store.commit(Commit(results=[a_result("a"), a_result("b")]))
    assert await store.result("a") == a_result("a")

    await store.commit(Commit(results=[newer]))

    assert await store.result("a") == newer
    assert await store.result("b") == a_result("b")
    assert await store.result("c") is None


async def test_task_runs_lend_the_files_of_their_results(store: Store) -> None:
    lent = [replace(a_result(key), has_files=True) for key in ("b", "a")]

    await store.commit(Commit(results=[*lent, a_result("c")]))

    assert await store.lending_runs() == ["E-a", "E-b"]


async def test_expired_results_are_dropped_and_the_oldest_beyond_a_limit(store: Store) -> None:
    results = [a_result(key, kept_at=at(minute)) for minute, key in enumerate("abcd")]
    results[3] = replace(results[3], expires_at=at(10))
    await store.commit(Commit(results=results))

    assert await store.drop_results(at(9), limit=9) == 0
    assert await store.drop_results(at(10), limit=2) == 2

    found = {key: await store.result(key) for key in "abcd"}
    assert [key for key, one in found.items() if one is not None] == ["b", "c"]


async def test_the_results_of_a_flow_go_with_it(store: Store) -> None:
    others = a_result("b", flow_id="other")
    await store.commit(Commit(results=[a_result("a"), others], flows=[a_revision(1)]))

    await store.commit(Commit(flows=[a_revision(2, is_deleted=True)]))

    assert await store.result("a") is None
    assert await store.result("b") == others


def a_revision(revision: int, *, is_deleted: bool = False) -> FlowRecord:
    return FlowRecord(
        namespace="company",
        flow_id="nightly",
        revision=revision,
        source="id: nightly\n",
        applied_at=at(revision),
        applied_by="uid 1",
        is_deleted=is_deleted,
    )
