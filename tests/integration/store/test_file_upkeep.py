from __future__ import annotations

import threading
from pathlib import Path

from lanner_coordinator.store.duckdb import DuckdbStore, upkeep
from lanner_coordinator.store.duckdb.database import Database
from lanner_coordinator.store.duckdb.rows import number
from lanner_coordinator.store.duckdb.upkeep import Upkeep
from lanner_coordinator.store.records import Commit
from tests.contract.store.samples import a_line, an_archive, events
from tests.support.eventually import eventually


async def test_an_idle_store_makes_a_checkpoint(tmp_path: Path) -> None:
    database = Database(tmp_path / "lanner.duckdb")
    async with DuckdbStore(database.path) as store:
        text = "x" * (upkeep.IDLE_CHECKPOINT_BYTES // 100)
        await store.commit(Commit(logs=[a_line(number, text=text) for number in range(1, 151)]))

        assert await store.last_log_position() == 150

        await eventually(lambda: database.path.stat().st_size, until=lambda size: size > 500_000)
        await eventually(lambda: database.wal_bytes() == 0)


def test_a_checkpoint_that_a_reader_prevents_is_made_when_nobody_reads(tmp_path: Path) -> None:
    database = Database(tmp_path / "lanner.duckdb")
    database.open()
    keeper = Upkeep(database, 0)
    writer = database.writing_cursor()
    with database.reading() as reader:
        reader.execute("BEGIN")
        number(reader, "SELECT epoch FROM progress")
        writer.execute("INSERT INTO journal VALUES ('a', 1, ?)", ["x" * 5_000_000])
        writer.execute("UPDATE progress SET settled_group = 1")
        keeper.after_batch(is_idle=True)
        was_due = keeper.is_due
        reader.execute("ROLLBACK")

    keeper.after_batch(is_idle=True)

    assert was_due
    assert (keeper.is_due, database.wal_bytes()) == (False, 0)
    database.close()


async def test_dead_events_are_swept_when_the_store_closes(tmp_path: Path) -> None:
    path = tmp_path / "lanner.duckdb"
    async with DuckdbStore(path) as store:
        await store.commit(Commit(journal=[*events(1, 1, 2), *events(2, 1)]))
        await store.journal()
        await store.commit(Commit(ended=[an_archive(1, 2)]))

    database = Database(path)
    database.open()
    with database.reading() as cursor:
        assert number(cursor, "SELECT count(*) FROM journal") == 1
        assert number(cursor, "SELECT count(*) FROM journal_end") == 0
    database.close()


def test_a_file_of_mostly_free_space_is_compacted(tmp_path: Path) -> None:
    database = Database(tmp_path / "lanner.duckdb")
    database.open()
    keeper = Upkeep(database, 0, waste_bytes=1_000_000)
    writer = database.writing_cursor()
    writer.execute(
        """INSERT INTO journal SELECT CAST(range // 80_000 AS VARCHAR), range,
            md5(CAST(range AS VARCHAR)) || sha256(CAST(range AS VARCHAR)) FROM range(100_000)"""
    )
    keeper.after_batch(is_idle=True)
    full_bytes = database.size_bytes()
    writer.execute("DELETE FROM journal WHERE execution_id = '0'")

    keeper.close()

    assert database.size_bytes() < full_bytes / 2
    assert not list(tmp_path.glob("*compact*"))
    with database.reading() as cursor:
        assert number(cursor, "SELECT count(*) FROM journal WHERE execution_id = '1'") == 20_000
    database.close()


def test_an_exchange_waits_for_readers(tmp_path: Path) -> None:
    database = Database(tmp_path / "lanner.duckdb")
    database.open()
    order: list[str] = []
    reading = database.reading()
    cursor = reading.__enter__()

    exchange = threading.Thread(target=lambda: database.reopen(lambda: order.append("exchanged")))
    exchange.start()
    assert number(cursor, "SELECT count(*) FROM execution") == 0
    order.append("read")
    reading.__exit__(None, None, None)
    exchange.join(timeout=5)

    assert order == ["read", "exchanged"]
    with database.reading() as again:
        assert number(again, "SELECT count(*) FROM execution") == 0
    database.close()
