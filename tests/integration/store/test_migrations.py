from __future__ import annotations

from importlib import resources
from pathlib import Path

import duckdb
import pytest

from lanner_coordinator.store.duckdb.migrate import migrate, migrations, schema_version

VERSIONS = list(migrations())


def schema(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    return connection.execute(
        """SELECT table_name, column_name, data_type FROM duckdb_columns()
            WHERE NOT internal ORDER BY ALL"""
    ).fetchall()


def test_migrations_are_numbered_from_one_without_gaps() -> None:
    assert list(range(1, len(VERSIONS) + 1)) == VERSIONS


def test_no_two_migrations_have_the_same_number() -> None:
    folder = Path(str(resources.files("lanner_coordinator.store.duckdb.migrations")))

    assert len(list(folder.glob("*.sql"))) == len(VERSIONS)


@pytest.mark.parametrize("version", [0, *VERSIONS])
def test_every_version_reaches_the_newest_schema(version: int, tmp_path: Path) -> None:
    with (
        duckdb.connect(str(tmp_path / "new.duckdb")) as fresh,
        duckdb.connect(str(tmp_path / "old.duckdb")) as old,
    ):
        migrate(fresh, "new")
        old.execute("CREATE TABLE schema_version (version BIGINT NOT NULL)")
        for number, statements in migrations().items():
            if number <= version:
                old.execute(statements)
        old.execute("INSERT INTO schema_version VALUES (?)", [version])

        migrate(old, "old")

        assert schema_version(old) == max(VERSIONS)
        assert schema(old) == schema(fresh)


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "lanner.duckdb")) as connection:
        migrate(connection, "path")
        before = schema(connection)

        migrate(connection, "path")

        assert schema(connection) == before
        assert connection.execute("SELECT count(*) FROM progress").fetchall() == [(1,)]
