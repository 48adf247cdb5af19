"""Files of namespaces over gRPC."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from lanner_proto.client import Client
from lanner_proto.errors import AlreadyExists, Conflict, InvalidInput, NotFound


async def put(client: Client, folder: Path, path: str, content: bytes) -> int:
    file = folder / "local"
    file.write_bytes(content)
    return (await client.put_namespace_file(file, "company", path)).file.version


async def read(client: Client, path: str, *, version: int = 0, offset: int = 0) -> bytes:
    chunks = client.get_namespace_file("company", path, version=version, offset=offset)
    return b"".join([chunk async for chunk in chunks])


async def test_a_file_is_stored_and_read_in_versions(client: Client, tmp_path: Path) -> None:
    large = bytes(range(256)) * 10_000
    await put(client, tmp_path, "data/big.bin", b"first")
    await put(client, tmp_path, "data/big.bin", large)

    versions = await client.list_namespace_file_versions("company", "data/big.bin")

    assert [(one.version, one.size_bytes) for one in versions] == [(2, len(large)), (1, 5)]
    assert versions[0].sha256 == hashlib.sha256(large).digest()
    assert versions[0].uri == "kestra:///company/_files/data/big.bin.v2"
    assert versions[0].created_by.startswith("uid")
    assert await read(client, "data/big.bin", offset=1_000_000) == large[1_000_000:]
    assert await read(client, "/data/big.bin", version=1) == b"first"
    artifact = [one async for one in client.download_artifact(versions[1].uri)]
    assert b"".join(artifact) == b"first"


async def test_the_same_content_makes_no_version(client: Client, tmp_path: Path) -> None:
    await put(client, tmp_path, "a", b"x")

    again = await client.put_namespace_file(tmp_path / "local", "company", "a")

    assert (again.is_new, again.file.version) == (False, 1)


async def test_files_are_listed_folder_by_folder_or_at_once(client: Client, tmp_path: Path) -> None:
    for path in ("a.txt", "sql/b.sql", "sql/deep/c.sql", "sql/deep/d.txt"):
        await put(client, tmp_path, path, b"x")

    root = await client.list_namespace_files("company")
    folder = await client.list_namespace_files("company", folder="/sql/")
    deep = await client.list_namespace_files(
        "company", recursive=True, patterns=["**.sql"], limit=1, offset=1
    )

    assert [(one.path, one.is_folder) for one in root.files] == [("a.txt", False), ("sql", True)]
    assert [one.path for one in folder.files] == ["sql/b.sql", "sql/deep"]
    assert ([one.path for one in deep.files], deep.total_count) == (["sql/deep/c.sql"], 2)
    assert (await client.get_namespace("company")).file_count == 4


async def test_files_are_moved_and_deleted(client: Client, tmp_path: Path) -> None:
    for path in ("a/x", "a/y", "b"):
        await put(client, tmp_path, path, path.encode())

    moved = await client.move_namespace_file("company", "a", "c")
    deleted = await client.delete_namespace_files("company", ["c/x", "/b"])

    assert [(one.source, one.file.path) for one in moved] == [("a/x", "c/x"), ("a/y", "c/y")]
    assert [one.path for one in deleted] == ["c/x", "b"]
    assert await read(client, "b", version=1) == b"b"
    with pytest.raises(NotFound, match="no file 'b'"):
        await read(client, "b")
    with pytest.raises(AlreadyExists):
        await client.move_namespace_file("company", "c/y", "c")


@pytest.mark.parametrize("path", ["../a", "/etc/passwd", "a\0b", "x" * 4096, "a.v1", ".lanner/a"])
async def test_names_that_are_not_allowed_are_refused(
    client: Client, tmp_path: Path, path: str
) -> None:
    with pytest.raises(InvalidInput, match=r"not allowed|reserved|absolute|more than"):
        await put(client, tmp_path, path, b"x")
    with pytest.raises(InvalidInput, match="is no namespace"):
        await client.put_namespace_file(tmp_path / "local", "../up", "a")

    listed = await client.list_namespace_files("company", recursive=True)
    assert not listed.files


async def test_a_change_in_between_is_noticed(client: Client, tmp_path: Path) -> None:
    await put(client, tmp_path, "a", b"x")
    (tmp_path / "local").write_bytes(b"y")

    with pytest.raises(Conflict, match="at version 1, not 0"):
        await client.put_namespace_file(tmp_path / "local", "company", "a", if_version=0)
