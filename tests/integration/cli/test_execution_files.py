"""`lanner execution files`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Lanner
from tests.support.fake_api import FakeApi

FOLDER = "kestra:///company/etl/executions/X1/tasks"


@pytest.fixture(autouse=True)
def _stored(api: FakeApi) -> None:
    api.state.artifacts = {
        f"{FOLDER}/load/1/rows.csv": b"id\n1\n",
        f"{FOLDER}/load/1/log.txt": b"one",
        f"{FOLDER}/check/2/log.txt": b"two",
    }


async def test_the_files_of_an_execution_are_listed(lanner: Lanner) -> None:
    listed = await lanner("execution", "files", "list", "X1", "-o", "json")
    some = await lanner("execution", "files", "list", "X1", "--limit", "1")
    none = await lanner("execution", "files", "list", "X2")

    items = json.loads(listed.out)["items"]
    assert [item["name"] for item in items] == ["log.txt", "log.txt", "rows.csv"]
    assert "1 of 3 shown" in some.err
    assert "the execution has no files" in none.err


async def test_a_file_goes_to_stdout(lanner: Lanner) -> None:
    got = await lanner("execution", "files", "get", "X1", "rows.csv")

    assert (got.code, got.out, got.err) == (0, "id\n1\n", "")


async def test_a_file_goes_to_a_path_or_into_a_folder(lanner: Lanner, tmp_path: Path) -> None:
    uri = f"lanner:///{FOLDER.removeprefix('kestra:///')}/check/2/log.txt"

    await lanner("execution", "files", "get", "X1", "rows.csv", "--to", "mine.csv")
    told = await lanner("execution", "files", "get", "X1", uri, "--to", ".")

    assert (tmp_path / "mine.csv").read_bytes() == b"id\n1\n"
    assert (tmp_path / "log.txt").read_bytes() == b"two"
    assert "wrote 3 bytes to log.txt" in told.err
    assert sorted(os.listdir(tmp_path)) == ["log.txt", "mine.csv"]


async def test_a_name_must_mean_one_file(lanner: Lanner) -> None:
    several = await lanner("execution", "files", "get", "X1", "log.txt")
    none = await lanner("execution", "files", "get", "X1", "none")

    assert several.code == 2
    assert f"{FOLDER}/check/2/log.txt" in several.err
    assert none.code == 5
    assert 'has no file "none"' in none.err


async def test_what_came_otherwise_than_it_was_sent_is_not_kept(
    api: FakeApi, lanner: Lanner, tmp_path: Path
) -> None:
    api.state.damages_downloads = True

    got = await lanner("execution", "files", "get", "X1", "rows.csv", "--to", "mine.csv")

    assert got.code == 1
    assert "has changed on its way" in got.err
    assert os.listdir(tmp_path) == []


async def test_a_target_that_cannot_be_written_is_told(lanner: Lanner) -> None:
    got = await lanner("execution", "files", "get", "X1", "rows.csv", "--to", "none/mine.csv")

    assert got.code == 1
    assert "none/mine.csv cannot be written: No such file or directory" in got.err
