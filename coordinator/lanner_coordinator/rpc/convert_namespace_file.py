"""Files of namespaces on the wire."""

from __future__ import annotations

from lanner_coordinator.rpc.convert_values import date_out
from lanner_coordinator.runtime.namespaces.files.book import uri_of
from lanner_coordinator.runtime.namespaces.files.reading import Entry
from lanner_coordinator.store.namespace_records import NamespaceFileRecord
from lanner_proto.v1 import namespace_file_pb2


def entry_out(entry: Entry) -> namespace_file_pb2.NamespaceFile:
    """A file or a folder."""
    if entry.file is None:
        return namespace_file_pb2.NamespaceFile(path=entry.path, is_folder=True)
    return file_out(entry.file)


def file_out(record: NamespaceFileRecord) -> namespace_file_pb2.NamespaceFile:
    """A version of a file."""
    return namespace_file_pb2.NamespaceFile(
        path=record.path,
        version=record.version,
        size_bytes=record.size_bytes,
        sha256=bytes.fromhex(record.sha256),
        created_at=date_out(record.created_at),
        created_by=record.created_by,
        deleted_at=date_out(record.deleted_at),
        deleted_by=record.deleted_by,
        uri=str(uri_of(record)),
    )
