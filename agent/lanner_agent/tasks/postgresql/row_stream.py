"""Runs one statement and reads its rows in batches, however many there are."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lanner_agent.tasks.postgresql.binding import BoundStatement, bind
from lanner_agent.tasks.postgresql.columns import Column, columns_of
from lanner_agent.tasks.postgresql.refusals import told_statement
from lanner_agent.tasks.postgresql.statements import Statement

if TYPE_CHECKING:
    from psycopg import AsyncConnection, AsyncRawCursor

    Connection = AsyncConnection[tuple[object, ...]]
    Cursor = AsyncRawCursor[tuple[object, ...]]

Rows = Sequence[tuple[object, ...]]

CURSOR_NAME = "lanner_rows"
DECLARE = f"DECLARE {CURSOR_NAME} NO SCROLL CURSOR FOR "

_READING_VERBS = frozenset({"select", "table", "values", "with"})
_WRITING_WORDS = frozenset({"delete", "insert", "into", "merge", "update"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One statement on its way to the server.

    Attributes:
        sql: The whole SQL, for messages.
        statement: The statement.
        parameters: Values of `:name` parameters.
        fetch_size: Rows that are read at once.
    """

    sql: str
    statement: Statement
    parameters: Mapping[str, object]
    fetch_size: int

    def bound(self) -> BoundStatement:
        """The statement as the server gets it."""
        return bind(self.statement, self.parameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowStream:
    """The rows of a statement.

    Attributes:
        columns: Empty when the statement gives no rows.
        batches: The rows; to be iterated once.
    """

    columns: Sequence[Column]
    batches: AsyncGenerator[Rows, None]


async def execute(connection: Connection, execution: Execution) -> None:
    """Run a statement and leave its rows alone.

    Raises:
        TaskFailed: The server refuses it.
    """
    from psycopg import AsyncRawCursor

    bound = execution.bound()
    async with AsyncRawCursor(connection) as cursor:
        with told_statement(execution.sql, bound):
            # No limit: the attempt's timeout is the caller's.
            await cursor.execute(bound.text, _values(bound))


@asynccontextmanager
async def opened(
    connection: Connection, execution: Execution, load: Callable[[Cursor], None]
) -> AsyncIterator[RowStream]:
    """Run a statement and read its rows.

    A query that only reads keeps its rows on the server until they are asked for.

    Raises:
        TaskFailed: The server refuses it.
    """
    from psycopg import AsyncRawCursor
    from psycopg.pq import TransactionStatus

    bound = execution.bound()
    prefix = DECLARE if _only_reads(execution.statement) else ""
    async with AsyncExitStack() as stack:
        if prefix and connection.info.transaction_status is TransactionStatus.IDLE:
            await stack.enter_async_context(connection.transaction())
        cursor = await stack.enter_async_context(AsyncRawCursor(connection))
        load(cursor)
        with told_statement(execution.sql, bound, prefix):
            # No limit: the attempt's timeout is the caller's.
            await cursor.execute(prefix + bound.text, _values(bound))
            first = await _next_from_server(cursor, execution) if prefix else None
        columns = columns_of(cursor)
        if first is None:
            yield RowStream(columns=columns, batches=_batches_here(cursor, execution.fetch_size))
            return
        batches = _batches_of_server(cursor, execution, bound, first)
        yield RowStream(columns=columns, batches=batches)
        with told_statement(execution.sql, bound):
            await cursor.execute(f"CLOSE {CURSOR_NAME}")


def _only_reads(statement: Statement) -> bool:
    """Whether a cursor can be declared for it."""
    return statement.verb in _READING_VERBS and not _WRITING_WORDS.intersection(statement.words)


def _values(bound: BoundStatement) -> list[object] | None:
    if not bound.values:
        return None
    from psycopg.types.json import Jsonb

    return [Jsonb(value) if isinstance(value, dict) else value for value in bound.values]


async def _next_from_server(cursor: Cursor, execution: Execution) -> Rows:
    await cursor.execute(f"FETCH FORWARD {execution.fetch_size} FROM {CURSOR_NAME}")
    return await cursor.fetchall()


async def _batches_of_server(
    cursor: Cursor, execution: Execution, bound: BoundStatement, first: Rows
) -> AsyncGenerator[Rows, None]:
    rows = first
    while rows:
        yield rows
        if len(rows) < execution.fetch_size:
            return
        with told_statement(execution.sql, bound):
            rows = await _next_from_server(cursor, execution)


async def _batches_here(cursor: Cursor, fetch_size: int) -> AsyncGenerator[Rows, None]:
    while cursor.description and (rows := await cursor.fetchmany(fetch_size)):
        yield rows
