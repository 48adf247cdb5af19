"""Statements in a real PostgreSQL."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterator

import psycopg
import pytest

from lanner_agent.tasks.contract import FailureCause, LogLevel, TaskFailed, TaskResult
from lanner_agent.tasks.postgresql import TASK_TYPES
from tests.support.eventually import eventually
from tests.support.fake_task_context import FakeTaskContext
from tests.support.postgres import PostgresDatabase, PostgresServer

QUERY, QUERIES = TASK_TYPES


@pytest.fixture
def database(postgres_server: PostgresServer) -> PostgresDatabase:
    return postgres_server.create_database()


@pytest.fixture
def admin(database: PostgresDatabase) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        yield connection


def account(database: PostgresDatabase) -> dict[str, object]:
    return {
        "url": database.jdbc_url(),
        "username": database.user,
        "password": database.password,
    }


async def query(
    context: FakeTaskContext, database: PostgresDatabase, sql: str, **properties: object
) -> TaskResult:
    return await QUERY.run(context, {**account(database), "sql": sql, **properties})


async def queries(
    context: FakeTaskContext, database: PostgresDatabase, sql: str, **properties: object
) -> TaskResult:
    return await QUERIES.run(context, {**account(database), "sql": sql, **properties})


def stored_text(context: FakeTaskContext, result: TaskResult) -> str:
    return context.stored(str(result.outputs["uri"])).decode()


async def test_fetch_gives_all_rows(context: FakeTaskContext, database: PostgresDatabase) -> None:
    result = await query(
        context, database, "SELECT n, 'x' || n AS t FROM generate_series(1, 3) n", fetchType="FETCH"
    )

    rows = [{"n": 1, "t": "x1"}, {"n": 2, "t": "x2"}, {"n": 3, "t": "x3"}]
    assert result.outputs == {"rows": rows, "size": 3}
    assert context.metrics == {"fetch.size": 3}
    assert context.started_descriptions == [f"postgresql 127.0.0.1:{database.port}/{database.name}"]


async def test_fetch_one_gives_the_first_row(
    context: FakeTaskContext, database: PostgresDatabase
) -> None:
    sql = "SELECT n FROM generate_series(7, 9) n"

    result = await query(context, database, sql, fetchOne=True)

    assert result.outputs == {"row": {"n": 7}, "size": 1}


async def test_values_become_what_json_can_hold(
    context: FakeTaskContext, database: PostgresDatabase
) -> None:
    sql = """SELECT 12.50::numeric AS price, 7::numeric AS whole,
        12345678901234567890.123456789::numeric AS exact, 'NaN'::float8 AS nan,
        date '2026-03-01' AS day, timestamp '2026-03-01 10:00:00.5' AS local,
        timestamptz '2026-03-01 10:00+00' AS instant, interval '1 day 2 hours' AS span,
        'infinity'::date AS never, '{"a": [1]}'::jsonb AS doc, ARRAY[1, 2] AS list,
        true AS flag, NULL AS nothing, '\\x00ff'::bytea AS raw"""

    result = await query(context, database, sql, fetchType="FETCH_ONE", timeZoneId="Europe/Berlin")

    row = result.outputs["row"]
    assert json.loads(json.dumps(row)) == {
        "price": 12.5,
        "whole": 7,
        "exact": "12345678901234567890.123456789",
        "nan": "NaN",
        "day": "2026-03-01",
        "local": "2026-03-01T10:00:00.5",
        "instant": "2026-03-01T11:00:00+01:00",
        "span": "P1DT2H",
        "never": "infinity",
        "doc": {"a": [1]},
        "list": [1, 2],
        "flag": True,
        "nothing": None,
        "raw": "AP8=",
    }


async def test_stored_rows_are_csv_with_a_header(
    context: FakeTaskContext, database: PostgresDatabase
) -> None:
    sql = """SELECT 1 AS id, 'a, "b"' AS text, NULL AS nothing, '' AS empty, 1.50 AS price,
        date '2026-03-01' AS day, true AS flag"""

    result = await query(context, database, sql, store=True)

    assert result.outputs["size"] == 1
    assert stored_text(context, result) == (
        'id,text,nothing,empty,price,day,flag\n1,"a, ""b""",,"",1.50,2026-03-01,true\n'
    )


async def test_stored_rows_of_several_batches_are_all_there(
    context: FakeTaskContext, database: PostgresDatabase
) -> None:
    sql = "SELECT n FROM generate_series(1, 25) n"

    result = await query(context, database, sql, fetchType="STORE", fetchSize=10)

    rows = list(csv.reader(io.StringIO(stored_text(context, result))))
    assert rows == [["n"], *([str(n)] for n in range(1, 26))]
    assert result.outputs["size"] == 25


async def test_rows_are_stored_as_json_lines(
    context: FakeTaskContext, database: PostgresDatabase
) -> None:
    sql = "SELECT n, NULL AS nothing FROM generate_series(1, 2) n"

    result = await query(context, database, sql, store=True, storeFormat="jsonl")

    assert stored_text(context, result) == '{"n":1,"nothing":null}\n{"n":2,"nothing":null}\n'


async def test_parquet_without_its_library_says_what_to_install(
    context: FakeTaskContext, database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)

    with pytest.raises(TaskFailed, match=r"pip install 'lanner\[parquet\]'"):
        await query(context, database, "SELECT 1", store=True, storeFormat="parquet")


async def test_parameters_are_bound_by_name(
    context: FakeTaskContext, database: PostgresDatabase
) -> None:
    sql = "SELECT :name AS name, ':name' AS text, (:n + 1)::int AS next, '5'::int AS cast"

    result = await query(
        context,
        database,
        sql,
        fetchType="FETCH_ONE",
        parameters={"name": "it's", "n": 4},
    )

    row = {"name": "it's", "text": ":name", "next": 5, "cast": 5}
    assert result.outputs["row"] == row


async def test_a_statement_that_writes_can_return_rows(
    context: FakeTaskContext, database: PostgresDatabase, admin: psycopg.Connection
) -> None:
    admin.execute("CREATE TABLE orders (id serial, name text)")

    result = await query(
        context,
        database,
        "INSERT INTO orders (name) VALUES ('a'), ('b') RETURNING id",
        fetchType="FETCH",
    )

    assert result.outputs["rows"] == [{"id": 1}, {"id": 2}]
    assert admin.execute("SELECT count(*) FROM orders").fetchone() == (2,)


async def test_a_statement_that_allows_no_transaction_runs_alone(
    context: FakeTaskContext, database: PostgresDatabase
) -> None:
    result = await query(context, database, "VACUUM")

    assert result.outputs == {}


async def test_what_follows_is_in_the_same_transaction(
    context: FakeTaskContext, database: PostgresDatabase, admin: psycopg.Connection
) -> None:
    admin.execute("CREATE TABLE orders (id int)")

    with pytest.raises(TaskFailed, match=r'relation "gone" does not exist'):
        await query(
            context,
            database,
            "INSERT INTO orders VALUES (1)",
            afterSQL="INSERT INTO gone VALUES (1)",
        )

    assert admin.execute("SELECT count(*) FROM orders").fetchone() == (0,)


async def test_several_statements_are_referred_to_queries(
    context: FakeTaskContext, database: PostgresDatabase
) -> None:
    with pytest.raises(TaskFailed, match=r"2 statements.*postgresql\.Queries") as failed:
        await query(context, database, "SELECT 1; SELECT 2")

    assert failed.value.cause is FailureCause.PROPERTIES


async def test_queries_give_outputs_of_each_statement(
    context: FakeTaskContext, database: PostgresDatabase
) -> None:
    sql = "CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2); SELECT id FROM t ORDER BY id"

    result = await queries(context, database, sql, fetchType="FETCH")

    assert result.outputs["outputs"] == [
        {"rows": [], "size": 0},
        {"rows": [], "size": 0},
        {"rows": [{"id": 1}, {"id": 2}], "size": 2},
    ]


async def test_queries_store_a_file_for_each_statement(
    context: FakeTaskContext, database: PostgresDatabase
) -> None:
    result = await queries(context, database, "SELECT 1 AS a; SELECT 2 AS b", store=True)

    outputs = result.outputs["outputs"]
    assert isinstance(outputs, list)
    assert [context.stored(one["uri"]) for one in outputs] == [b"a\n1\n", b"b\n2\n"]


async def test_queries_are_one_transaction(
    context: FakeTaskContext, database: PostgresDatabase, admin: psycopg.Connection
) -> None:
    admin.execute("CREATE TABLE orders (id int)")

    with pytest.raises(TaskFailed):
        await queries(context, database, "INSERT INTO orders VALUES (1); SELECT 1 / 0")

    assert admin.execute("SELECT count(*) FROM orders").fetchone() == (0,)


async def test_queries_without_a_transaction_keep_what_was_done(
    context: FakeTaskContext, database: PostgresDatabase, admin: psycopg.Connection
) -> None:
    admin.execute("CREATE TABLE orders (id int)")
    sql = "INSERT INTO orders VALUES (1); SELECT 1 / 0"

    with pytest.raises(TaskFailed, match="division by zero"):
        await queries(context, database, sql, transaction=False)

    assert admin.execute("SELECT count(*) FROM orders").fetchone() == (1,)


@pytest.mark.parametrize("properties", [{}, {"fetchType": "FETCH"}, {"parameters": {"aa": 1}}])
async def test_an_error_names_its_place_in_the_sql(
    context: FakeTaskContext, database: PostgresDatabase, properties: dict[str, object]
) -> None:
    sql = "SELECT 1 AS a;\nSELECT :aa::int,\n  nme FROM pg_class".replace(
        ":aa", ":aa" if "parameters" in properties else "1"
    )

    with pytest.raises(TaskFailed) as failed:
        await queries(context, database, sql, **properties)

    assert failed.value.message == (
        'The statement at line 3, column 3 failed: column "nme" does not exist (SQLSTATE 42703).'
    )


async def test_a_deferred_constraint_fails_the_task_at_the_end(
    context: FakeTaskContext, database: PostgresDatabase, admin: psycopg.Connection
) -> None:
    admin.execute("CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)")

    with pytest.raises(TaskFailed, match=r"did not keep the changes: duplicate key.*23505"):
        await queries(context, database, "INSERT INTO t VALUES (1); INSERT INTO t VALUES (1)")


async def test_a_wrong_password_fails_without_telling_it(
    context: FakeTaskContext, database: PostgresDatabase
) -> None:
    with pytest.raises(TaskFailed) as failed:
        await query(context, database, "SELECT 1", password="hunter2")

    assert "password authentication failed" in failed.value.message
    assert f"127.0.0.1:{database.port}/{database.name} cannot be reached" in failed.value.message
    assert "hunter2" not in failed.value.message


async def test_copy_streams_an_artifact_into_a_table(
    context: FakeTaskContext, database: PostgresDatabase, admin: psycopg.Connection
) -> None:
    admin.execute("CREATE TABLE orders_fact (n int, name text, flag boolean)")
    uri = context.put("run/transformed.csv", b",name,flag\n0,a,True\n1,,False\n")

    result = await query(context, database, f"COPY orders_fact FROM '{uri}'")

    rows = admin.execute("SELECT * FROM orders_fact ORDER BY n").fetchall()
    assert rows == [(0, "a", True), (1, None, False)]
    assert result.outputs == {"size": 2}
    assert context.logged == [
        (
            LogLevel.INFO,
            "transformed.csv is read as CSV with a header: give COPY options where it is not.",
        )
    ]


async def test_copy_with_options_is_left_as_it_is(
    context: FakeTaskContext, database: PostgresDatabase, admin: psycopg.Connection
) -> None:
    admin.execute("CREATE TABLE t (a int, b int)")
    uri = context.put("rows.csv", b"1;2\n")

    await query(context, database, f"COPY t (b, a) FROM '{uri}' (FORMAT csv, DELIMITER ';')")

    assert admin.execute("SELECT a, b FROM t").fetchall() == [(2, 1)]
    assert context.logged == []


async def test_stored_rows_can_be_copied_back(
    context: FakeTaskContext, database: PostgresDatabase, admin: psycopg.Connection
) -> None:
    columns = "a text, b numeric, c timestamptz, d int[], e bytea, f boolean, g jsonb, h interval"
    admin.execute(f"CREATE TABLE source ({columns})")
    admin.execute(f"CREATE TABLE target ({columns})")
    admin.execute(
        "INSERT INTO source VALUES ('', 1.50, now(), '{1,2}', '\\x00', true, '{\"k\":1}', '1 mon'),"
        " (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (E'x\\n\"y\"', 0, 'infinity', '{}',"
        " '', false, '[]', '-1 day')"
    )

    stored = await query(context, database, "SELECT * FROM source", store=True)
    await query(context, database, f"COPY target FROM '{stored.outputs['uri']}'")

    difference = "SELECT * FROM source EXCEPT SELECT * FROM target"
    assert admin.execute("SELECT count(*) FROM target").fetchone() == (3,)
    assert admin.execute(difference).fetchall() == []


async def test_a_bad_row_of_a_copied_file_is_told(
    context: FakeTaskContext, database: PostgresDatabase, admin: psycopg.Connection
) -> None:
    admin.execute("CREATE TABLE t (n int)")
    uri = context.put("rows.csv", b"n\n1\nx\n")

    with pytest.raises(TaskFailed, match=r"COPY t, line 3, column n"):
        await query(context, database, f"COPY t FROM '{uri}'")


async def test_cancelling_ends_the_statement_on_the_server(
    context: FakeTaskContext, database: PostgresDatabase, admin: psycopg.Connection
) -> None:
    def sleepers() -> int:
        asked = admin.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'"
        ).fetchone()
        assert asked is not None
        count: int = asked[0]
        return count

    async with asyncio.TaskGroup() as group:
        running = group.create_task(query(context, database, "SELECT pg_sleep(60)"))
        await eventually(sleepers, 20)
        running.cancel()

    await eventually(lambda: sleepers() == 0, 10)
