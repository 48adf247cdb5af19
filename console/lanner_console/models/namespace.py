"""Namespaces and their files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec


class PluginDefaultRow(msgspec.Struct, frozen=True, kw_only=True):
    """Property values for all tasks of a type.

    Attributes:
        type: Name of a type, or its beginning.
        values: By property.
        forced: Whether they win over what a flow says.
        namespace: Which namespace they are set for.
    """

    type: str
    values: Mapping[str, object]
    forced: bool = False
    namespace: str = ""


class NamespaceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is set for a namespace, or holds in it.

    Attributes:
        description: For people.
        variables: What expressions see as `namespace.*`.
        plugin_defaults: The outermost namespace first.
        allowed_groups: Agent groups; absent: what the namespace above allows.
        groups_from: The namespace that says so; empty: none.
    """

    description: str = ""
    variables: Mapping[str, object] = {}
    plugin_defaults: tuple[PluginDefaultRow, ...] = ()
    allowed_groups: tuple[str, ...] | None = None
    groups_from: str = ""


class NamespaceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A namespace.

    Attributes:
        name: Of the namespace.
        own: What is set for it; absent: nothing.
        effective: What holds in it, its own and from above.
        version: 0: nothing is set for it; one more for each time something was.
        updated_at: When it was set last.
        updated_by: Who set it last.
        flow_count: Flows in it, not below it.
        file_count: Its files.
        key_value_count: Its values of the key-value store.
    """

    name: str
    own: NamespaceSettings | None = None
    effective: NamespaceSettings = NamespaceSettings()
    version: int = 0
    updated_at: datetime | None = None
    updated_by: str = ""
    flow_count: int = 0
    file_count: int = 0
    key_value_count: int = 0


class AppliedNamespace(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one source.

    Attributes:
        name: Of the namespace.
        change: created, updated or unchanged.
        version: Afterwards.
        source: As given.
    """

    name: str
    change: str
    version: int
    source: str = ""


class NamespaceFileRow(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a file of a namespace, or a folder.

    Attributes:
        path: Below the root of the namespace.
        is_folder: Whether it is a folder, of which only the path is known.
        version: 1, and one more for each time it was stored.
        size_bytes: Of the content.
        sha256: Of the content, in hexadecimal.
        created_at: When this version was stored.
        created_by: Who stored it.
        deleted_at: When the file was deleted at this version; absent: it was not.
        uri: `kestra:///…` of this version.
    """

    path: str
    is_folder: bool = False
    version: int = 0
    size_bytes: int = 0
    sha256: str = ""
    created_at: datetime | None = None
    created_by: str = ""
    deleted_at: datetime | None = None
    uri: str = ""
