from __future__ import annotations

from lanner_coordinator.store.duckdb.batch import History
from lanner_coordinator.store.records import Commit
from tests.contract.store.samples import a_summary, a_task_run, an_archive, an_id, archived, events


def test_what_begins_and_ends_in_one_batch_has_no_journal() -> None:
    history = History({}, "")

    batch = history.merge(
        [Commit(journal=events(1, 1, 2)), Commit(journal=events(1, 3), ended=[an_archive(1, 3)])]
    )

    assert batch.journal == []
    assert batch.journal_ends == {}
    assert batch.replaced == set()
    assert list(batch.ended) == [an_id(1)]


def test_events_in_the_tables_are_marked_as_dead() -> None:
    history = History({}, "")
    history.take(history.merge([Commit(journal=events(1, 1, 2))]))

    batch = history.merge([Commit(journal=events(1, 3), ended=[an_archive(1, 3)])])

    assert batch.journal == []
    assert batch.journal_ends == {an_id(1): 3}
    assert batch.replaced == set()


def test_a_restarted_execution_may_have_rows() -> None:
    history = History({an_id(1): 4}, an_id(9))

    batch = history.merge([Commit(journal=events(1, 5), ended=[an_archive(1, 5)])])

    assert batch.replaced == {an_id(1)}


def test_an_older_execution_without_events_may_have_rows() -> None:
    batch = History({}, an_id(9)).merge([Commit(ended=[an_archive(1)])])

    assert batch.replaced == {an_id(1)}


def test_an_execution_that_has_lived_from_its_first_event_has_no_rows() -> None:
    history = History({an_id(1): 1}, an_id(9))

    batch = history.merge(
        [
            Commit(journal=events(2, 1), ended=[an_archive(2, 1)]),
            Commit(ended=[an_archive(1)]),
        ]
    )

    assert batch.replaced == set()


def test_the_last_archive_of_a_batch_counts() -> None:
    again = archived(a_summary(1, attempt_number=2), 3)

    batch = History({}, "").merge(
        [
            Commit(journal=events(1, 1), ended=[an_archive(1, 1)], task_runs=[a_task_run(1, 0)]),
            Commit(journal=events(1, 2, 3, 4), ended=[again], task_runs=[a_task_run(1, 1)]),
        ]
    )

    assert batch.ended == {an_id(1): again}
    assert batch.task_runs == {an_id(1): [a_task_run(1, 1)]}
    assert batch.journal == events(1, 4)
