from __future__ import annotations

import asyncio
import hashlib
import os
import resource
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lanner_coordinator.runtime.artifacts import (
    CHUNK_BYTES,
    ArtifactError,
    ArtifactRefused,
    ArtifactUri,
    LocalArtifacts,
    Owner,
    StorageFull,
)

OWNER = Owner(namespace="company.team", flow_id="etl", execution_id="5ZkQ")
ROWS = ArtifactUri.of_task(OWNER, "load", "7Run", "out/rows.csv")
INPUT = ArtifactUri.of_input(OWNER, "file", "rows.csv")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "artifacts"


@pytest.fixture
async def storage(root: Path) -> AsyncIterator[LocalArtifacts]:
    async with LocalArtifacts(root) as storage:
        yield storage


async def put(storage: LocalArtifacts, uri: ArtifactUri, *chunks: bytes) -> int:
    async with storage.writer(uri) as writer:
        for chunk in chunks:
            await writer.write(chunk)
        return await writer.finish(hashlib.sha256(b"".join(chunks)).hexdigest())


async def content(storage: LocalArtifacts, uri: ArtifactUri, offset: int = 0) -> bytes:
    return b"".join([chunk async for chunk in storage.open(uri, offset)])


def place(root: Path, uri: ArtifactUri) -> Path:
    return root.joinpath(*uri.segments)


def partial_files(root: Path) -> list[Path]:
    return list((root / ".partial").iterdir())


async def test_large_artifacts_are_read_in_chunks(storage: LocalArtifacts) -> None:
    await put(storage, ROWS, b"x" * (CHUNK_BYTES * 2 + 5))

    sizes = [len(chunk) async for chunk in storage.open(ROWS, 1)]

    assert sizes == [CHUNK_BYTES, CHUNK_BYTES, 4]


async def test_files_and_folders_are_private(storage: LocalArtifacts, root: Path) -> None:
    await put(storage, ROWS, b"x")

    path = place(root, ROWS)
    assert path.stat().st_mode & 0o777 == 0o600
    folders = [folder for folder in path.parents if folder.is_relative_to(root)]
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}


async def test_a_reader_goes_on_with_what_it_opened(storage: LocalArtifacts) -> None:
    await put(storage, ROWS, b"a" * CHUNK_BYTES, b"b")
    reading = storage.open(ROWS)
    await anext(reading)

    await put(storage, ROWS, b"other")

    assert [chunk async for chunk in reading] == [b"b"]


async def test_a_deleted_artifact_leaves_no_folders(storage: LocalArtifacts, root: Path) -> None:
    await put(storage, ROWS, b"x")
    await put(storage, INPUT, b"y")

    await storage.delete(ROWS)
    await storage.delete(ROWS)

    assert not await storage.exists(ROWS)
    assert await storage.exists(INPUT)
    assert not place(root, ROWS).parents[2].exists()
    await storage.delete(INPUT)
    assert os.listdir(root) == [".partial"]


async def test_links_are_not_followed(storage: LocalArtifacts, root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "rows.csv").write_text("secret")
    await put(storage, INPUT, b"x")
    folder = place(root, ROWS).parent
    folder.parent.mkdir(parents=True)
    folder.symlink_to(outside)

    with pytest.raises(ArtifactRefused, match="is a link"):
        await content(storage, ROWS)
    with pytest.raises(ArtifactRefused, match="is a link"):
        await put(storage, ROWS, b"overwritten")
    place(root, INPUT).unlink()
    place(root, INPUT).symlink_to(outside / "rows.csv")
    with pytest.raises(ArtifactRefused, match="is a link"):
        await storage.size(INPUT)
    assert (outside / "rows.csv").read_text() == "secret"


async def test_a_pipe_in_place_of_a_file_is_refused(storage: LocalArtifacts, root: Path) -> None:
    place(root, ROWS).parent.mkdir(parents=True)
    os.mkfifo(place(root, ROWS))

    with pytest.raises(ArtifactRefused, match="is not a file"):
        await asyncio.wait_for(storage.size(ROWS), timeout=5)


async def test_a_full_disk_is_told_and_leaves_nothing(storage: LocalArtifacts, root: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (CHUNK_BYTES, limits[1]))
    try:
        with pytest.raises(StorageFull, match="Make space"):
            await put(storage, ROWS, b"x" * CHUNK_BYTES, b"y")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)

    assert not await storage.exists(ROWS)
    assert partial_files(root) == []


async def test_an_artifact_that_is_finished_takes_no_more(storage: LocalArtifacts) -> None:
    async with storage.writer(ROWS) as writer:
        await writer.finish()
        with pytest.raises(ArtifactError, match="not being written any more"):
            await writer.write(b"x")


async def test_what_a_crash_left_is_removed(root: Path) -> None:
    (root / ".partial").mkdir(parents=True)
    (root / ".partial" / "tmpabc").write_text("half")

    async with LocalArtifacts(root):
        assert partial_files(root) == []


async def test_folders_may_vanish_while_others_write_into_them(storage: LocalArtifacts) -> None:
    uris = [ArtifactUri.of_task(OWNER, "load", "run", f"{each}.txt") for each in range(4)]

    async def write_and_delete(uri: ArtifactUri) -> None:
        for _ in range(20):
            await put(storage, uri, b"x")
            await storage.delete(uri)

    async with asyncio.TaskGroup() as tasks:
        for uri in uris:
            tasks.create_task(write_and_delete(uri))

    assert [await storage.exists(uri) for uri in uris] == [False] * 4
