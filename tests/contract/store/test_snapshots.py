from __future__ import annotations

from dataclasses import replace

from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit, LogQuery, SnapshotChange
from tests.contract.store.samples import a_line, a_task_run, an_archive, an_id, events


def a_change(number: int, *, before: bytes | None = None) -> SnapshotChange:
    return SnapshotChange(
        execution_id=an_id(number),
        before=an_archive(number).snapshot if before is None else before,
        after=b'{"small": "\xc3\xa4\\u0000"}',
    )


async def test_a_snapshot_is_exchanged_and_all_else_stays(store: Store) -> None:
    await store.commit(
        Commit(
            ended=[an_archive(1), an_archive(2)],
            task_runs=[a_task_run(1, 0)],
            logs=[a_line(1, execution=1)],
        )
    )

    changed = await store.change_snapshots([a_change(1)])

    assert changed == [an_id(1)]
    assert await store.execution(an_id(1)) == replace(an_archive(1), snapshot=a_change(1).after)
    assert await store.execution(an_id(2)) == an_archive(2)
    assert await store.task_runs(an_id(1)) == [a_task_run(1, 0)]
    assert await store.count_logs(LogQuery(execution_id=an_id(1))) == 1


async def test_a_snapshot_that_is_another_by_now_stays(store: Store) -> None:
    await store.commit(Commit(ended=[an_archive(1), an_archive(2)]))

    changes = [a_change(1, before=b"{}"), a_change(2), a_change(3)]
    changed = await store.change_snapshots(changes)

    assert changed == [an_id(2)]
    assert await store.execution(an_id(1)) == an_archive(1)
    assert await store.execution(an_id(3)) is None


async def test_the_snapshot_of_an_execution_that_lives_again_stays(store: Store) -> None:
    await store.commit(Commit(journal=events(1, 1, 2), ended=[an_archive(1, 2)]))
    await store.commit(Commit(journal=events(1, 3)))

    assert await store.change_snapshots([a_change(1)]) == []
    assert await store.execution(an_id(1)) == an_archive(1, 2)


async def test_a_later_archive_takes_the_place_of_an_exchanged_snapshot(store: Store) -> None:
    await store.commit(Commit(ended=[an_archive(1)]))
    await store.change_snapshots([a_change(1)])

    await store.commit(Commit(ended=[an_archive(1, 9)]))

    assert await store.execution(an_id(1)) == an_archive(1, 9)
