"""What becomes of the rows of a statement: outputs, or a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from lanner_agent.tasks.contract import TaskContext
from lanner_agent.tasks.postgresql.columns import Column
from lanner_agent.tasks.postgresql.row_files import open_row_file
from lanner_agent.tasks.postgresql.row_stream import Execution, RowStream, execute, opened
from lanner_agent.tasks.postgresql.settings import FetchType, StoreFormat

if TYPE_CHECKING:
    from lanner_agent.tasks.postgresql.row_stream import Connection, Cursor

Outputs = dict[str, object]


async def run_statement(
    context: TaskContext,
    connection: Connection,
    execution: Execution,
    fetch_type: FetchType,
    stored_as: tuple[StoreFormat, str],
) -> Outputs:
    """Run a statement; its outputs.

    Args:
        context: Stores the file.
        connection: Where it runs.
        execution: The statement.
        fetch_type: What becomes of its rows.
        stored_as: Format and name of the file of rows, without its ending.

    Raises:
        TaskFailed: The server refuses it, or the file cannot be stored.
    """
    if fetch_type is FetchType.NONE:
        await execute(connection, execution)
        return {}
    if fetch_type is FetchType.FETCH_ONE:
        execution = replace(execution, fetch_size=1)
    store_format, name = stored_as
    stores_texts = fetch_type is FetchType.STORE and store_format is not StoreFormat.JSONL
    async with opened(connection, execution, _loader(as_texts=stores_texts)) as rows:
        match fetch_type:
            case FetchType.FETCH_ONE:
                return await _first(rows)
            case FetchType.FETCH:
                return await _all(rows)
            case _:
                return await _stored(context, rows, store_format, f"{name}.{store_format}")


def _loader(*, as_texts: bool) -> Callable[[Cursor], None]:
    # The module needs the driver, which an agent without this family does not have.
    from lanner_agent.tasks.postgresql import loaders

    return loaders.load_texts if as_texts else loaders.load_json_like


async def _first(rows: RowStream) -> Outputs:
    async with aclosing(rows.batches) as batches:
        async for batch in batches:
            return {"row": _named(rows.columns, batch[0]), "size": 1}
    return {"row": None, "size": 0}


async def _all(rows: RowStream) -> Outputs:
    found = [_named(rows.columns, row) async for batch in rows.batches for row in batch]
    return {"rows": found, "size": len(found)}


async def _stored(
    context: TaskContext, rows: RowStream, store_format: StoreFormat, name: str
) -> Outputs:
    path = context.own_dir / name
    count = 0
    await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
    with await asyncio.to_thread(open_row_file, store_format, path, rows.columns) as file:
        async for batch in rows.batches:
            await asyncio.to_thread(file.write, batch)
            count += len(batch)
    stored = await context.store(path, name)
    return {"uri": stored.uri, "size": count}


def _named(columns: Sequence[Column], row: Sequence[object]) -> dict[str, object]:
    return {column.name: value for column, value in zip(columns, row, strict=True)}
