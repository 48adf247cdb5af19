"""Questions about namespaces and their files."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import msgspec

from lanner_coordinator.store.namespace_records import NamespaceFileRecord, NamespaceRecord

Cursor = duckdb.DuckDBPyConnection

_NAMESPACES = msgspec.json.Decoder(NamespaceRecord)
_FILES = msgspec.json.Decoder(NamespaceFileRecord)


def namespaces(cursor: Cursor) -> Sequence[NamespaceRecord]:
    """All namespaces that something is set for, in order of name."""
    rows = cursor.execute("SELECT record FROM namespace ORDER BY name").fetchall()
    return [_NAMESPACES.decode(row[0]) for row in rows]


def namespace_files(cursor: Cursor) -> Sequence[NamespaceFileRecord]:
    """The newest version of every file, also of deleted ones, in order of namespace and path."""
    rows = cursor.execute(
        """SELECT arg_max(record, version) FROM namespace_file
        GROUP BY namespace, path ORDER BY namespace, path"""
    ).fetchall()
    return [_FILES.decode(row[0]) for row in rows]


def versions(cursor: Cursor, namespace: str, path: str) -> Sequence[NamespaceFileRecord]:
    """All versions of a file, newest first."""
    rows = cursor.execute(
        """SELECT record FROM namespace_file WHERE namespace = ? AND path = ?
        ORDER BY version DESC""",
        [namespace, path],
    ).fetchall()
    return [_FILES.decode(row[0]) for row in rows]


def history(cursor: Cursor, namespace: str) -> Sequence[NamespaceFileRecord]:
    """All versions of all files of a namespace, in order of path, the newest first."""
    rows = cursor.execute(
        "SELECT record FROM namespace_file WHERE namespace = ? ORDER BY path, version DESC",
        [namespace],
    ).fetchall()
    return [_FILES.decode(row[0]) for row in rows]
