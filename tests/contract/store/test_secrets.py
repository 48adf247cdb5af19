"""Secrets and the keys that they are encrypted with: replaced and removed by their names."""

from __future__ import annotations

from dataclasses import replace

from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit
from lanner_coordinator.store.secret_records import DataKeyRecord, SecretRecord
from tests.contract.store.samples import at


def a_secret(key: str, namespace: str = "company") -> SecretRecord:
    return SecretRecord(
        namespace=namespace,
        key=key,
        value="1.bm9uc2Vuc2U=",
        description="of the shop",
        created_at=at(1),
        updated_at=at(2),
        updated_by="ada",
    )


async def test_secrets_come_in_order_of_namespace_and_key(store: Store) -> None:
    secrets = [a_secret("B"), a_secret("A"), a_secret("Z", namespace="acme")]

    await store.commit(Commit(secrets=secrets))

    assert await store.secrets() == [secrets[2], secrets[1], secrets[0]]


async def test_a_secret_replaces_that_of_the_same_namespace_and_key(store: Store) -> None:
    other = a_secret("A", namespace="company.team")
    await store.commit(Commit(secrets=[a_secret("A"), other]))
    newer = replace(a_secret("A"), value="2.c29tZXRoaW5n", version=2)

    await store.commit(Commit(secrets=[newer]))

    assert await store.secrets() == [newer, other]


async def test_a_removed_secret_is_gone_and_may_be_set_again(store: Store) -> None:
    await store.commit(Commit(secrets=[a_secret("A"), a_secret("B")]))

    await store.commit(Commit(removed_secrets=[("company", "A"), ("company", "NEVER")]))
    assert await store.secrets() == [a_secret("B")]

    await store.commit(Commit(secrets=[a_secret("A")]))
    assert await store.secrets() == [a_secret("A"), a_secret("B")]


async def test_data_keys_come_in_order_of_creation_and_are_replaced_by_id(store: Store) -> None:
    first = DataKeyRecord(id="9", wrapped="b2xk", created_at=at(1))
    second = DataKeyRecord(id="10", wrapped="bmV3", created_at=at(1))
    await store.commit(Commit(data_keys=[second, first]))

    rewrapped = replace(first, wrapped="YWdhaW4=")
    await store.commit(Commit(data_keys=[rewrapped]))

    assert await store.data_keys() == [rewrapped, second]
