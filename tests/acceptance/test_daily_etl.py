"""The main job, end to end.

PostgreSQL to pandas in a container to PostgreSQL, by schedule and by backfill.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from lanner_coordinator.store.duckdb.store import DuckdbStore
from lanner_coordinator.store.records import Commit
from tests.support.docker_engine import DockerEngine
from tests.support.eventually import eventually_blocking
from tests.support.postgres import PostgresServer, running_postgres
from tests.support.running_lanner import RunningLanner, running_lanner

DB_ADDRESS = "127.0.53.2"
"""Where the host name `db` of the flow leads to, by libpq's PGHOSTADDR."""

FLOW = """\
id: daily_etl
namespace: production

triggers:
  - id: schedule
    type: io.kestra.plugin.core.trigger.Schedule
    cron: '0 6 * * *'

tasks:
  - id: extract
    type: io.kestra.plugin.jdbc.postgresql.Query
    url: jdbc:postgresql://db:5432/source
    sql: SELECT * FROM orders WHERE date = '{{ trigger.date }}'
    store: true

  - id: transform
    type: io.kestra.plugin.scripts.python.Script
    script: |
      import pandas as pd
      df = pd.read_csv('{{ outputs.extract.uri }}')
      df['total'] = df['quantity'] * df['price']
      df.to_csv('{{ outputDir }}/transformed.csv')

  - id: load
    type: io.kestra.plugin.jdbc.postgresql.Query
    url: jdbc:postgresql://db:5432/warehouse
    sql: COPY orders_fact FROM '{{ outputs.transform.uri }}'
"""

CONFIG = """\
[[plugin_defaults]]
type = "io.kestra.plugin.jdbc.postgresql"
values = {{ username = "lanner", password = "{{{{ secret('DB_PASSWORD') }}}}" }}

[[plugin_defaults]]
type = "io.kestra.plugin.scripts.python"
values = {{ containerImage = "{image}" }}
"""

BACKFILLED = date(2026, 3, 2)

Row = tuple[int, int, date, int, Decimal, Decimal]


@pytest.fixture(scope="module")
def db() -> Iterator[PostgresServer]:
    """The server that the flow calls `db`, on its usual port."""
    with running_postgres(DB_ADDRESS, 5432) as server:
        yield server


@pytest.mark.postgres
async def test_a_backfill_and_a_missed_date_of_the_schedule_fill_the_warehouse(
    tmp_socket_dir: Path, db: PostgresServer, docker_engine: DockerEngine, python_image: str
) -> None:
    # The newest date of the schedule, so that there is one missed date whatever time it is.
    missed = (datetime.now(UTC) - timedelta(hours=6)).date()  # noqa: TID251 - a real clock runs
    _fill_source(db, [BACKFILLED, missed])
    _make_warehouse(db)
    data = tmp_socket_dir / "data"
    with _lanner(tmp_socket_dir, db, python_image) as lanner:
        lanner.done("flow", "apply", str(_written(tmp_socket_dir / "daily_etl.yaml", FLOW)))
        key = "production/daily_etl/schedule"
        day = BACKFILLED.isoformat()
        lanner.done(
            "trigger", "backfill", key, "--start", f"{day}T00:00:00Z", "--end", f"{day}T23:00:00Z"
        )
        _wait_for_successes(lanner, 1)

    assert _warehouse(db) == [
        (0, 1, BACKFILLED, 2, Decimal("9.99"), Decimal("19.98")),
        (1, 2, BACKFILLED, 5, Decimal("0.50"), Decimal("2.50")),
    ]

    await _miss_the_date(data, missed)
    with _lanner(tmp_socket_dir, db, python_image) as lanner:
        _wait_for_successes(lanner, 2)
        triggers = {str(execution["trigger"]) for execution in lanner.executions()}

    assert triggers == {"backfill", "schedule"}
    assert [row[2] for row in _warehouse(db)] == [BACKFILLED, BACKFILLED, missed, missed]
    assert not docker_engine.client.containers.list(
        all=True, filters={"label": "lanner.dev/namespace=production"}
    )


@contextmanager
def _lanner(folder: Path, db: PostgresServer, image: str) -> Iterator[RunningLanner]:
    config = _written(folder / "lanner.toml", CONFIG.format(image=image))
    secret = base64.b64encode(db.password.encode()).decode()
    environment = {"SECRET_DB_PASSWORD": secret, "PGHOSTADDR": DB_ADDRESS}
    with running_lanner(folder / "data", config=config, environment=environment) as lanner:
        yield lanner


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def _fill_source(db: PostgresServer, days: list[date]) -> None:
    with psycopg.connect(db.create_database("source").dsn) as connection:
        connection.execute("CREATE TABLE orders (id int, date date, quantity int, price numeric)")
        for day in days:
            connection.execute(
                "INSERT INTO orders VALUES (1, %s, 2, 9.99), (2, %s, 5, 0.50)", [day, day]
            )


def _make_warehouse(db: PostgresServer) -> None:
    with psycopg.connect(db.create_database("warehouse").dsn) as connection:
        connection.execute(
            "CREATE TABLE orders_fact "
            "(n int, id int, date date, quantity int, price numeric(10, 2), total numeric(10, 2))"
        )


def _warehouse(db: PostgresServer) -> list[Row]:
    with psycopg.connect(db.database("warehouse").dsn) as connection:
        return connection.execute("SELECT * FROM orders_fact ORDER BY date, id").fetchall()


def _wait_for_successes(lanner: RunningLanner, count: int) -> None:
    def states() -> list[object]:
        found = [execution["state"] for execution in lanner.executions()]
        assert "FAILED" not in found, f"{lanner.executions()}\n{lanner.logs_of_programs()}"
        return found

    eventually_blocking(lambda: states() == ["SUCCESS"] * count, 60)


async def _miss_the_date(data: Path, day: date) -> None:
    """Put the store into the state of a coordinator that was down at six o'clock."""
    at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    async with DuckdbStore(data / "lanner.duckdb") as store:
        (record,) = await store.triggers()
        await store.commit(Commit(triggers=[replace(record, next_at=at)]))
