"""The durable store: a commit log for speed, a DuckDB file for history and queries.

`committer` makes commits durable in groups, `settler` carries them into the tables in bulk, reads
wait until the tables hold what was acknowledged before them. This package alone imports duckdb.
"""

from __future__ import annotations

from lanner_coordinator.store.duckdb.store import DuckdbStore

__all__ = ["DuckdbStore"]
