"""Makes sentences of what a database refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lanner_agent.tasks.contract import TaskFailed
from lanner_agent.tasks.postgresql.address import DatabaseAddress
from lanner_agent.tasks.postgresql.binding import BoundStatement
from lanner_agent.tasks.postgresql.statements import line_and_column

if TYPE_CHECKING:
    from psycopg import Error


@contextmanager
def told_connection(address: DatabaseAddress) -> Iterator[None]:
    """Say that the database cannot be reached, and why.

    Raises:
        TaskFailed: It cannot.
    """
    from psycopg import Error

    try:
        yield
    except Error as cause:
        raise TaskFailed(
            f"The database {address.place} cannot be reached: {_one_line(str(cause))}"
        ) from cause


@contextmanager
def told_statement(sql: str, bound: BoundStatement, prefix: str = "") -> Iterator[None]:
    """Say that a statement was refused, where in the SQL, and why.

    Args:
        sql: The whole SQL that the statement is in.
        bound: The statement.
        prefix: What the agent put before it.

    Raises:
        TaskFailed: It was refused, or the connection was lost.
    """
    from psycopg import Error

    try:
        yield
    except Error as cause:
        raise TaskFailed(_sentence(cause, sql, bound, prefix)) from cause


@contextmanager
def told_transaction() -> Iterator[None]:
    """Say that the statements as a whole were refused, as by a constraint that waits for the end.

    Raises:
        TaskFailed: They were, or the connection was lost.
    """
    from psycopg import Error

    try:
        yield
    except Error as cause:
        message = _one_line(cause.diag.message_primary or str(cause))
        code = f" (SQLSTATE {cause.sqlstate})" if cause.sqlstate else ""
        raise TaskFailed(f"The database did not keep the changes: {message}{code}.") from cause


def _sentence(error: Error, sql: str, bound: BoundStatement, prefix: str) -> str:
    told = error.diag
    position = int(told.statement_position or 0) - len(prefix)
    at = bound.place_of(position - 1) if position > 0 else bound.start
    line, column = line_and_column(sql, at)
    message = _one_line(told.message_primary or str(error))
    code = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
    more = [told.message_detail, told.message_hint, _copy_context(told.context)]
    details = " ".join(_sentence_of(text) for text in more if text)
    sentence = f"The statement at line {line}, column {column} failed: {message}{code}."
    return f"{sentence} {details}".rstrip()


def _copy_context(context: str | None) -> str | None:
    """Where in a file a COPY failed; other contexts are the server's own business."""
    return context if context and context.startswith("COPY") else None


def _sentence_of(text: str) -> str:
    line = _one_line(text)
    return line if line.endswith(".") else f"{line}."


def _one_line(text: str) -> str:
    return " ".join(text.split())
