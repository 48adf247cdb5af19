"""Opens what is on disk: the database, and what the commit log holds beyond it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

import duckdb
import msgspec

from lanner_coordinator.store.duckdb import execution_queries, record_queries
from lanner_coordinator.store.duckdb.apply import apply_batch
from lanner_coordinator.store.duckdb.batch import History
from lanner_coordinator.store.duckdb.commit_log import CommitLog
from lanner_coordinator.store.duckdb.database import Database, store_errors
from lanner_coordinator.store.errors import StoreError
from lanner_coordinator.store.records import Commit

_REPLAY_BYTES = 8 * 1024 * 1024
"""Encoded size of commits that are settled together."""

_GROUP = msgspec.msgpack.Decoder(list[Commit])


def open_folder(database: Database, log: CommitLog) -> History:
    """Open both and settle all that is in the log; blocking.

    Raises:
        StoreLocked: Another process has them open.
        StoreFull: There is no space to settle in.
        StoreError: They cannot be read.
    """
    database.open()
    try:
        with store_errors(database.path):
            return _replay(database, log)
    except BaseException:
        log.close()
        database.close()
        raise


def _replay(database: Database, log: CommitLog) -> History:
    cursor = database.writing_cursor()
    history = History(
        first_events=execution_queries.first_events(cursor),
        newest_id=execution_queries.newest_id(cursor),
    )
    _, settled = record_queries.progress(cursor)
    commits: list[Commit] = []
    size_bytes = 0
    for number, payload in log.replay(after=settled):
        commits.extend(_decode(payload, number, database.path))
        size_bytes += len(payload)
        if size_bytes >= _REPLAY_BYTES:
            settle(cursor, history, commits, number)
            commits, size_bytes = [], 0
    if commits:
        settle(cursor, history, commits, log.last_number)
    log.reset()
    return history


def settle(
    cursor: duckdb.DuckDBPyConnection,
    history: History,
    commits: Sequence[Commit],
    number: int,
) -> int:
    """Write commits into the tables, up to this group, all or none.

    Returns:
        How many executions have ended that had events in the tables.
    """
    batch = history.merge(commits)
    cursor.execute("BEGIN")
    try:
        apply_batch(cursor, batch)
        cursor.execute("UPDATE progress SET settled_group = ?", [number])
        cursor.execute("COMMIT")
    except BaseException:
        # A commit that failed has ended its transaction already.
        with contextlib.suppress(duckdb.Error):
            cursor.execute("ROLLBACK")
        raise
    history.take(batch)
    return len(batch.journal_ends)


def _decode(payload: bytes, number: int, path: Path) -> list[Commit]:
    try:
        return _GROUP.decode(payload)
    except msgspec.DecodeError as cause:
        raise StoreError(
            f"Group {number} of the commit log beside {path} cannot be read: another version of "
            "Lanner has written it. Start that version once and stop it, then this one."
        ) from cause
