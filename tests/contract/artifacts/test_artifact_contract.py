from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lanner_coordinator.runtime.artifacts import (
    CHUNK_BYTES,
    ArtifactDamaged,
    ArtifactError,
    ArtifactMissing,
    ArtifactStorage,
    ArtifactTooLarge,
    ArtifactUri,
    Owner,
    Resumption,
    StorageFull,
    UploadOutOfStep,
    Written,
)
from tests.contract.artifacts.conftest import make_storage
from tests.support.artifact_servers import Place

# What gcsfs does in the thread of its own loop does not hold ours up.
pytestmark = pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")

OWNER = Owner(namespace="company.team", flow_id="etl", execution_id="5ZkQ")
OTHER = Owner(namespace="company.team", flow_id="etl", execution_id="5ZkR")
ROWS = ArtifactUri.of_task(OWNER, "load", "7Run", "out/rows.csv")
INPUT = ArtifactUri.of_input(OWNER, "file", "rows.csv")
UPLOAD = ArtifactUri.of_upload("company.team", "etl", "7Up", "rows.csv")
LATER = datetime.now(UTC) + timedelta(days=1)  # noqa: TID251 - the storages use the real time
EARLIER = datetime.now(UTC) - timedelta(days=1)  # noqa: TID251 - the storages use the real time


async def put(storage: ArtifactStorage, uri: ArtifactUri, *chunks: bytes) -> int:
    async with storage.writer(uri) as writer:
        for chunk in chunks:
            await writer.write(chunk)
        return await writer.finish(hashlib.sha256(b"".join(chunks)).hexdigest())


async def content(storage: ArtifactStorage, uri: ArtifactUri, offset: int = 0) -> bytes:
    return b"".join([chunk async for chunk in storage.open(uri, offset)])


def aside(root: Path) -> list[Path]:
    return list((root / ".partial").iterdir())


async def test_what_was_written_is_read(storage: ArtifactStorage) -> None:
    assert await put(storage, ROWS, b"id,name\n", b"1,x\n") == 12

    assert await content(storage, ROWS) == b"id,name\n1,x\n"
    assert await content(storage, ROWS, offset=8) == b"1,x\n"
    assert await content(storage, ROWS, offset=99) == b""
    assert await storage.size(ROWS) == 12
    assert await storage.exists(ROWS)


async def test_an_empty_artifact_is_one(storage: ArtifactStorage) -> None:
    assert await put(storage, ROWS) == 0

    assert await storage.exists(ROWS)
    assert await content(storage, ROWS) == b""


async def test_large_artifacts_come_whole_and_in_chunks(storage: ArtifactStorage) -> None:
    piece = bytes(range(256)) * 4096
    await put(storage, ROWS, *[piece] * 19, b"end")

    chunks = [chunk async for chunk in storage.open(ROWS)]

    assert b"".join(chunks) == piece * 19 + b"end"
    assert max(len(chunk) for chunk in chunks) == CHUNK_BYTES
    assert await content(storage, ROWS, offset=19 * len(piece)) == b"end"


@pytest.mark.parametrize(
    "name", ["a b.csv", "ü/ß.txt", "50%.csv", "a*[x]?.csv", "#a&b=c+d.csv", "x" * 200]
)
async def test_unusual_names_are_names(storage: ArtifactStorage, name: str) -> None:
    uri = ArtifactUri.of_task(OWNER, "load", "7Run", name)

    await put(storage, uri, name.encode())

    assert await content(storage, uri) == name.encode()
    assert [file.uri for file in await storage.list_execution(OWNER)] == [uri]
    await storage.delete(uri)
    assert not await storage.exists(uri)


async def test_nothing_is_seen_before_the_end(storage: ArtifactStorage) -> None:
    async with storage.writer(ROWS) as writer:
        await writer.write(b"half")
        assert not await storage.exists(ROWS)
        await writer.finish()

    assert await storage.exists(ROWS)


async def test_nothing_is_left_without_an_end(storage: ArtifactStorage, root: Path) -> None:
    async with storage.writer(ROWS) as writer:
        await writer.write(b"half")

    assert not await storage.exists(ROWS)
    assert aside(root) == []


async def test_a_wrong_hash_is_refused_and_leaves_nothing(
    storage: ArtifactStorage, root: Path
) -> None:
    for resumption in (None, Resumption(key="upload")):
        async with storage.writer(ROWS, resumption) as writer:
            await writer.write(b"x")
            with pytest.raises(ArtifactDamaged, match="Send it again"):
                await writer.finish("0" * 64)

    assert not await storage.exists(ROWS)
    assert aside(root) == []


async def test_a_later_artifact_replaces_an_older_one_whole(storage: ArtifactStorage) -> None:
    await put(storage, ROWS, b"older and longer")

    await put(storage, ROWS, b"newer")

    assert await content(storage, ROWS) == b"newer"


async def test_a_missing_artifact_is_told(storage: ArtifactStorage) -> None:
    assert not await storage.exists(ROWS)
    for asking in (storage.size(ROWS), content(storage, ROWS), storage.copy(ROWS, INPUT)):
        with pytest.raises(ArtifactMissing, match="There is no artifact kestra:///company"):
            await asking


async def test_a_folder_is_no_artifact(storage: ArtifactStorage) -> None:
    await put(storage, ROWS, b"x")
    folder = ArtifactUri(segments=ROWS.segments[:-1])

    assert not await storage.exists(folder)


async def test_a_deleted_artifact_is_gone_and_others_stay(storage: ArtifactStorage) -> None:
    await put(storage, ROWS, b"x")
    await put(storage, INPUT, b"y")

    await storage.delete(ROWS)
    await storage.delete(ROWS)

    assert not await storage.exists(ROWS)
    assert await content(storage, INPUT) == b"y"


async def test_a_copy_is_whole_and_of_its_own(storage: ArtifactStorage) -> None:
    await put(storage, ROWS, b"x" * (CHUNK_BYTES + 1))

    assert await storage.copy(ROWS, INPUT) == CHUNK_BYTES + 1

    await storage.delete(ROWS)
    assert await content(storage, INPUT) == b"x" * (CHUNK_BYTES + 1)


async def test_the_files_of_an_execution_are_listed(storage: ArtifactStorage) -> None:
    assert await storage.list_execution(OWNER) == []
    theirs = ArtifactUri.of_input(OTHER, "file", "rows.csv")
    for uri, data in ((ROWS, b"rows"), (INPUT, b"in"), (theirs, b"")):
        await put(storage, uri, data)

    listed = await storage.list_execution(OWNER)

    assert [(file.uri, file.size_bytes) for file in listed] == [(INPUT, 2), (ROWS, 4)]
    assert all(EARLIER < file.modified_at < LATER for file in listed)


async def test_an_execution_is_deleted_with_all_its_artifacts(storage: ArtifactStorage) -> None:
    theirs = ArtifactUri.of_input(OTHER, "file", "rows.csv")
    for uri in (ROWS, INPUT, theirs):
        await put(storage, uri, b"rows")

    await storage.delete_execution(OWNER)
    await storage.delete_execution(OWNER)

    assert not await storage.exists(ROWS)
    assert not await storage.exists(INPUT)
    assert await storage.exists(theirs)


async def test_the_folders_of_executions_and_uploads_are_found_and_deleted(
    storage: ArtifactStorage,
) -> None:
    top = Owner(namespace="company", flow_id="team", execution_id="5ZkT")
    of_top = ArtifactUri.of_input(top, "file", "a")
    for uri in (ROWS, INPUT, UPLOAD, of_top):
        await put(storage, uri, b"rows")

    folders = {folder.id: folder async for folder in storage.folders()}

    assert set(folders) == {"5ZkQ", "7Up", "5ZkT"}
    assert [folders[each].is_upload for each in ("5ZkQ", "7Up", "5ZkT")] == [False, True, False]
    await storage.delete_folder(folders["7Up"])
    await storage.delete_folder(folders["7Up"])
    await storage.delete_folder(folders["5ZkQ"])
    assert [folder.id async for folder in storage.folders()] == ["5ZkT"]
    assert await storage.exists(of_top)


async def test_the_caches_of_tasks_are_found_and_listed(storage: ArtifactStorage) -> None:
    caches = [ArtifactUri.of_cache(OWNER, "build", (value,)) for value in "ab"]
    for uri in (ROWS, *caches):
        await put(storage, uri, b"rows")

    (folder,) = [one async for one in storage.folders() if one.is_cache]

    assert folder.flow_key == (OWNER.namespace, OWNER.flow_id)
    assert folder.id == "build"
    listed = await storage.list_folder(folder)
    assert [file.uri for file in listed] == sorted(caches, key=lambda uri: uri.segments)
    await storage.delete(caches[0])
    await storage.delete(caches[1])
    assert await storage.list_folder(folder) == []
    assert await storage.exists(ROWS)


async def test_an_upload_goes_on_where_it_broke_off(storage: ArtifactStorage, root: Path) -> None:
    whole = bytes(range(256)) * 10_000
    async with storage.writer(ROWS, Resumption(key="a")) as writer:
        await writer.write(whole[:1_500_000])
    assert await storage.unfinished("a") == 1_500_000
    assert await storage.unfinished("b") == 0
    assert not await storage.exists(ROWS)

    async with storage.writer(ROWS, Resumption(key="a", offset=1_400_000)) as writer:
        await writer.write(whole[1_400_000:])
        await writer.finish(hashlib.sha256(whole).hexdigest())

    assert await content(storage, ROWS) == whole
    assert await storage.unfinished("a") == 0
    assert aside(root) == []


async def test_an_upload_goes_on_after_a_restart(place: Place | None, root: Path) -> None:
    async with (
        make_storage(place, root) as before,
        before.writer(ROWS, Resumption(key="a")) as writer,
    ):
        await writer.write(b"half")

    async with make_storage(place, root) as after:
        assert await after.unfinished("a") == 4
        async with after.writer(ROWS, Resumption(key="a", offset=4)) as writer:
            await writer.write(b" and half")
            await writer.finish(hashlib.sha256(b"half and half").hexdigest())
        assert await content(after, ROWS) == b"half and half"


async def test_an_upload_cannot_go_on_behind_its_end(storage: ArtifactStorage) -> None:
    async with storage.writer(ROWS, Resumption(key="a")) as writer:
        await writer.write(b"half")

    with pytest.raises(UploadOutOfStep, match="4 bytes of it are here"):
        async with storage.writer(ROWS, Resumption(key="a", offset=5)):
            pass

    assert await storage.unfinished("a") == 4


async def test_a_second_try_takes_over_from_one_that_hangs(storage: ArtifactStorage) -> None:
    async with storage.writer(ROWS, Resumption(key="a")) as hanging:
        await hanging.write(b"half")
        async with storage.writer(ROWS, Resumption(key="a", offset=4)) as writer:
            with pytest.raises(ArtifactError, match="not being written any more"):
                await hanging.write(b"!")
            await writer.write(b" and half")
            await writer.finish()

    assert await content(storage, ROWS) == b"half and half"


async def test_an_upload_that_nobody_goes_on_with_is_dropped(
    storage: ArtifactStorage, root: Path
) -> None:
    async with storage.writer(ROWS, Resumption(key="a")) as writer:
        await writer.write(b"half")

    assert await storage.drop_unfinished(EARLIER) == 0
    assert await storage.unfinished("a") == 4
    async with storage.writer(INPUT, Resumption(key="b")) as writer:
        await writer.write(b"x")
        assert await storage.drop_unfinished(LATER) == 1
    assert await storage.unfinished("a") == 0


async def test_a_writer_tells_what_it_has_and_drops_it(
    storage: ArtifactStorage, root: Path
) -> None:
    async with storage.writer(ROWS, Resumption(key="a")) as writer:
        await writer.write(b"half")
    async with storage.writer(ROWS, Resumption(key="a", offset=4)) as writer:
        await writer.write(b" and half")
        sha256 = hashlib.sha256(b"half and half").hexdigest()
        assert await writer.written() == Written(size_bytes=13, sha256=sha256)

        await writer.drop()

    assert not await storage.exists(ROWS)
    assert await storage.unfinished("a") == 0
    assert aside(root) == []


async def test_what_cannot_be_stored_is_refused_before_its_first_byte(
    place: Place | None, root: Path
) -> None:
    exabyte = 1 << 60
    async with make_storage(place, root, limit_bytes=2 * exabyte) as storage:
        await storage.admit(ROWS, 0)
        await storage.admit(ROWS, 1000)
        with pytest.raises(StorageFull, match=r"is full, \d+ bytes are to come and \d+ are free"):
            await storage.admit(ROWS, exabyte)
        with pytest.raises(ArtifactTooLarge, match="limit"):
            await storage.admit(ROWS, 3 * exabyte)


async def test_an_artifact_above_the_limit_is_refused_and_leaves_nothing(
    place: Place | None, root: Path
) -> None:
    async with make_storage(place, root, limit_bytes=10) as storage:
        assert await put(storage, INPUT, b"x" * 10) == 10
        for resumption in (None, Resumption(key="a")):
            async with storage.writer(ROWS, resumption) as writer:
                await writer.write(b"x" * 10)
                with pytest.raises(
                    ArtifactTooLarge, match="more than 10 bytes, which is the limit"
                ):
                    await writer.write(b"y")

        assert not await storage.exists(ROWS)
        assert aside(root) == []


async def test_a_cancelled_writer_leaves_nothing(storage: ArtifactStorage, root: Path) -> None:
    started = asyncio.Event()

    async def write() -> None:
        async with storage.writer(ROWS) as writer:
            while True:
                await writer.write(b"x" * CHUNK_BYTES)
                started.set()

    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(write())
        await started.wait()
        writing.cancel()

    assert not await storage.exists(ROWS)
    assert aside(root) == []


async def test_many_writers_do_not_disturb_each_other(storage: ArtifactStorage) -> None:
    uris = [ArtifactUri.of_task(OWNER, "load", f"run{each}", "a/b/c.txt") for each in range(12)]

    async with asyncio.TaskGroup() as tasks:
        for uri in uris:
            tasks.create_task(put(storage, uri, str(uri).encode()))

    for uri in uris:
        assert await content(storage, uri) == str(uri).encode()


async def test_small_artifacts_and_the_sizes_of_all_are_near(
    storage: ArtifactStorage, root: Path
) -> None:
    await put(storage, INPUT, b"near")
    await put(storage, ROWS, *[b"x" * CHUNK_BYTES] * 2)
    copied = ArtifactUri.of_input(OTHER, "file", "rows.csv")
    await storage.copy(INPUT, copied)

    assert root.joinpath(*INPUT.segments).read_bytes() == b"near"
    assert root.joinpath(*copied.segments).read_bytes() == b"near"
    assert root.joinpath(*ROWS.segments).stat().st_size == CHUNK_BYTES * 2
    await storage.delete_execution(OWNER)
    assert not root.joinpath(*ROWS.segments).exists()


async def test_files_of_namespaces_are_in_no_folder_of_an_execution(
    storage: ArtifactStorage,
) -> None:
    for path in ("executions/5ZkQ/tasks/a", "uploads/8Up/b", "c"):
        async with storage.writer(ArtifactUri.of_namespace_file("company", path, 1)) as writer:
            await writer.write(b"kept")
            await writer.finish()

    assert [folder async for folder in storage.folders()] == []


async def test_a_coordinator_on_another_machine_has_what_expressions_read_near(
    place: Place | None, root: Path, tmp_path: Path
) -> None:
    script = ArtifactUri.of_namespace_file("company", "main.py", 2)
    purged = ArtifactUri.of_namespace_file("company", "purged.py", 1)
    async with make_storage(place, root) as before:
        await put(before, INPUT, b"near")
        await put(before, script, b"script")
        await put(before, ROWS, *[b"x" * CHUNK_BYTES] * 2)
    there = root if place is None else tmp_path / "elsewhere"

    async with make_storage(place, there) as after:
        await after.bring_near([OWNER], [script, purged])

    assert there.joinpath(*INPUT.segments).read_bytes() == b"near"
    assert there.joinpath(*script.segments).read_bytes() == b"script"
    assert there.joinpath(*ROWS.segments).stat().st_size == CHUNK_BYTES * 2


async def test_a_single_artifact_is_brought_near_unless_a_newer_one_is(
    place: Place | None, root: Path, tmp_path: Path
) -> None:
    async with make_storage(place, root) as before:
        await put(before, INPUT, b"near")
        await put(before, ROWS, *[b"x" * CHUNK_BYTES] * 2)
    there = root if place is None else tmp_path / "elsewhere"

    async with make_storage(place, there) as after:
        for uri in (INPUT, ROWS):
            await after.bring(uri)
        with pytest.raises(ArtifactMissing, match="There is no artifact kestra:///company"):
            await after.bring(UPLOAD)

        near = there.joinpath(*INPUT.segments)
        assert near.read_bytes() == b"near"
        assert there.joinpath(*ROWS.segments).stat().st_size == CHUNK_BYTES * 2
        near.write_bytes(b"newer")
        await after.bring(INPUT)
        assert near.read_bytes() == b"newer"
