"""Secrets over gRPC: values go in and none comes out."""

from __future__ import annotations

import logging

import pytest

from lanner_proto.client import Client
from lanner_proto.errors import AlreadyExists, InvalidInput, NotFound, Unavailable, WrongState
from lanner_proto.v1 import secret_pb2
from tests.support.services_stage import Services


async def test_a_secret_is_set_durably_and_seen_by_flows(client: Client, on: Services) -> None:
    was_set = await client.set_secret("company", "token", "swordfish", description="of the shop")

    assert (was_set.key, was_set.version, was_set.description) == ("TOKEN", 1, "of the shop")
    assert was_set.updated_by.startswith("uid ")
    assert on.core.secret_book.get("token", "company.team") == "swordfish"
    assert [one.key for one in await on.store.secrets()] == ["TOKEN"]
    assert "swordfish" not in str(await on.store.secrets())


async def test_a_secret_that_is_set_again_keeps_its_description(client: Client) -> None:
    first = await client.set_secret("company", "token", "a", description="of the shop")

    second = await client.set_secret("company", "TOKEN", "b")

    assert (second.version, second.description) == (2, "of the shop")
    assert second.created_at == first.created_at


async def test_no_message_has_room_for_a_value_on_its_way_out() -> None:
    for name, message in secret_pb2.DESCRIPTOR.message_types_by_name.items():
        if name != "SetSecretRequest":
            assert "value" not in message.fields_by_name


async def test_names_are_listed_with_those_above(client: Client) -> None:
    await client.set_secret("company", "token", "x")
    await client.set_secret("company", "user", "x")
    await client.set_secret("company.team", "token", "x")

    own = await client.list_secrets("company.team")
    inherited = await client.list_secrets("company.team", inherited=True)
    page = await client.list_secrets("company", prefix="to", limit=1)

    assert [(one.namespace, one.key) for one in own.secrets] == [("company.team", "TOKEN")]
    assert [(one.namespace, one.key) for one in inherited.secrets] == [
        ("company.team", "TOKEN"),
        ("company", "USER"),
    ]
    assert ([one.key for one in page.secrets], page.total_count) == (["TOKEN"], 1)


async def test_a_removed_secret_is_gone(client: Client, on: Services) -> None:
    await client.set_secret("company", "token", "x")

    await client.delete_secret("company", "token")

    assert await on.store.secrets() == []
    with pytest.raises(NotFound, match="'TOKEN' does not exist in the namespace 'company'"):
        await client.delete_secret("company", "token")


async def test_a_secret_that_is_there_can_be_kept(client: Client, on: Services) -> None:
    await client.set_secret("company", "token", "x")

    with pytest.raises(AlreadyExists):
        await client.set_secret("company", "token", "y", keep=True)
    assert on.core.secret_book.get("token", "company") == "x"


@pytest.mark.parametrize(
    ("namespace", "key", "value"),
    [
        ("", "A", "x"),
        ("company", "", "x"),
        ("com pany", "A", "x"),
        ("company", "a/b", "x"),
        ("company", "../a", "x"),
        ("company", "A" * 4_000, "x"),
        ("company", "a\0b", "x"),
        ("company", "A", ""),
        ("company", "A", "swordfish" * 10_000),
    ],
)
async def test_what_makes_no_sense_is_refused_without_the_value(
    client: Client, namespace: str, key: str, value: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await client.set_secret(namespace, key, value)

    assert "swordfish" not in str(caught.value)


async def test_a_key_of_the_environment_is_not_changed(client: Client) -> None:
    with pytest.raises(WrongState, match="start the coordinator with the new one"):
        await client.rotate_key()


async def test_the_log_tells_who_set_and_removed_what_but_no_value(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    await client.set_secret("company", "token", "swordfish")
    await client.delete_secret("company", "token")

    assert "set secret TOKEN of company, version 1" in caplog.text
    assert "removed secret TOKEN of company" in caplog.text
    assert "swordfish" not in caplog.text


async def test_secrets_of_a_provider_are_set_listed_and_removed(
    client: Client, on: Services
) -> None:
    was_set = await client.set_secret("company", "token", "swordfish", provider="vault")
    listed = await client.list_secrets("company", provider="vault")

    assert (was_set.provider, was_set.key) == ("vault", "token")
    assert on.provider.secrets == {("company", "token"): "swordfish"}
    assert [one.key for one in listed.secrets] == ["token"]
    await client.delete_secret("company", "token", provider="vault")
    assert on.provider.secrets == {}


async def test_a_provider_that_refuses_or_is_down_says_so(client: Client, on: Services) -> None:
    with pytest.raises(WrongState, match="is read-only"):
        await client.set_secret("company", "token", "x", provider="ro")
    with pytest.raises(NotFound, match="there are: vault, ro"):
        await client.list_secrets("company", provider="aws")
    on.provider.is_down = True
    with pytest.raises(Unavailable, match="did not answer"):
        await client.delete_secret("company", "token", provider="vault")
