from __future__ import annotations

import dataclasses

import pytest

from lanner_coordinator.store.batch_records import (
    BatchItemRecord,
    BatchOutcome,
    BatchRecord,
    BatchStatus,
)
from lanner_coordinator.store.errors import StoreError
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import (
    AgentRecord,
    Commit,
    PendingKind,
    PendingRecord,
    RequestRecord,
)
from lanner_coordinator.store.trigger_records import (
    BackfillRecord,
    MetRecord,
    PollRecord,
    TriggerRecord,
    WindowRecord,
)
from tests.contract.store.samples import an_id, at


def a_trigger(flow_id: str, trigger_id: str = "daily") -> TriggerRecord:
    return TriggerRecord(namespace="company", flow_id=flow_id, trigger_id=trigger_id)


def a_batch(number: int, status: BatchStatus = BatchStatus.RUNNING) -> BatchRecord:
    return BatchRecord(
        id=an_id(number),
        act="retry",
        status=status,
        reason="db-2 was down",
        by="vetinari",
        created_at=at(number),
        ended_at=at(number + 1) if status is BatchStatus.ENDED else None,
        max_parallel=10,
        total_count=3,
        counts={BatchOutcome.WAITING: 2, BatchOutcome.FAILED: 1},
    )


def an_item(index: int, outcome: BatchOutcome = BatchOutcome.WAITING) -> BatchItemRecord:
    return BatchItemRecord(
        batch_id=an_id(1), index=index, execution_id=an_id(100 + index), outcome=outcome
    )


def a_request(key: str, number: int) -> RequestRecord:
    return RequestRecord(
        request_id=f"execution/{key}", result_id=an_id(number), created_at=at(number)
    )


async def test_a_request_is_known_by_its_key(store: Store) -> None:
    await store.commit(Commit(requests=[a_request("a", 1), a_request("b", 2)]))

    assert await store.request("execution/a", at(0)) == an_id(1)
    assert await store.request("execution/c", at(0)) is None


async def test_a_request_is_known_after_other_reads_too(store: Store) -> None:
    await store.commit(Commit(requests=[a_request("a", 1)]))
    await store.triggers()

    assert await store.request("execution/a", at(1)) == an_id(1)


async def test_a_request_that_is_too_old_does_not_count(store: Store) -> None:
    await store.commit(Commit(requests=[a_request("a", 1)]))

    assert await store.request("execution/a", at(1.5)) is None


async def test_recent_requests_come_newest_first(store: Store) -> None:
    await store.commit(Commit(requests=[a_request(key, n) for n, key in enumerate("abc")]))

    recent = await store.recent_requests(at(1), 10)

    assert [request.request_id for request in recent] == ["execution/c", "execution/b"]
    assert list(await store.recent_requests(at(0), 1)) == [a_request("c", 2)]


async def test_the_last_request_of_a_key_counts(store: Store) -> None:
    await store.commit(Commit(requests=[a_request("a", 1)]))
    await store.triggers()
    await store.commit(Commit(requests=[a_request("a", 2)]))
    await store.triggers()

    assert await store.request("execution/a", at(0)) == an_id(2)


async def test_triggers_are_in_order_and_replaced_by_key(store: Store) -> None:
    await store.commit(Commit(triggers=[a_trigger("b"), a_trigger("a", "z"), a_trigger("a")]))
    changed = dataclasses.replace(
        a_trigger("a"),
        is_disabled=True,
        next_at=at(5),
        last_at=at(1),
        running_execution_id=an_id(3),
        backfill=BackfillRecord(
            start=at(0),
            end=at(9),
            current=at(2),
            total_count=3,
            inputs={"date": "2026-11-20", "n": 1, "on": True, "list": [1.5, None]},
            labels={"backfill": "yes"},
        ),
        poll=PollRecord(attempt_id="E1-poll.1", agent_id="etl-1", task_type="Request", at=at(4)),
        polled_at=at(3),
        poll_error="nobody is there",
    )

    await store.commit(Commit(triggers=[changed]))

    assert await store.triggers() == [changed, a_trigger("a", "z"), a_trigger("b")]


@pytest.mark.parametrize("value", [object(), {("a", "b"): 1}, 2**70])
async def test_a_trigger_with_an_input_that_is_no_json_is_refused(
    store: Store, value: object
) -> None:
    backfill = BackfillRecord(
        start=at(0), end=at(9), current=None, total_count=1, inputs={"value": value}
    )

    with pytest.raises(StoreError, match="not stored"):
        await store.commit(
            Commit(triggers=[dataclasses.replace(a_trigger("a"), backfill=backfill)])
        )

    await store.commit(Commit(triggers=[a_trigger("b")]))
    assert await store.triggers() == [a_trigger("b")]


async def test_a_removed_trigger_is_forgotten(store: Store) -> None:
    await store.commit(Commit(triggers=[a_trigger("a"), a_trigger("b")]))

    await store.commit(Commit(removed_triggers=[("company", "a", "daily"), ("x", "y", "z")]))

    assert await store.triggers() == [a_trigger("b")]


async def test_a_trigger_that_is_removed_and_comes_back_is_there(store: Store) -> None:
    await store.commit(Commit(triggers=[a_trigger("a")]))
    await store.commit(Commit(removed_triggers=[("company", "a", "daily")]))
    await store.commit(Commit(triggers=[a_trigger("a")]))

    assert await store.triggers() == [a_trigger("a")]


async def test_batches_are_listed_newest_first_and_replaced_by_id(store: Store) -> None:
    await store.commit(Commit(batches=[a_batch(1), a_batch(2), a_batch(3)]))
    ended = a_batch(2, BatchStatus.ENDED)

    await store.commit(Commit(batches=[ended]))

    assert await store.batches(limit=2, offset=0) == [a_batch(3), ended]
    assert await store.batches(limit=2, offset=2) == [a_batch(1)]
    assert await store.count_batches() == 3
    assert await store.batch(an_id(2)) == ended
    assert await store.batch(an_id(9)) is None


async def test_open_batches_are_those_that_run_or_are_paused(store: Store) -> None:
    await store.commit(
        Commit(
            batches=[
                a_batch(4, BatchStatus.PAUSED),
                a_batch(1, BatchStatus.STOPPED),
                a_batch(2, BatchStatus.RUNNING),
                a_batch(3, BatchStatus.ENDED),
            ]
        )
    )

    open_batches = await store.open_batches()

    assert [batch.id for batch in open_batches] == [an_id(2), an_id(4)]


async def test_items_are_listed_by_outcome_in_order_of_index(store: Store) -> None:
    await store.commit(Commit(batch_items=[an_item(index) for index in (2, 0, 1)]))
    failed = dataclasses.replace(an_item(1, BatchOutcome.FAILED), message="no rights in company")

    await store.commit(Commit(batch_items=[failed]))

    everything = await store.batch_items(an_id(1), None, limit=10, offset=0)
    assert everything == [an_item(0), failed, an_item(2)]
    waiting = await store.batch_items(an_id(1), BatchOutcome.WAITING, limit=10, offset=1)
    assert waiting == [an_item(2)]
    assert await store.count_batch_items(an_id(1), None) == 3
    assert await store.count_batch_items(an_id(1), BatchOutcome.FAILED) == 1
    assert await store.count_batch_items(an_id(2), None) == 0


async def test_agents_are_in_order_and_replaced_by_id(store: Store) -> None:
    first = AgentRecord(
        agent_id="edge-b", catalog=b'[{"type": "x"}]', catalog_sha256="aa", seen_at=at(1)
    )
    second = dataclasses.replace(first, agent_id="edge-a")
    await store.commit(Commit(agents=[first, second]))

    later = dataclasses.replace(first, catalog=b"[]", seen_at=at(2))
    await store.commit(Commit(agents=[later]))

    assert await store.agents() == [second, later]


def a_note(number: int, minutes: float = 0) -> PendingRecord:
    return PendingRecord(
        id=f"E{number}/state/1",
        kind=PendingKind.STATE,
        at=at(minutes),
        execution_id=f"E{number}",
        namespace="company",
        flow_id="load",
        flow_revision=2,
        state="SUCCESS",
    )


async def test_what_is_pending_is_there_until_it_is_done(store: Store) -> None:
    await store.commit(Commit(pending=[a_note(2, 1), a_note(1, 1), a_note(3, 0)]))
    assert await store.pending() == [a_note(3, 0), a_note(1, 1), a_note(2, 1)]

    await store.commit(Commit(pending=[a_note(4, 2)], done_pending=[a_note(1).id, "nobody"]))

    assert await store.pending() == [a_note(3, 0), a_note(2, 1), a_note(4, 2)]


async def test_what_is_done_at_once_is_never_pending(store: Store) -> None:
    await store.commit(Commit(pending=[a_note(1)]))
    await store.commit(Commit(done_pending=[a_note(1).id]))

    assert await store.pending() == []


async def test_a_trigger_remembers_what_was_met(store: Store) -> None:
    met = MetRecord(at=at(1), execution_id="E1", flow_id="load", outputs={"rows": [1, None]})
    window = WindowRecord(precondition_id="both", start=at(0), end=at(9), met={"load": met})
    record = dataclasses.replace(
        a_trigger("after"), type="Flow", topics=("any",), states=("FAILED",), windows=(window,)
    )

    await store.commit(Commit(triggers=[record]))

    (found,) = await store.triggers()
    assert found == record
