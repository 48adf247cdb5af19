"""Templates."""

from __future__ import annotations

from datetime import datetime

import msgspec


class TemplateRow(msgspec.Struct, frozen=True, kw_only=True):
    """A template.

    Attributes:
        namespace: Where it lives.
        id: Its id there.
        description: For people; may be empty.
        source: YAML text; empty in lists.
        version: 1, and one more for each change.
        updated_at: When it was changed last.
        updated_by: Who changed it last.
    """

    namespace: str
    id: str
    description: str = ""
    source: str = ""
    version: int = 1
    updated_at: datetime | None = None
    updated_by: str = ""
