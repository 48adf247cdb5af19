"""Namespaces and the versions of their files."""

from __future__ import annotations

from dataclasses import replace

from lanner_coordinator.store.namespace_records import NamespaceFileRecord, NamespaceRecord
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit
from tests.contract.store.samples import at

DIGEST = "ab" * 32


def a_namespace(name: str) -> NamespaceRecord:
    return NamespaceRecord(name=name, created_at=at(1), updated_at=at(2), updated_by="uid 1")


def a_file(path: str, version: int = 1, namespace: str = "company") -> NamespaceFileRecord:
    return NamespaceFileRecord(
        namespace=namespace,
        path=path,
        version=version,
        size_bytes=3,
        sha256=DIGEST,
        created_at=at(version),
    )


async def test_namespaces_come_in_order_of_name(store: Store) -> None:
    below = replace(
        a_namespace("company.team"),
        description="ä",
        variables='{"a":{"b":1}}',
        plugin_defaults='[{"type":"core.log.Log","values":{"level":"WARN"}}]',
        allowed_groups=("gpu", "default"),
    )

    await store.commit(Commit(namespaces=[below, a_namespace("company")]))

    assert await store.namespaces() == [a_namespace("company"), below]


async def test_a_namespace_is_replaced_and_removed_by_name(store: Store) -> None:
    await store.commit(Commit(namespaces=[a_namespace("company"), a_namespace("other")]))
    newer = replace(a_namespace("company"), version=2, allowed_groups=())

    await store.commit(Commit(namespaces=[newer], removed_namespaces=["other", "never"]))

    assert await store.namespaces() == [newer]


async def test_the_newest_version_of_each_file_is_current(store: Store) -> None:
    files = [a_file("b.txt"), a_file("a.txt", 2), a_file("a.txt", 10), a_file("a.txt", 1)]
    other = a_file("a.txt", namespace="company.team")

    await store.commit(Commit(namespace_files=[*files, other]))

    assert await store.namespace_files() == [a_file("a.txt", 10), a_file("b.txt"), other]
    assert await store.namespace_file_versions("company", "a.txt") == [
        a_file("a.txt", 10),
        a_file("a.txt", 2),
        a_file("a.txt", 1),
    ]


async def test_a_deleted_file_says_so_and_keeps_its_versions(store: Store) -> None:
    await store.commit(Commit(namespace_files=[a_file("a.txt", 1), a_file("a.txt", 2)]))
    deleted = replace(a_file("a.txt", 2), deleted_at=at(9), deleted_by="uid 1")

    await store.commit(Commit(namespace_files=[deleted]))

    assert await store.namespace_files() == [deleted]
    assert await store.namespace_file_versions("company", "a.txt") == [deleted, a_file("a.txt", 1)]


async def test_versions_are_forgotten_one_by_one(store: Store) -> None:
    files = [a_file("a.txt", 1), a_file("a.txt", 2), a_file("c.txt")]
    await store.commit(Commit(namespace_files=files))

    await store.commit(Commit(removed_namespace_files=[files[0].key, ("company", "never", 1)]))

    assert await store.namespace_file_history("company") == [files[1], files[2]]
    assert await store.namespace_file_history("company.team") == []
