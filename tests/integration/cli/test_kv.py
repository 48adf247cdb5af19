"""`lanner kv`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from lanner_proto.v1 import key_value_pb2
from tests.integration.cli.conftest import Lanner
from tests.support.fake_api import FakeApi


async def test_a_value_is_set_and_printed(api: FakeApi, lanner: Lanner) -> None:
    was_set = await lanner(*("kv", "set", "size", "12", "--type", "number", "-n", "company"))
    printed = await lanner("kv", "get", "size", "-n", "company")

    request = api.requests("SetKeyValue")[0]
    assert request.type == key_value_pb2.KEY_VALUE_TYPE_NUMBER
    assert "set size in company, version 1" in was_set.err
    assert (printed.code, printed.out) == (0, "12\n")


async def test_a_value_is_read_from_a_file(api: FakeApi, lanner: Lanner, tmp_path: Path) -> None:
    file = tmp_path / "value.json"
    await asyncio.to_thread(file.write_text, '{"a": [1]}\n')

    await lanner(*("kv", "set", "a", "--file", str(file), "--type", "json", "-n", "company"))
    both = await lanner("kv", "set", "a", "x", "--file", str(file), "-n", "company")
    none = await lanner("kv", "set", "a", "-n", "company")
    missing = await lanner("kv", "set", "a", "--file", str(tmp_path / "b"), "-n", "company")

    (request,) = api.requests("SetKeyValue")
    assert request.value.string_value == '{"a": [1]}'
    assert (both.code, none.code, missing.code) == (2, 2, 2)
    assert "VALUE or with --file" in both.err
    assert "cannot be read: No such file" in missing.err


async def test_how_long_a_value_lasts_is_told_to_the_coordinator(
    api: FakeApi, lanner: Lanner
) -> None:
    await lanner(*("kv", "set", "a", "x", "--ttl", "1h30m", "--keep", "-n", "company"))

    request = api.requests("SetKeyValue")[0]
    assert (request.ttl.seconds, request.keep) == (5400, True)


async def test_values_are_listed_and_deleted(lanner: Lanner) -> None:
    for key in ("day_1", "day_2", "night"):
        await lanner("kv", "set", key, "x", "-n", "company")

    deleted = await lanner("kv", "delete", "day_2", "-n", "company")
    listed = await lanner("kv", "list", "day_", "-n", "company", "-o", "json")
    missing = await lanner("kv", "get", "day_2", "-n", "company")

    assert "removed day_2 from company" in deleted.err
    assert [item["key"] for item in json.loads(listed.out)["items"]] == ["day_1"]
    assert missing.code != 0


async def test_values_need_a_namespace(lanner: Lanner) -> None:
    result = await lanner("kv", "get", "a")

    assert result.code == 2
    assert "-n company.team" in result.err
