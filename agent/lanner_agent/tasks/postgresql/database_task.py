"""The work of `Query` and `Queries`."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from lanner_agent.tasks.contract import (
    FailureCause,
    MetricKind,
    Properties,
    TaskContext,
    TaskFailed,
    TaskResult,
)
from lanner_agent.tasks.postgresql.connection import connected
from lanner_agent.tasks.postgresql.copy_in import artifact_copy, copy_artifact
from lanner_agent.tasks.postgresql.fetching import Outputs, run_statement
from lanner_agent.tasks.postgresql.refusals import told_transaction
from lanner_agent.tasks.postgresql.row_stream import Execution, execute
from lanner_agent.tasks.postgresql.settings import DatabaseTask, read_task
from lanner_agent.tasks.postgresql.statements import Statement, split_statements
from lanner_agent.tasks.properties import PropertyReader

if TYPE_CHECKING:
    from lanner_agent.tasks.postgresql.row_stream import Connection

QUERY = "io.kestra.plugin.jdbc.postgresql.Query"
QUERIES = "io.kestra.plugin.jdbc.postgresql.Queries"

SIZE_METRIC = "fetch.size"


async def run_query(context: TaskContext, properties: Properties) -> TaskResult:
    """Run one statement."""
    task = read_task(PropertyReader(properties))
    statements = split_statements(task.sql)
    if len(statements) != 1:
        count = len(statements) or "no"
        raise TaskFailed(
            f"The property `sql` has {count} statements, and {QUERY} runs exactly one: use"
            f" {QUERIES} for several.",
            cause=FailureCause.PROPERTIES,
        )
    # A statement alone is its own transaction, and some, as VACUUM, may be in no other.
    task = replace(task, is_transaction=bool(task.after_sql))
    outputs = await _run_all(context, task, statements)
    return TaskResult(outputs=outputs[0])


async def run_queries(context: TaskContext, properties: Properties) -> TaskResult:
    """Run several statements, one after the other."""
    task = read_task(PropertyReader(properties))
    statements = split_statements(task.sql)
    if not statements:
        raise TaskFailed("The property `sql` has no statements.", cause=FailureCause.PROPERTIES)
    return TaskResult(outputs={"outputs": await _run_all(context, task, statements)})


async def _run_all(
    context: TaskContext, task: DatabaseTask, statements: list[Statement]
) -> list[Outputs]:
    async with connected(context, task) as connection, AsyncExitStack() as stack:
        stack.enter_context(told_transaction())
        if task.is_transaction:
            await stack.enter_async_context(connection.transaction())
        outputs = [
            await _run(context, connection, task, statement, f"rows_{number}")
            for number, statement in enumerate(statements, start=1)
        ]
        for statement in split_statements(task.after_sql):
            await execute(connection, _execution(task, statement, task.after_sql))
    sizes = [size for one in outputs if isinstance(size := one.get("size"), int)]
    if sizes:
        context.metric(SIZE_METRIC, MetricKind.COUNTER, sum(sizes))
    return outputs


async def _run(
    context: TaskContext,
    connection: Connection,
    task: DatabaseTask,
    statement: Statement,
    name: str,
) -> Outputs:
    copy = artifact_copy(statement)
    if copy is not None:
        return await copy_artifact(context, connection, task.sql, copy)
    execution = _execution(task, statement, task.sql)
    return await run_statement(
        context, connection, execution, task.fetch_type, (task.store_format, name)
    )


def _execution(task: DatabaseTask, statement: Statement, sql: str) -> Execution:
    return Execution(
        sql=sql,
        statement=statement,
        parameters=task.parameters,
        fetch_size=task.fetch_size,
    )
