"""Brings a database to the newest schema."""

from __future__ import annotations

from importlib import resources

import duckdb

from lanner_coordinator.store.duckdb.rows import number
from lanner_coordinator.store.errors import StoreError


def migrations() -> dict[int, str]:
    """The SQL of each migration by its number, in order."""
    folder = resources.files("lanner_coordinator.store.duckdb.migrations")
    found = {
        int(file.name.split("_", 1)[0]): file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    }
    return dict(sorted(found.items()))


def migrate(connection: duckdb.DuckDBPyConnection, path: str) -> None:
    """Apply the migrations that are missing, each in a transaction of its own.

    Raises:
        StoreError: A newer Lanner has written the database.
    """
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
    version = schema_version(connection)
    known = migrations()
    newest = max(known)
    if version > newest:
        raise StoreError(
            f"The database {path} has schema version {version}, written by a newer Lanner; this "
            f"one knows versions up to {newest}. Install the newer one again."
        )
    for step, statements in known.items():
        if step > version:
            connection.execute("BEGIN")
            connection.execute(statements)
            connection.execute("DELETE FROM schema_version")
            connection.execute("INSERT INTO schema_version VALUES (?)", [step])
            connection.execute("COMMIT")


def schema_version(connection: duckdb.DuckDBPyConnection) -> int:
    """Number of the last migration that was applied; 0: none."""
    return number(connection, "SELECT max(version) FROM schema_version")
