"""Connects to a database for the time of a task."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lanner_agent.tasks.contract import LogLevel, TaskContext, TaskFailed
from lanner_agent.tasks.postgresql.refusals import told_connection
from lanner_agent.tasks.postgresql.settings import DatabaseTask, SslFiles

if TYPE_CHECKING:
    from psycopg import AsyncConnection

CONNECT_SECONDS = "30"

SESSION = {"DateStyle": "ISO, YMD", "IntervalStyle": "iso_8601"}
"""Settings that make dates and durations ISO 8601, whatever the server prefers."""


@asynccontextmanager
async def connected(
    context: TaskContext, task: DatabaseTask
) -> AsyncIterator[AsyncConnection[tuple[object, ...]]]:
    """Hold a connection, in autocommit mode.

    Leaving it by a cancellation ends what the server does for it.

    Raises:
        TaskFailed: The database cannot be reached, or the driver is not installed.
    """
    try:
        from psycopg import AsyncConnection
        from psycopg.conninfo import make_conninfo
    except ImportError as cause:
        raise TaskFailed(
            "This agent has no driver for PostgreSQL: install it with"
            " pip install 'lanner[postgres]'."
        ) from cause
    address = task.address
    if address.ignored:
        names = ", ".join(address.ignored)
        await context.log(LogLevel.DEBUG, f"Properties of the URL without effect: {names}.")
    files = await asyncio.to_thread(_write_ssl_files, task.ssl_files, context.own_dir)
    parameters = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": f"lanner {context.identity.flow_id}.{context.identity.task_id}",
        **address.parameters,
        **files,
    }
    settings = {**SESSION, **({"TimeZone": task.time_zone} if task.time_zone else {})}
    with told_connection(address):
        # No limit of its own: the driver has `connect_timeout`.
        connection = await AsyncConnection.connect(make_conninfo(**parameters), autocommit=True)
    async with connection:
        with told_connection(address):
            for name, value in settings.items():
                await connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        await context.started(f"postgresql {address.place}")
        yield connection


def _write_ssl_files(files: SslFiles, folder: Path) -> Mapping[str, str]:
    """Write certificates and key where libpq can read them; its parameters for them."""
    contents = {
        "sslrootcert": files.root_certificate,
        "sslcert": files.certificate,
        "sslkey": files.key,
    }
    written = {}
    for name, content in contents.items():
        if content:
            path = folder / f"{name}.pem"
            folder.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(content)
            written[name] = str(path)
    return written
