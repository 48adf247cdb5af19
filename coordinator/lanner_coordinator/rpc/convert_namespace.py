"""Namespaces on the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from lanner_coordinator.flow.reading.namespace import NamespaceText
from lanner_coordinator.rpc.convert_values import date_out
from lanner_coordinator.rpc.limits import required, short_text
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.flows.changes import Change
from lanner_coordinator.runtime.flows.editing import SOURCE_LIMIT_BYTES
from lanner_coordinator.runtime.namespaces.editing import (
    AppliedNamespace,
    NamespaceView,
    NamespaceWish,
)
from lanner_coordinator.store.namespace_records import NamespaceRecord
from lanner_proto.v1 import namespace_pb2
from lanner_proto.values import from_struct, to_struct

_CHANGES: Mapping[Change, namespace_pb2.NamespaceChange.ValueType] = {
    Change.CREATED: namespace_pb2.NAMESPACE_CHANGE_CREATED,
    Change.UPDATED: namespace_pb2.NAMESPACE_CHANGE_UPDATED,
    Change.UNCHANGED: namespace_pb2.NAMESPACE_CHANGE_UNCHANGED,
}


def wish_in(request: namespace_pb2.SetNamespaceRequest) -> NamespaceWish:
    """What a client wants to be set.

    Raises:
        InvalidRequest: The name is missing, or the description too long.
    """
    given = request.settings
    groups = list(given.allowed_groups.names) if given.HasField("allowed_groups") else None
    return NamespaceWish(
        name=required("name", request.name),
        description=short_text("description", given.description),
        variables=from_struct(given.variables),
        plugin_defaults=[_default_in(one) for one in given.plugin_defaults],
        allowed_groups=groups,
        if_version=request.if_version if request.HasField("if_version") else None,
    )


def checked_source(source: namespace_pb2.NamespaceSource) -> str:
    """The text of a source.

    Raises:
        InvalidRequest: It is too long.
    """
    if len(source.text.encode()) > SOURCE_LIMIT_BYTES:
        raise InvalidRequest(f'source "{source.name}" is larger than 1 MB')
    return source.text


def wish_of(text: NamespaceText) -> NamespaceWish:
    """What a source wants to be set."""
    return NamespaceWish(
        name=text.namespace,
        description=short_text("description", text.description),
        variables=text.variables,
        plugin_defaults=text.plugin_defaults,
        allowed_groups=text.allowed_groups,
    )


def applied_out(source_name: str, one: AppliedNamespace) -> namespace_pb2.AppliedNamespace:
    """What became of a source."""
    return namespace_pb2.AppliedNamespace(
        source_name=source_name,
        name=one.record.name,
        change=_CHANGES[one.change],
        version=one.record.version,
    )


def namespace_out(view: NamespaceView) -> namespace_pb2.Namespace:
    """One namespace."""
    own = view.own
    return namespace_pb2.Namespace(
        name=view.name,
        own=_own_out(own) if own is not None else None,
        effective=_effective_out(view),
        version=own.version if own is not None else 0,
        created_at=date_out(own.created_at if own is not None else None),
        updated_at=date_out(own.updated_at if own is not None else None),
        updated_by=own.updated_by if own is not None else "",
        flow_count=view.flow_count,
        file_count=view.file_count,
        key_value_count=view.key_value_count,
    )


def _default_in(given: namespace_pb2.NamespacePluginDefault) -> dict[str, object]:
    plain: dict[str, object] = {"type": given.type, "values": from_struct(given.values)}
    return {**plain, "forced": True} if given.forced else plain


def _own_out(record: NamespaceRecord) -> namespace_pb2.NamespaceSettings:
    groups = record.allowed_groups
    return namespace_pb2.NamespaceSettings(
        description=record.description,
        variables=to_struct(json.loads(record.variables)),
        plugin_defaults=_defaults_out(record),
        allowed_groups=None if groups is None else _groups_out(groups, record.name),
    )


def _effective_out(view: NamespaceView) -> namespace_pb2.NamespaceSettings:
    groups = view.inherited.allowed_groups
    return namespace_pb2.NamespaceSettings(
        description=view.own.description if view.own is not None else "",
        variables=to_struct(view.inherited.variables),
        plugin_defaults=[one for record in view.lineage for one in _defaults_out(record)],
        allowed_groups=None if groups is None else _groups_out(groups, view.inherited.groups_from),
    )


def _defaults_out(record: NamespaceRecord) -> list[namespace_pb2.NamespacePluginDefault]:
    return [
        namespace_pb2.NamespacePluginDefault(
            type=one["type"],
            values=to_struct(one["values"]),
            forced=one.get("forced", False),
            namespace=record.name,
        )
        for one in json.loads(record.plugin_defaults)
    ]


def _groups_out(groups: Sequence[str], namespace: str) -> namespace_pb2.AllowedGroups:
    return namespace_pb2.AllowedGroups(names=groups, namespace=namespace)
