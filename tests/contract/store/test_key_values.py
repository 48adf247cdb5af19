"""The key-value store: replaced and removed by namespace and key."""

from __future__ import annotations

from dataclasses import replace

from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit, KeyValueRecord
from tests.contract.store.samples import at


def a_value(key: str, value: str = '"red"', namespace: str = "company") -> KeyValueRecord:
    return KeyValueRecord(
        namespace=namespace,
        key=key,
        type="STRING",
        value=value,
        description="",
        created_at=at(1),
        updated_at=at(2),
    )


async def test_values_come_in_order_of_namespace_and_key(store: Store) -> None:
    values = [a_value("b"), a_value("a"), a_value("z", namespace="acme")]

    await store.commit(Commit(key_values=values))

    assert await store.key_values() == [values[2], values[1], values[0]]


async def test_a_value_replaces_that_of_the_same_namespace_and_key(store: Store) -> None:
    other = a_value("a", namespace="company.team")
    await store.commit(Commit(key_values=[a_value("a"), other]))
    newer = replace(
        a_value("a", '{"é":"\\u0000"}'), type="JSON", version=2, expires_at=at(9), description="ä"
    )

    await store.commit(Commit(key_values=[newer]))

    assert await store.key_values() == [newer, other]


async def test_a_removed_key_is_gone_and_may_be_set_again(store: Store) -> None:
    await store.commit(Commit(key_values=[a_value("a"), a_value("b")]))

    await store.commit(Commit(removed_keys=[("company", "a"), ("company", "never")]))
    assert await store.key_values() == [a_value("b")]

    await store.commit(Commit(key_values=[a_value("a", '"blue"')]))
    assert await store.key_values() == [a_value("a", '"blue"'), a_value("b")]
