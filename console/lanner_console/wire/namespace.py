"""Namespaces and their files."""

from __future__ import annotations

from lanner_console.models import Page
from lanner_console.models.namespace import (
    AppliedNamespace,
    NamespaceFileRow,
    NamespaceRow,
    NamespaceSettings,
    PluginDefaultRow,
)
from lanner_console.wire.state import instant
from lanner_proto.v1 import namespace_file_pb2, namespace_pb2
from lanner_proto.values import from_struct, to_struct

_CHANGE = "NAMESPACE_CHANGE_"


def row(message: namespace_pb2.Namespace) -> NamespaceRow:
    """A namespace."""
    return NamespaceRow(
        name=message.name,
        own=_settings(message.own) if message.HasField("own") else None,
        effective=_settings(message.effective),
        version=message.version,
        updated_at=instant(message.updated_at, is_set=message.HasField("updated_at")),
        updated_by=message.updated_by,
        flow_count=message.flow_count,
        file_count=message.file_count,
        key_value_count=message.key_value_count,
    )


def page(message: namespace_pb2.ListNamespacesResponse) -> Page[NamespaceRow]:
    """A page of namespaces."""
    return Page(rows=tuple(map(row, message.namespaces)), total_count=message.total_count)


def settings_message(settings: NamespaceSettings) -> namespace_pb2.NamespaceSettings:
    """What is to be set."""
    groups = settings.allowed_groups
    return namespace_pb2.NamespaceSettings(
        description=settings.description,
        variables=to_struct(settings.variables),
        plugin_defaults=[
            namespace_pb2.NamespacePluginDefault(
                type=one.type, values=to_struct(one.values), forced=one.forced
            )
            for one in settings.plugin_defaults
        ],
        allowed_groups=None if groups is None else namespace_pb2.AllowedGroups(names=groups),
    )


def applied(message: namespace_pb2.AppliedNamespace) -> AppliedNamespace:
    """What became of one source."""
    change = namespace_pb2.NamespaceChange.Name(message.change).removeprefix(_CHANGE).lower()
    return AppliedNamespace(
        name=message.name, change=change, version=message.version, source=message.source_name
    )


def file_row(message: namespace_file_pb2.NamespaceFile) -> NamespaceFileRow:
    """A version of a file, or a folder."""
    return NamespaceFileRow(
        path=message.path,
        is_folder=message.is_folder,
        version=message.version,
        size_bytes=message.size_bytes,
        sha256=message.sha256.hex(),
        created_at=instant(message.created_at, is_set=message.HasField("created_at")),
        created_by=message.created_by,
        deleted_at=instant(message.deleted_at, is_set=message.HasField("deleted_at")),
        uri=message.uri,
    )


def file_page(message: namespace_file_pb2.ListNamespaceFilesResponse) -> Page[NamespaceFileRow]:
    """A page of files and folders."""
    return Page(rows=tuple(map(file_row, message.files)), total_count=message.total_count)


def _settings(message: namespace_pb2.NamespaceSettings) -> NamespaceSettings:
    has_groups = message.HasField("allowed_groups")
    return NamespaceSettings(
        description=message.description,
        variables=from_struct(message.variables),
        plugin_defaults=tuple(
            PluginDefaultRow(
                type=one.type,
                values=from_struct(one.values),
                forced=one.forced,
                namespace=one.namespace,
            )
            for one in message.plugin_defaults
        ),
        allowed_groups=tuple(message.allowed_groups.names) if has_groups else None,
        groups_from=message.allowed_groups.namespace,
    )
