from __future__ import annotations

from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit
from tests.contract.store.samples import a_summary, a_task_run, an_archive, an_id, archived, events


async def test_the_journal_has_the_events_of_live_executions_in_order(store: Store) -> None:
    await store.commit(Commit(journal=[*events(2, 1), *events(1, 1, 2)]))
    await store.commit(Commit(journal=[*events(1, 3), *events(2, 2)]))

    journal = await store.journal()

    assert journal == [*events(1, 1, 2, 3), *events(2, 1, 2)]


async def test_the_journal_of_one_execution_has_no_other_events(store: Store) -> None:
    await store.commit(Commit(journal=[*events(2, 1), *events(1, 1, 2)]))

    assert await store.execution_journal(an_id(1)) == events(1, 1, 2)
    assert await store.execution_journal(an_id(3)) == []


async def test_an_archived_execution_has_no_journal(store: Store) -> None:
    await store.commit(Commit(journal=[*events(1, 1, 2), *events(2, 1)]))
    assert len(await store.journal()) == 3

    await store.commit(Commit(journal=events(1, 3, 4), ended=[an_archive(1, 4)]))

    assert await store.journal() == events(2, 1)
    assert await store.execution_journal(an_id(1)) == []


async def test_an_execution_that_begins_and_ends_in_one_commit_has_no_journal(
    store: Store,
) -> None:
    await store.commit(Commit(journal=events(1, 1, 2, 3, 4), ended=[an_archive(1, 4)]))

    assert await store.journal() == []
    assert await store.execution(an_id(1)) == an_archive(1, 4)


async def test_a_restarted_execution_lives_on_from_the_events_after_its_archive(
    store: Store,
) -> None:
    await store.commit(Commit(journal=events(1, 1, 2)))
    await store.journal()
    await store.commit(Commit(journal=events(1, 3), ended=[an_archive(1, 3)]))
    await store.journal()

    await store.commit(Commit(journal=events(1, 4, 5)))

    assert await store.journal() == events(1, 4, 5)
    assert await store.execution(an_id(1)) == an_archive(1, 3)


async def test_archiving_again_replaces_the_execution_and_its_task_runs(store: Store) -> None:
    again = archived(a_summary(1, attempt_number=2), 6)
    await store.commit(Commit(ended=[an_archive(1, 3)], task_runs=[a_task_run(1, 0)]))
    await store.task_runs(an_id(1))
    await store.commit(Commit(journal=events(1, 4, 5)))
    await store.journal()

    await store.commit(
        Commit(journal=events(1, 6), ended=[again], task_runs=[a_task_run(1, 1), a_task_run(1, 2)])
    )

    assert await store.execution(an_id(1)) == again
    assert await store.execution_ids("", 10) == [an_id(1)]
    assert await store.task_runs(an_id(1)) == [a_task_run(1, 1), a_task_run(1, 2)]
    assert await store.journal() == []


async def test_archiving_again_without_events_replaces_too(store: Store) -> None:
    relabelled = archived(a_summary(1, labels={"seen": "yes"}), 4)
    await store.commit(Commit(ended=[an_archive(1), an_archive(2)]))
    await store.execution_ids("", 10)

    await store.commit(Commit(ended=[relabelled]))

    assert await store.execution_ids("", 10) == [an_id(1), an_id(2)]
    assert await store.execution(an_id(1)) == relabelled


async def test_two_archives_in_a_row_leave_the_last_one(store: Store) -> None:
    again = archived(a_summary(1, attempt_number=2), 6)
    await store.commit(
        Commit(journal=events(1, 1, 2), ended=[an_archive(1, 2)], task_runs=[a_task_run(1, 0)])
    )
    await store.commit(
        Commit(journal=events(1, 3, 4, 5, 6), ended=[again], task_runs=[a_task_run(1, 1)])
    )

    assert await store.execution_ids("", 10) == [an_id(1)]
    assert await store.execution(an_id(1)) == again
    assert await store.task_runs(an_id(1)) == [a_task_run(1, 1)]
    assert await store.journal() == []


async def test_an_older_execution_that_ends_after_a_newer_one_is_archived_once(
    store: Store,
) -> None:
    await store.commit(Commit(journal=events(1, 1)))
    await store.commit(Commit(ended=[an_archive(2)]))
    await store.execution_ids("", 10)

    await store.commit(Commit(ended=[an_archive(1, 1)]))

    assert await store.execution_ids("", 10) == [an_id(1), an_id(2)]
    assert await store.journal() == []
