"""The DuckDB file: opens it with Lanner's settings and says what went wrong in sentences."""

from __future__ import annotations

import contextlib
import errno
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from lanner_coordinator.store.duckdb.migrate import migrate
from lanner_coordinator.store.errors import StoreClosed, StoreError, StoreFull, StoreLocked

ROW_GROUP_ROWS = 30_720
"""Rows that share minima and maxima and are written together: small ones make look-ups by id and
checkpoints cheap, large ones make scans and compression better."""

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "256MB",
    "checkpoint_threshold": "1TB",  # the settler makes checkpoints when it is idle
    "allocator_flush_threshold": "1MB",
    "allocator_background_threads": False,
    "late_materialization_max_rows": 1_000,
    "enable_external_access": True,  # backups and compaction attach a second file
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_FULL = ("No space left", "not enough space", "Disk quota exceeded", "File too large")
_HOLDER = re.compile(r"PID (\d+)")


class Database:
    """A file that is open; one thread writes, any number read.

    Readers keep whoever exchanges the file waiting, and that one keeps new readers waiting.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._changed = threading.Condition()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._writing: duckdb.DuckDBPyConnection | None = None
        self._idle: list[duckdb.DuckDBPyConnection] = []
        self._reader_count = 0
        self._is_exchanging = False

    def open(self) -> None:
        """Open and bring to the newest schema; creates what is not there."""
        with store_errors(self.path):
            self._connection = self._connect()
            self.path.chmod(0o600)

    def close(self) -> None:
        """Close when the last reader is done; may be called again."""
        with self._exclusive():
            self._close()

    def reopen(self, exchange: Callable[[], None] | None = None) -> None:
        """Close, exchange the file if asked to, and open again."""
        with self._exclusive(), store_errors(self.path):
            self._close()
            try:
                if exchange is not None:
                    exchange()
            finally:
                self._connection = self._connect()

    def writing_cursor(self) -> duckdb.DuckDBPyConnection:
        """The cursor of the thread that writes."""
        if self._writing is None:
            self._writing = self._cursor()
        return self._writing

    @contextlib.contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one reader, in any thread."""
        with self._changed:
            # No limit: an exchange is a rename and an opening, and ends with an error at worst.
            self._changed.wait_for(lambda: not self._is_exchanging)
            self._reader_count += 1
        cursor = None
        try:
            with store_errors(self.path):
                cursor = self._idle.pop() if self._idle else self._cursor()
                yield cursor
        finally:
            with self._changed:
                if cursor is not None:
                    self._idle.append(cursor)
                self._reader_count -= 1
                self._changed.notify_all()

    def wal_bytes(self) -> int:
        """Size of the write-ahead log since the last checkpoint."""
        return _size_bytes(self.path.with_name(self.path.name + ".wal"))

    def size_bytes(self) -> int:
        """Size of the file and its write-ahead log."""
        return _size_bytes(self.path) + self.wal_bytes()

    @contextlib.contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Without readers."""
        with self._changed:
            self._is_exchanging = True
            # No limit: a query ends, and no new one begins meanwhile.
            self._changed.wait_for(lambda: self._reader_count == 0)
        try:
            yield
        finally:
            with self._changed:
                self._is_exchanging = False
                self._changed.notify_all()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise StoreClosed("The store is not open.")
        cursor = self._connection.cursor()
        cursor.execute("USE lanner")
        return cursor

    def _close(self) -> None:
        """Close every connection, without which the file stays locked."""
        cursors = [*self._idle, self._writing, self._connection]
        self._idle, self._writing, self._connection = [], None, None
        for cursor in cursors:
            if cursor is not None:
                cursor.close()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        spill = self.path.with_name(self.path.name + ".tmp")
        connection = duckdb.connect(config=_SETTINGS | {"temp_directory": str(spill)})
        try:
            connection.execute(
                f"ATTACH {quoted(self.path)} AS lanner (ROW_GROUP_SIZE {ROW_GROUP_ROWS})"
            )
            connection.execute("USE lanner")
            migrate(connection, str(self.path))
        except BaseException:
            connection.close()
            raise
        return connection


def quoted(path: Path) -> str:
    """A path as a literal of SQL, where no parameter may stand."""
    return "'" + str(path).replace("'", "''") + "'"


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextlib.contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Turn what DuckDB and the system raise into the store's errors."""
    try:
        yield
    except duckdb.Error as cause:
        text = str(cause)
        if "Could not set lock" in text or "Conflicting lock" in text:
            holder = _HOLDER.search(text)
            by = f"process {holder[1]}" if holder else "another process"
            raise StoreLocked(
                f"The database {path} is open in {by}: another coordinator uses this data folder. "
                "Stop it first, or give this one a data folder of its own."
            ) from cause
        if any(sign in text for sign in _FULL):
            raise StoreFull(f"The disk of {path} is full: make space; nothing is lost.") from cause
        raise StoreError(f"The database {path} failed: {text.splitlines()[0]}") from cause
    except OSError as cause:
        if cause.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StoreFull(f"The disk of {path} is full: make space; nothing is lost.") from cause
        raise StoreError(f"The database {path} failed: {cause}.") from cause
