"""Files that the user asks for: named by what they hold and when, never overwriting another."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from pathlib import Path

from lanner_console.client import ConsoleClient
from lanner_console.models import ExecutionRow

PAGE_ROWS = 1000
CSV_FIELDS = (
    *("id", "state", "namespace", "flow", "revision", "created", "started", "ended"),
    *("attempt", "trigger", "failed_task", "error"),
)


def free_path(folder: Path, name: str, suffix: str, at: datetime) -> Path:
    """Give a path that no file has."""
    stem = f"lanner-{name}-{at:%Y%m%dT%H%M%S}"
    path, number = folder / f"{stem}{suffix}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{suffix}"
    return path


async def save_chunks(path: Path, chunks: AsyncIterator[bytes]) -> int:
    """Write chunks to a new file as they come; gives how many bytes there were."""
    size = 0
    with await asyncio.to_thread(path.open, "xb") as file:
        async for chunk in chunks:
            size += await asyncio.to_thread(file.write, chunk)
    return size


async def save_text(path: Path, text: str) -> int:
    """Write a text to a new file; gives how many bytes it has."""

    async def chunk() -> AsyncIterator[bytes]:
        yield text.encode()

    return await save_chunks(path, chunk())


async def executions_csv(
    client: ConsoleClient, filter_text: str, sort: str
) -> AsyncIterator[bytes]:
    """Give all executions that match, not only those on the screen, as CSV."""
    yield _csv_lines([CSV_FIELDS])
    offset, total_count = 0, 1
    while offset < total_count:
        page = await client.list_executions(
            filter_text=filter_text, limit=PAGE_ROWS, offset=offset, sort=sort
        )
        if not page.rows:
            return
        offset, total_count = offset + len(page.rows), page.total_count
        yield _csv_lines(map(_values, page.rows))


def _values(row: ExecutionRow) -> tuple[str, ...]:
    instants = (row.created_at, row.started_at, row.ended_at)
    return (
        *(row.id, row.state, row.namespace, row.flow_id, str(row.flow_revision)),
        *(at.isoformat() if at else "" for at in instants),
        *(str(row.attempt_number), row.trigger, row.failed_task_id, row.error),
    )


def _csv_lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
