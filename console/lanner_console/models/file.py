"""View models of files in artifact storage."""

from __future__ import annotations

from datetime import datetime

import msgspec


class FileRow(msgspec.Struct, frozen=True, kw_only=True):
    """A file of an execution.

    Attributes:
        uri: In the storage.
        name: With folders.
        size_bytes: Its size.
        modified_at: When it was stored.
        task_id: Task that left it; empty: it is an input.
        task_run_id: Task run that left it; empty: it is an input.
        input_id: Input that it is the value of; empty: a task left it.
    """

    uri: str
    name: str
    size_bytes: int
    modified_at: datetime | None = None
    task_id: str = ""
    task_run_id: str = ""
    input_id: str = ""
