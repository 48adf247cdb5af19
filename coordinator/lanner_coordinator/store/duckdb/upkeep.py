"""Sweeps, checkpoints and compacts between batches, on the settler's thread."""

from __future__ import annotations

import duckdb

from lanner_coordinator.store.duckdb.database import Database, store_errors
from lanner_coordinator.store.duckdb.maintenance import WASTE_BYTES, compact, wasted_bytes

IDLE_CHECKPOINT_BYTES = 4 * 1024 * 1024
"""Size of the write-ahead log that is worth a checkpoint when nothing else is to do."""
BUSY_CHECKPOINT_BYTES = 64 * 1024 * 1024
"""Size of the write-ahead log that is worth one in any case: it bounds the time to reopen."""
MAX_WAL_BYTES = 2 * BUSY_CHECKPOINT_BYTES
"""Size of the write-ahead log at which readers have to wait for a checkpoint."""
SWEEP_COUNT = 10_000
"""Ended executions whose events are worth a sweep."""

_SWEEP = """
    DELETE FROM journal USING
        (SELECT execution_id, max(sequence) AS sequence FROM journal_end GROUP BY ALL) AS ended
    WHERE journal.execution_id = ended.execution_id AND journal.sequence <= ended.sequence"""


class Upkeep:
    """What is due, counted since the last time."""

    def __init__(self, database: Database, dead_count: int, waste_bytes: int = WASTE_BYTES) -> None:
        self._database = database
        self._dead_count = dead_count
        self._is_due = False
        self._waste_bytes = waste_bytes

    @property
    def is_due(self) -> bool:
        """Whether a checkpoint could not be made, because somebody was reading."""
        return self._is_due

    def count_dead(self, count: int) -> None:
        """Take notice of executions that have ended and left events in the journal."""
        self._dead_count += count

    def after_batch(self, *, is_idle: bool) -> None:
        """Do what is due."""
        wal_bytes = self._database.wal_bytes()
        is_large = wal_bytes >= (IDLE_CHECKPOINT_BYTES if is_idle else BUSY_CHECKPOINT_BYTES)
        if self._dead_count >= SWEEP_COUNT or is_large:
            self._sweep()
        if is_large:
            self._checkpoint("FORCE CHECKPOINT" if wal_bytes >= MAX_WAL_BYTES else "CHECKPOINT")

    def close(self) -> None:
        """Leave little to read when the database is opened again."""
        self._sweep()
        self._checkpoint()

    def _sweep(self) -> None:
        if not self._dead_count:
            return
        with store_errors(self._database.path):
            cursor = self._database.writing_cursor()
            cursor.execute("BEGIN")
            cursor.execute(_SWEEP)
            cursor.execute("DELETE FROM journal_end")
            cursor.execute("COMMIT")
        self._dead_count = 0

    def _checkpoint(self, statement: str = "CHECKPOINT") -> None:
        """Write the write-ahead log into the tables; `FORCE` waits until nobody reads."""
        with store_errors(self._database.path):
            try:
                self._database.writing_cursor().execute(statement)
            except duckdb.TransactionException:
                self._is_due = True
                return
            self._is_due = False
            if wasted_bytes(self._database) >= self._waste_bytes:
                compact(self._database)
