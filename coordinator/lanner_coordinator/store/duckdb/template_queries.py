"""Questions about templates."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import msgspec

from lanner_coordinator.store.template_records import TemplateRecord

_TEMPLATES = msgspec.json.Decoder(TemplateRecord)


def templates(cursor: duckdb.DuckDBPyConnection) -> Sequence[TemplateRecord]:
    """All templates, in order of namespace and id."""
    rows = cursor.execute("SELECT record FROM template ORDER BY namespace, template_id").fetchall()
    return [_TEMPLATES.decode(row[0]) for row in rows]
