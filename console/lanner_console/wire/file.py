"""Files in artifact storage."""

from __future__ import annotations

from lanner_console.models import FileRow
from lanner_console.wire.state import instant
from lanner_proto.v1 import artifact_pb2


def row(message: artifact_pb2.StoredArtifact) -> FileRow:
    """A file of an execution."""
    return FileRow(
        uri=message.uri,
        name=message.name,
        size_bytes=message.size_bytes,
        modified_at=instant(message.modified_at, is_set=message.HasField("modified_at")),
        task_id=message.task_id,
        task_run_id=message.task_run_id,
        input_id=message.input_id,
    )
