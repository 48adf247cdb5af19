"""The key-value store over gRPC."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_proto.client import Client
from lanner_proto.errors import AlreadyExists, InvalidInput, LannerError, NotFound
from lanner_proto.v1 import key_value_pb2
from lanner_proto.values import from_value, to_value
from tests.support.fake_clock import START
from tests.support.services_stage import Services


async def test_a_value_is_set_durably_and_read_with_its_type(client: Client, on: Services) -> None:
    at = await client.set_key_value("company", "color", {"n": 1}, description="what colour")

    found = await client.get_key_value("company", "color")
    assert found == at
    assert from_value(found.value) == {"n": 1}
    assert found.type == key_value_pb2.KEY_VALUE_TYPE_JSON
    assert (found.version, found.description) == (1, "what colour")
    assert [one.key for one in await on.store.key_values()] == ["color"]


async def test_a_text_becomes_what_it_must_be(client: Client) -> None:
    number = key_value_pb2.KEY_VALUE_TYPE_NUMBER

    found = await client.set_key_value("company", "size", "12.5", type_=number)
    with pytest.raises(InvalidInput, match="`many` is no number"):
        await client.set_key_value("company", "size", "many", type_=number)

    assert found.value == to_value(12.5)


async def test_a_value_is_found_from_below_when_it_is_asked_for(client: Client) -> None:
    await client.set_key_value("company", "color", "red")

    found = await client.get_key_value("company.team", "color", inherited=True)
    assert found.namespace == "company"
    with pytest.raises(NotFound, match=r"'color' does not exist in the namespace 'company\.team'"):
        await client.get_key_value("company.team", "color")


async def test_a_value_expires(client: Client, on: Services) -> None:
    set_ = await client.set_key_value("company", "a", "x", ttl_seconds=60)

    on.clock.advance(timedelta(seconds=60))

    assert set_.expires_at.ToDatetime(START.tzinfo) == START + timedelta(seconds=60)
    with pytest.raises(NotFound):
        await client.get_key_value("company", "a")


async def test_a_value_that_is_there_can_be_kept(client: Client) -> None:
    await client.set_key_value("company", "a", "x")

    with pytest.raises(AlreadyExists):
        await client.set_key_value("company", "a", "y", keep=True)


async def test_values_are_listed_by_their_start_and_removed(client: Client) -> None:
    for key in ("day_1", "day_2", "night"):
        await client.set_key_value("company", key, key)

    await client.delete_key_value("company", "day_2")

    page = await client.list_key_values("company", prefix="day_")
    assert [one.key for one in page.key_values] == ["day_1"]
    with pytest.raises(NotFound):
        await client.delete_key_value("company", "day_2")


@pytest.mark.parametrize(
    ("namespace", "key"), [("", "a"), ("company", ""), ("com pany", "a"), ("company", "a/b")]
)
async def test_names_that_are_none_are_refused(client: Client, namespace: str, key: str) -> None:
    with pytest.raises(InvalidInput):
        await client.set_key_value(namespace, key, "x")


@pytest.mark.parametrize(
    ("size_bytes", "told"),
    [
        (3_000_000, r"longer than \d+ bytes: keep a file and store its URI"),
        (100_000_000, r"the message has 1000000\d\d bytes, and \d+ are the most that one call"),
    ],
)
async def test_a_value_that_is_too_large_is_refused_and_nothing_is_kept(
    client: Client, size_bytes: int, told: str
) -> None:
    with pytest.raises(LannerError, match=told):
        await client.set_key_value("company", "large", "x" * size_bytes)

    assert not (await client.list_key_values("company")).key_values
