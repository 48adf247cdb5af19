"""Secrets, without their values."""

from __future__ import annotations

from datetime import datetime

import msgspec


class SecretRow(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a secret.

    Attributes:
        namespace: Where it lives.
        key: Unique in the namespace, in upper case.
        description: For people; may be empty.
        updated_at: When it was set last.
        updated_by: Who set it last.
        version: 1, and one more for each time it was set.
    """

    namespace: str
    key: str
    description: str = ""
    updated_at: datetime | None = None
    updated_by: str = ""
    version: int = 1
