"""`lanner secret`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Lanner
from tests.support.fake_api import FakeApi


async def test_a_value_is_read_from_stdin_without_its_line_end(
    api: FakeApi, lanner: Lanner
) -> None:
    ended = await lanner(
        *("secret", "set", "token", "-n", "company", "--description", "shop"), stdin="sword fish\n"
    )

    request = api.requests("SetSecret")[0]
    assert (request.key, request.value, request.description) == ("token", "sword fish", "shop")
    assert ended.err == "set TOKEN in company, version 1\n"
    assert "sword" not in ended.out


async def test_only_the_last_line_end_is_left_out(api: FakeApi, lanner: Lanner) -> None:
    await lanner("secret", "set", "key", "-n", "company", stdin="-----BEGIN\nabc\n\n")

    assert api.requests("SetSecret")[0].value == "-----BEGIN\nabc\n"


async def test_a_value_is_read_from_a_file(api: FakeApi, lanner: Lanner, tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text("one\ntwo\n")

    await lanner("secret", "set", "key", "-n", "company", "--file", str(file))

    assert api.requests("SetSecret")[0].value == "one\ntwo"


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
async def test_a_file_that_is_none_or_no_text_is_refused(
    api: FakeApi, lanner: Lanner, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)

    ended = await lanner("secret", "set", "key", "-n", "company", "--file", str(file))

    assert ended.code == 2
    assert str(file) in ended.err
    assert api.requests("SetSecret") == []


async def test_a_value_on_the_command_line_is_refused_and_not_repeated(
    api: FakeApi, lanner: Lanner
) -> None:
    ended = await lanner("secret", "set", "token", "swordfish", "-n", "company", stdin="x")

    assert ended.code == 2
    assert "does not belong on the command line" in ended.err
    assert "swordfish" not in ended.err
    assert api.requests("SetSecret") == []


async def test_nothing_on_stdin_is_no_value(api: FakeApi, lanner: Lanner) -> None:
    ended = await lanner("secret", "set", "token", "-n", "company")

    assert ended.code == 2
    assert "no value for token came on stdin" in ended.err
    assert api.requests("SetSecret") == []


async def test_secrets_are_listed_and_deleted(lanner: Lanner) -> None:
    for key in ("a", "b"):
        await lanner("secret", "set", key, "-n", "company", stdin="swordfish")

    deleted = await lanner("secret", "delete", "a", "-n", "company")
    listed = await lanner("secret", "list", "-n", "company", "-o", "json")
    missing = await lanner("secret", "delete", "a", "-n", "company")

    assert "removed a from company" in deleted.err
    assert [item["key"] for item in json.loads(listed.out)["items"]] == ["B"]
    assert "swordfish" not in listed.out
    assert missing.code != 0


async def test_secrets_need_a_namespace(lanner: Lanner) -> None:
    ended = await lanner("secret", "list")

    assert ended.code == 2
    assert "-n company.team" in ended.err


async def test_a_changed_master_key_is_to_be_backed_up(lanner: Lanner) -> None:
    ended = await lanner("secret", "rotate-key")

    assert ended.code == 0
    assert "back up the coordinator's key file again" in ended.err


async def test_a_provider_is_named_to_the_coordinator(api: FakeApi, lanner: Lanner) -> None:
    where = ("-n", "company", "--provider", "prod")

    was_set = await lanner("secret", "set", "token", *where, stdin="x")
    await lanner("secret", "list", *where)
    await lanner("secret", "delete", "token", *where)

    for call in ("SetSecret", "ListSecrets", "DeleteSecret"):
        assert [request.provider for request in api.requests(call)] == ["prod"]
    assert was_set.err == "set TOKEN in company of prod\n"
