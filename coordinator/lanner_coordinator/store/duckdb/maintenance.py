"""Purges, copies and compacts the database; on the settler's thread, between batches."""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from pathlib import Path

import duckdb

from lanner_coordinator.store.duckdb.database import ROW_GROUP_ROWS, Database, quoted
from lanner_coordinator.store.duckdb.execution_queries import LIVING_EVENTS
from lanner_coordinator.store.duckdb.rows import first, naive, number
from lanner_coordinator.store.errors import StoreError

WASTE_BYTES = 64 * 1024 * 1024
"""Free space inside of the file that is worth a compaction, if it is also half of the file."""

_OLD = f"""
    SELECT id FROM execution
    WHERE ended_at < ? AND id NOT IN (SELECT journal.execution_id FROM {LIVING_EVENTS})"""


def purge(database: Database, before: datetime) -> int:
    """Drop what is older, but for executions that live again; how many executions."""
    date = naive(before)
    cursor = database.writing_cursor()
    cursor.execute("BEGIN")
    try:
        cursor.execute("DELETE FROM request WHERE created_at < ?", [date])
        cursor.execute(f"DELETE FROM log WHERE execution_id IN ({_OLD})", [date])
        cursor.execute(f"DELETE FROM task_run WHERE execution_id IN ({_OLD})", [date])
        deleted_count = number(cursor, f"DELETE FROM execution WHERE id IN ({_OLD})", [date])
        cursor.execute(
            "DELETE FROM batch_item WHERE batch_id IN (SELECT id FROM batch WHERE ended_at < ?)",
            [date],
        )
        cursor.execute("DELETE FROM batch WHERE ended_at < ?", [date])
        cursor.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            cursor.execute("ROLLBACK")
        raise
    return deleted_count


def backup(database: Database, path: Path) -> None:
    """Write a copy whose epoch is one higher: what runs on it has a history of its own.

    Raises:
        StoreError: The file exists, or its folder does not.
    """
    if path.exists():
        raise StoreError(f"The backup is not written: {path} exists already.")
    if not path.parent.is_dir():
        raise StoreError(f"The backup is not written: there is no folder {path.parent}.")
    part = path.with_name(f".{path.name}.part")
    try:
        _copy(database, part, "UPDATE copy.progress SET epoch = epoch + 1")
        # A link, unlike a rename, does not replace what has come to be there meanwhile.
        os.link(part, path)
    except FileExistsError as cause:
        raise StoreError(f"The backup is not written: {path} exists already.") from cause
    finally:
        _remove(part)


def wasted_bytes(database: Database) -> int:
    """Free space inside of the file if it is at least half of it, else 0."""
    row = first(
        database.writing_cursor(),
        """SELECT block_size, total_blocks, free_blocks FROM pragma_database_size()
            WHERE database_name = 'lanner'""",
    )
    if row is None:
        return 0
    block_bytes, total_count, free_count = row
    return block_bytes * free_count if free_count * 2 >= total_count else 0


def compact(database: Database) -> None:
    """Exchange the file for a copy without free space."""
    part = database.path.with_name(f"{database.path.name}.compact")
    try:
        _remove(part)
        _copy(database, part, "SELECT 1")
        database.reopen(lambda: os.replace(part, database.path))
    finally:
        _remove(part)


def _copy(database: Database, path: Path, change: str) -> None:
    """Copy everything into a new file and change it before it is closed."""
    cursor = database.writing_cursor()
    # The log of a copy under this name that was cut off would be read into the new one.
    _remove(path)
    cursor.execute(f"ATTACH {quoted(path)} AS copy (ROW_GROUP_SIZE {ROW_GROUP_ROWS})")
    try:
        path.chmod(0o600)
        cursor.execute("COPY FROM DATABASE lanner TO copy")
        cursor.execute(change)
        cursor.execute("CHECKPOINT copy")
    finally:
        cursor.execute("DETACH copy")


def _remove(path: Path) -> None:
    """Delete a file and its write-ahead log."""
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
