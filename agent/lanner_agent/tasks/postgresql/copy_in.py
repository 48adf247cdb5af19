"""`COPY table FROM '<artifact uri>'`: the file is streamed from artifact storage to the server."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lanner_agent.tasks.contract import LogLevel, TaskContext
from lanner_agent.tasks.postgresql.binding import BoundStatement
from lanner_agent.tasks.postgresql.refusals import told_statement
from lanner_agent.tasks.postgresql.statements import Statement

if TYPE_CHECKING:
    from lanner_agent.tasks.postgresql.row_stream import Connection

CHUNK_BYTES = 256 * 1024

CSV_OPTIONS = "WITH (FORMAT csv, HEADER)"

_COPY_FROM_ARTIFACT = re.compile(
    r"COPY\s+(?P<target>.+?)\s+FROM\s+'(?P<uri>(?:kestra|lanner):///[^']*)'\s*(?P<options>.*)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactCopy:
    """A COPY that reads an artifact.

    Attributes:
        target: Table, with columns where they are named.
        uri: The artifact.
        options: What stands after it.
        start: Where the statement begins in the whole SQL.
    """

    target: str
    uri: str
    options: str
    start: int

    @property
    def assumes_csv(self) -> bool:
        """Whether the format follows from the file's name, as nothing else says it."""
        return not self.options and self.uri.lower().endswith(".csv")

    def statement(self) -> BoundStatement:
        """What the server gets."""
        options = CSV_OPTIONS if self.assumes_csv else self.options
        text = f"COPY {self.target} FROM STDIN {options}".rstrip()
        return BoundStatement(text=text, values=(), start=self.start)


def artifact_copy(statement: Statement) -> ArtifactCopy | None:
    """What the statement copies from artifact storage; absent when it does not."""
    matched = _COPY_FROM_ARTIFACT.fullmatch(statement.text)
    if matched is None:
        return None
    return ArtifactCopy(
        target=matched["target"],
        uri=matched["uri"],
        options=matched["options"],
        start=statement.start,
    )


async def copy_artifact(
    context: TaskContext, connection: Connection, sql: str, copy: ArtifactCopy
) -> dict[str, object]:
    """Stream the artifact into its table; `size` is the number of rows.

    Raises:
        TaskFailed: The artifact cannot be had, or the server refuses it.
    """
    path = await context.fetch(copy.uri)
    bound = copy.statement()
    if copy.assumes_csv:
        await context.log(
            LogLevel.INFO,
            f"{path.name} is read as CSV with a header: give COPY options where it is not.",
        )
    with await asyncio.to_thread(path.open, "rb") as source:
        async with connection.cursor() as cursor:
            with told_statement(sql, bound):
                # No limit: the attempt's timeout is the caller's.
                async with cursor.copy(bound.text) as destination:
                    while chunk := await asyncio.to_thread(source.read, CHUNK_BYTES):
                        await destination.write(chunk)
                return {"size": cursor.rowcount}
