"""Questions about secrets and the keys that they are encrypted with."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import msgspec

from lanner_coordinator.store.secret_records import DataKeyRecord, SecretRecord

_SECRETS = msgspec.json.Decoder(SecretRecord)
_DATA_KEYS = msgspec.json.Decoder(DataKeyRecord)


def secrets(cursor: duckdb.DuckDBPyConnection) -> Sequence[SecretRecord]:
    """All secrets, in order of namespace and key."""
    rows = cursor.execute("SELECT record FROM secret ORDER BY namespace, key").fetchall()
    return [_SECRETS.decode(row[0]) for row in rows]


def data_keys(cursor: duckdb.DuckDBPyConnection) -> Sequence[DataKeyRecord]:
    """All keys that values are encrypted with, in order of creation and id."""
    rows = cursor.execute("SELECT record FROM data_key").fetchall()
    keys = [_DATA_KEYS.decode(row[0]) for row in rows]
    return sorted(keys, key=lambda one: (one.created_at, int(one.id)))
