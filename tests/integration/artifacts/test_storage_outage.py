"""A storage elsewhere that is away for a while: nothing is lost, nothing else waits."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from lanner_coordinator.runtime.artifacts import (
    ArtifactError,
    ArtifactRefused,
    ArtifactUri,
    Owner,
    RemoteArtifacts,
    RemoteFiles,
    Resumption,
    StorageUnavailable,
)
from lanner_coordinator.runtime.artifacts.sending import send
from tests.support.artifact_servers import Place, S3Server
from tests.support.sftp_server import SftpServer

OWNER = Owner(namespace="company", flow_id="etl", execution_id="5ZkQ")
ROWS = ArtifactUri.of_task(OWNER, "load", "7Run", "rows.csv")
CONTENT = os.urandom(3 * 1024 * 1024)
LONGEST_SILENCE_SECONDS = 1.2


@pytest.fixture
def s3() -> Iterator[S3Server]:
    server = S3Server()
    server.start()
    server.make_bucket()
    yield server
    server.stop()


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[SftpServer]:
    server = SftpServer(tmp_path)
    server.start()
    yield server
    server.close()


@pytest.fixture(params=["s3", "sftp"])
def server(request: pytest.FixtureRequest) -> S3Server | SftpServer:
    found: S3Server | SftpServer = request.getfixturevalue(request.param)
    return found


@asynccontextmanager
async def _opened(place: Place, root: Path, seconds: float) -> AsyncIterator[RemoteArtifacts]:
    patience = timedelta(seconds=seconds)
    async with RemoteArtifacts(place.files(), root, patience=patience) as storage:
        yield storage


async def put(storage: RemoteArtifacts, resumption: Resumption | None = None) -> int:
    async with storage.writer(ROWS, resumption) as writer:
        await writer.write(CONTENT[(resumption.offset if resumption else 0) :])
        return await writer.finish(hashlib.sha256(CONTENT).hexdigest())


async def content(storage: RemoteArtifacts) -> bytes:
    return b"".join([chunk async for chunk in storage.open(ROWS)])


@asynccontextmanager
async def _responsive() -> AsyncIterator[None]:
    """The event loop does not wait for anything inside."""
    now = asyncio.get_running_loop().time
    silences: list[float] = []

    async def listen() -> None:
        while True:
            before = now()
            await asyncio.sleep(0.02)
            silences.append(now() - before)

    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(listen())
        yield
        listening.cancel()
    assert max(silences) < LONGEST_SILENCE_SECONDS


async def test_a_file_is_stored_when_the_storage_is_back(
    server: S3Server | SftpServer, tmp_path: Path
) -> None:
    async with _opened(server.place(), tmp_path / "near", 60) as storage:
        assert not await storage.exists(ROWS)
        await asyncio.to_thread(server.stop)
        async with _responsive(), asyncio.TaskGroup() as tasks:
            storing = tasks.create_task(put(storage))
            done, _ = await asyncio.wait([storing], timeout=1.5)
            assert not done
            await asyncio.to_thread(server.start)

        assert await storing == len(CONTENT)
        assert await content(storage) == CONTENT
        assert list((tmp_path / "near/.partial").iterdir()) == []


async def test_a_file_is_read_on_when_the_storage_is_back(
    server: S3Server | SftpServer, tmp_path: Path
) -> None:
    async with _opened(server.place(), tmp_path / "near", 60) as storage:
        await put(storage)
        reading = storage.open(ROWS)
        received = await anext(reading)
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)
        async for chunk in reading:
            received += chunk

    assert received == CONTENT


async def test_what_a_storage_does_not_take_in_time_is_told_and_kept_aside(
    s3: S3Server, tmp_path: Path
) -> None:
    async with _opened(s3.place(), tmp_path / "near", 1) as storage:
        s3.stop()
        with pytest.raises(StorageUnavailable, match=r"could not store .* for 1 s: .*Try again"):
            await put(storage, Resumption(key="a"))
        assert await storage.unfinished("a") == len(CONTENT)
        with pytest.raises(StorageUnavailable):
            await put(storage)
        s3.start()

        assert await put(storage, Resumption(key="a", offset=len(CONTENT))) == len(CONTENT)
        assert await content(storage) == CONTENT
        assert list((tmp_path / "near/.partial").iterdir()) == []


async def test_parts_that_a_crash_left_in_a_bucket_are_removed(
    s3: S3Server, tmp_path: Path
) -> None:
    place = s3.place()
    client = s3.client()
    _, _, bucket, prefix = place.url.split("/")
    for key in (f"{prefix}/company/rows.csv", f"{prefix}x/of-others"):
        client.create_multipart_upload(Bucket=bucket, Key=key)
    started = client.list_multipart_uploads(Bucket=bucket)["Uploads"][0]["Initiated"]

    async with _opened(place, tmp_path / "near", 10) as storage:
        await storage.drop_unfinished(started)
        assert len(client.list_multipart_uploads(Bucket=bucket)["Uploads"]) == 2
        await storage.drop_unfinished(started + timedelta(days=1))

    (left,) = client.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert left["Key"] == f"{prefix}x/of-others"


async def test_a_coordinator_starts_while_its_storage_is_away(tmp_path: Path) -> None:
    away = Place(url="s3://bucket/x", options={"endpoint_url": "http://127.0.0.1:9"})

    async with _opened(away, tmp_path / "near", 0) as storage:
        with pytest.raises(StorageUnavailable, match="s3://bucket/x"):
            await storage.size(ROWS)


async def test_a_storage_that_will_never_work_is_refused_at_the_start(
    s3: S3Server, sftp: SftpServer, tmp_path: Path
) -> None:
    no_bucket = Place(url="s3://nobody/x", options=s3.place().options)
    nonsense = Place(url="s3://bucket/x", options={"config_kwargs": {"colour": "red"}})
    for place, told in ((no_bucket, "no artifact storage s3://nobody/x"), (nonsense, "colour")):
        with pytest.raises(ArtifactError, match=told):
            async with _opened(place, tmp_path / "near", 0):
                pass
    stranger = Place(url=sftp.place().url, options={"client_keys": None, "known_hosts": None})
    async with _opened(stranger, tmp_path / "near", 0) as storage:
        assert not await storage.exists(ROWS)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://host/x", "must begin with one of s3://, gs://"),
        ("s3:///x", "names no bucket"),
        ("somewhere", "is no artifact storage"),
        ("ftp://me:hidden@host/x", r"ftp://me:\*\*\*@host/x"),
    ],
)
def test_a_url_that_names_no_storage_is_refused(url: str, told: str) -> None:
    with pytest.raises(ArtifactRefused, match=told):
        RemoteFiles(url, {})


async def test_a_storage_whose_library_is_missing_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if it were not installed.
    monkeypatch.setitem(sys.modules, "adlfs", None)

    with pytest.raises(ArtifactRefused, match=r'pip install "lanner\[azure\]"'):
        async with _opened(Place(url="az://container/x"), tmp_path, 0):
            pass


class ForgottenFile(io.BytesIO):
    """A file that is being sent, whose server has forgotten the upload in the end."""

    def close(self) -> None:
        """Tell it."""
        raise FileNotFoundError("NoSuchUpload")

    def discard(self) -> None:
        """Forget it too."""
        super().close()


def test_an_upload_that_the_server_has_forgotten_is_tried_again(tmp_path: Path) -> None:
    class Files:
        def open(self, place: str, mode: str, **options: object) -> ForgottenFile:
            return ForgottenFile()

    path = tmp_path / "rows.csv"
    path.write_bytes(b"rows")

    with pytest.raises(OSError, match="not known there any more") as failed:
        send(Files(), path, "bucket/rows.csv", has_folders=False)

    # Which would mean that the file which is sent is not there.
    assert not isinstance(failed.value, FileNotFoundError)
