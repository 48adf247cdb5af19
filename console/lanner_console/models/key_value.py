"""Values of the key-value store."""

from __future__ import annotations

from datetime import datetime

import msgspec


class KeyValueRow(msgspec.Struct, frozen=True, kw_only=True):
    """A value.

    Attributes:
        namespace: Where it lives.
        key: Unique in the namespace.
        type: STRING, NUMBER, BOOLEAN, DATETIME, DATE, DURATION or JSON.
        value: Dates and durations are texts.
        description: For people; may be empty.
        updated_at: When it was set last.
        version: 1, and one more for each time it was set.
        expires_at: Absent: never.
    """

    namespace: str
    key: str
    type: str
    value: object
    description: str = ""
    updated_at: datetime | None = None
    version: int = 1
    expires_at: datetime | None = None
