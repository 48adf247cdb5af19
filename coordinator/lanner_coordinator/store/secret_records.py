"""What the store keeps of secrets: never a value in clear."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRecord:
    """One secret of a namespace.

    Attributes:
        namespace: Where it lives; namespaces below see it too.
        key: Unique in the namespace, in upper case.
        value: Encrypted and bound to namespace and key, as the keyring writes it.
        description: For people; may be empty.
        created_at: When the key was set first.
        updated_at: When it was set last.
        updated_by: Who set it last.
        version: 1, and one more for each time it was set.
    """

    namespace: str
    key: str
    value: str = field(repr=False)
    description: str
    created_at: datetime
    updated_at: datetime
    updated_by: str
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKeyRecord:
    """A key that values are encrypted with, encrypted with the master key.

    Attributes:
        id: From `1` on; `0` is the key of values that name none.
        wrapped: Encrypted with the master key and bound to the id; base 64.
        created_at: When it was made; values are encrypted with the newest one.
    """

    id: str
    wrapped: str = field(repr=False)
    created_at: datetime
