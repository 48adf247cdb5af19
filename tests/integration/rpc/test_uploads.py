"""Uploads whose link breaks, whose file changes, or that are too large."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from pathlib import Path

import grpc.aio
import pytest

from lanner_coordinator.rpc.server import ApiServer
from lanner_proto.client import Client
from lanner_proto.errors import Conflict, InvalidInput, LannerError, NotFound
from lanner_proto.file_source import FileSource
from lanner_proto.status import error_of
from lanner_proto.v1 import artifact_pb2
from lanner_proto.v1.artifact_pb2_grpc import ArtifactServiceStub
from tests.support.cutting_link import CuttingLink
from tests.support.services_stage import Services, flow_source

MIB = 1024 * 1024
UPLOAD_ID = "0123456789abcdef"


@pytest.fixture
async def _flow(on: Services) -> None:
    await on.apply(flow_source())


@pytest.fixture
async def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.bin"
    await asyncio.to_thread(path.write_bytes, os.urandom(8 * MIB))
    return path


async def content_of(client: Client, uri: str) -> bytes:
    return b"".join([data async for data in client.download_artifact(uri)])


@pytest.mark.usefixtures("_flow", "api")
async def test_an_upload_whose_link_breaks_goes_on_where_it_was(address: str, large: Path) -> None:
    async with (
        CuttingLink(address, cut_after_bytes=5 * MIB) as link,
        Client(link.address, resume_seconds=30) as client,
    ):
        stored = await client.upload_artifact(large, namespace="company", flow_id="nightly")

        received = await content_of(client, stored.uri)
    assert received == await asyncio.to_thread(large.read_bytes)
    assert link.cuts == 1
    # Sent anew, it would be 13 MiB.
    assert link.sent_bytes < 11 * MIB


@pytest.mark.usefixtures("_flow", "api")
async def test_a_download_whose_link_breaks_goes_on_and_is_checked(
    address: str, large: Path
) -> None:
    async with CuttingLink(address) as link, Client(link.address, resume_seconds=30) as client:
        stored = await client.upload_artifact(large, namespace="company", flow_id="nightly")
        received = b""
        async for data in client.download_artifact(stored.uri):
            received += data
            if len(received) >= 5 * MIB and not link.cuts:
                link.cuts += 1
                link.cut()

    assert received == await asyncio.to_thread(large.read_bytes)


@pytest.mark.usefixtures("_flow")
async def test_a_file_that_changes_while_it_is_sent_is_refused(
    client: Client, large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks = FileSource.chunks

    async def meddled(self: FileSource, offset: int) -> AsyncGenerator[bytes, None]:
        async for chunk in chunks(self, offset):
            with large.open("ab") as file:
                file.write(b"!")
            yield chunk

    monkeypatch.setattr(FileSource, "chunks", meddled)
    with pytest.raises(InvalidInput, match="has changed while it was sent"):
        await client.upload_artifact(large, namespace="company", flow_id="nightly")

    stored = tmp_path / "artifacts" / "company"
    assert not [path for path in stored.rglob("*") if path.is_file()]


async def test_what_is_refused_is_refused_before_the_first_byte(
    client: Client, on: Services, large: Path
) -> None:
    with pytest.raises(NotFound, match="there is no flow company/nightly"):
        await client.upload_artifact(large, namespace="company", flow_id="nightly")
    await on.apply(flow_source())
    for name in ("../x", "/etc/passwd", "a\0b", "x" * 4096, "a/../../b", "a\\b"):
        with pytest.raises(InvalidInput):
            await client.upload_artifact(large, namespace="company", flow_id="nightly", name=name)


class RawClient(Client):
    """A client that sends what it is told."""

    async def upload(self, parts: list[artifact_pb2.UploadArtifactRequest]) -> None:
        """Send these messages."""
        try:
            async with self._channel() as channel:
                await ArtifactServiceStub(channel).UploadArtifact(iter(parts))
        except grpc.aio.AioRpcError as failure:
            raise error_of(failure) from failure

    async def find(self, header: artifact_pb2.ArtifactHeader) -> int:
        """How far an upload is."""
        try:
            async with self._channel() as channel:
                return (await ArtifactServiceStub(channel).FindUpload(header)).offset
        except grpc.aio.AioRpcError as failure:
            raise error_of(failure) from failure


def header(**fields: int | str) -> artifact_pb2.ArtifactHeader:
    made = artifact_pb2.ArtifactHeader(name="a", namespace="company", flow_id="nightly")
    for name, value in fields.items():
        setattr(made, name, value)
    return made


@pytest.mark.usefixtures("_flow", "api")
async def test_an_upload_is_found_by_its_id_and_goes_on_only_at_its_end(address: str) -> None:
    async with RawClient(address) as raw:
        begun = artifact_pb2.UploadArtifactRequest(header=header(upload_id=UPLOAD_ID))
        data = artifact_pb2.UploadArtifactRequest(data=b"abc")
        wrong = artifact_pb2.UploadArtifactRequest(header=begun.header)
        with pytest.raises(InvalidInput):
            await raw.upload([begun, data, wrong])

        assert await raw.find(header(upload_id=UPLOAD_ID)) == 3
        assert await raw.find(header(upload_id=UPLOAD_ID[::-1])) == 0
        assert await raw.find(header()) == 0
        behind = artifact_pb2.UploadArtifactRequest(header=header(upload_id=UPLOAD_ID, offset=4))
        with pytest.raises(Conflict, match="3 bytes of it are here"):
            await raw.upload([behind, data])


@pytest.mark.parametrize(
    "wrong",
    [
        {"upload_id": "short"},
        {"offset": 1},
        {"offset": -1, "upload_id": UPLOAD_ID},
        {"size_bytes": -1},
    ],
)
@pytest.mark.usefixtures("_flow", "api")
async def test_a_header_that_makes_no_sense_is_refused(
    address: str, wrong: dict[str, int | str]
) -> None:
    async with RawClient(address) as raw:
        with pytest.raises(LannerError) as refused:
            await raw.upload([artifact_pb2.UploadArtifactRequest(header=header(**wrong))])

    assert refused.value.status == "INVALID_ARGUMENT"


async def test_the_files_of_an_execution_are_listed_by_reference(
    client: Client, on: Services, api: ApiServer, tmp_path: Path
) -> None:
    assert api is not None
    await on.apply(flow_source())
    execution_id = await client.create_execution("company", "nightly", request_id="one")
    folder = tmp_path / "artifacts/company/nightly/executions" / execution_id
    for place in ("tasks/load/7Run/out/rows.csv", "inputs/file/in.csv"):
        path = folder / place
        await asyncio.to_thread(path.parent.mkdir, parents=True)
        await asyncio.to_thread(path.write_bytes, b"rows")

    listed = [file async for file in client.list_artifacts("@latest")]

    assert [(file.name, file.task_id, file.input_id, file.size_bytes) for file in listed] == [
        ("in.csv", "", "file", 4),
        ("out/rows.csv", "load", "", 4),
    ]
    with pytest.raises(NotFound, match="no execution has the id"):
        assert [file async for file in client.list_artifacts("nobody")]
