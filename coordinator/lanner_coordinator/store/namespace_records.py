"""What is stored of namespaces and of their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceRecord:
    """What somebody has set for a namespace; those below inherit it.

    Attributes:
        name: Of the namespace.
        description: For people; may be empty.
        variables: JSON of a map: what expressions see as `namespace.*`.
        plugin_defaults: JSON of a list, as a flow has it in `pluginDefaults`.
        allowed_groups: Agent groups that tasks may ask for, the first for those that ask for none;
            absent: what the namespace above allows.
        version: 1, and one more for each time it was set.
        created_at: When it was set first.
        updated_at: When it was set last.
        updated_by: Who set it last.
    """

    name: str
    description: str = ""
    variables: str = "{}"
    plugin_defaults: str = "[]"
    allowed_groups: tuple[str, ...] | None = None
    version: int = 1
    created_at: datetime
    updated_at: datetime
    updated_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceFileRecord:
    """One version of a file of a namespace; its bytes are in artifact storage.

    Attributes:
        namespace: Where it lives.
        path: Below the root of the namespace, without a leading slash.
        version: 1, and one more for each time the file was stored.
        size_bytes: Of its content.
        sha256: Of its content, in hexadecimal.
        created_at: When it was stored.
        created_by: Who stored it.
        deleted_at: When the file was deleted at this version; absent: it was not.
        deleted_by: Who deleted it.
    """

    namespace: str
    path: str
    version: int
    size_bytes: int
    sha256: str
    created_at: datetime
    created_by: str = ""
    deleted_at: datetime | None = None
    deleted_by: str = ""

    @property
    def key(self) -> tuple[str, str, int]:
        """Namespace, path and version."""
        return self.namespace, self.path, self.version
