"""Files of namespaces whose link breaks, that change while they are sent, or that are refused."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import grpc.aio
import pytest

from lanner_proto.client import Client
from lanner_proto.errors import Conflict, Exhausted, InvalidInput, LannerError, ServerFault
from lanner_proto.file_source import FileSource
from lanner_proto.status import error_of
from lanner_proto.v1 import artifact_pb2, namespace_file_pb2
from lanner_proto.v1.namespace_file_pb2_grpc import NamespaceFileServiceStub
from tests.support.cutting_link import CuttingLink

MIB = 1024 * 1024
UPLOAD_ID = "0123456789abcdef"


@pytest.fixture
async def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.bin"
    await asyncio.to_thread(path.write_bytes, os.urandom(8 * MIB))
    return path


def stored(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "artifacts").rglob("*") if path.is_file()]


async def content_of(client: Client, path: str) -> bytes:
    return b"".join([data async for data in client.get_namespace_file("company", path)])


@pytest.mark.usefixtures("api")
async def test_an_upload_whose_link_breaks_goes_on_where_it_was(
    address: str, large: Path, tmp_path: Path
) -> None:
    async with (
        CuttingLink(address, cut_after_bytes=5 * MIB) as link,
        Client(link.address, resume_seconds=30) as client,
    ):
        put = await client.put_namespace_file(large, "company", "data/large.bin")

        received = await content_of(client, "data/large.bin")
    assert put.is_new
    assert received == await asyncio.to_thread(large.read_bytes)
    assert link.cuts == 1
    # Sent anew, it would be 13 MiB.
    assert link.sent_bytes < 11 * MIB
    assert len(stored(tmp_path)) == 1


@pytest.mark.usefixtures("api")
async def test_a_download_whose_link_breaks_goes_on_and_is_checked(
    address: str, large: Path
) -> None:
    async with CuttingLink(address) as link, Client(link.address, resume_seconds=30) as client:
        await client.put_namespace_file(large, "company", "a")
        received = b""
        async for data in client.get_namespace_file("company", "a"):
            received += data
            if len(received) >= 5 * MIB and not link.cuts:
                link.cuts += 1
                link.cut()

    assert received == await asyncio.to_thread(large.read_bytes)


@pytest.mark.usefixtures("api")
async def test_a_new_version_in_the_middle_of_a_broken_download_is_noticed(
    address: str, large: Path
) -> None:
    async with CuttingLink(address) as link, Client(link.address, resume_seconds=30) as client:
        await client.put_namespace_file(large, "company", "a")
        await asyncio.to_thread(large.write_bytes, os.urandom(8 * MIB))

        async def read_meanwhile() -> None:
            async for _ in client.get_namespace_file("company", "a"):
                if not link.cuts:
                    link.cuts += 1
                    await client.put_namespace_file(large, "company", "a")
                    link.cut()

        with pytest.raises(ServerFault, match="a has changed on its way"):
            await read_meanwhile()


async def test_a_file_that_changes_while_it_is_sent_is_refused(
    client: Client, large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks = FileSource.chunks

    async def meddled(self: FileSource, offset: int) -> AsyncGenerator[bytes, None]:
        async for chunk in chunks(self, offset):
            with large.open("ab") as file:
                file.write(b"!")
            yield chunk

    # Somebody who writes at exactly this time cannot be had otherwise.
    monkeypatch.setattr(FileSource, "chunks", meddled)
    with pytest.raises(InvalidInput, match="has changed while it was sent"):
        await client.put_namespace_file(large, "company", "a")

    listed = await client.list_namespace_files("company")
    assert not listed.files
    assert all(path.parent.name == ".partial" for path in stored(tmp_path))


async def test_the_same_content_leaves_nothing_aside(
    client: Client, large: Path, tmp_path: Path
) -> None:
    await client.put_namespace_file(large, "company", "a")

    again = await client.put_namespace_file(large, "company", "a")

    assert not again.is_new
    assert len(stored(tmp_path)) == 1


async def test_what_cannot_be_stored_is_refused_before_the_first_byte(
    client: Client, tmp_path: Path, large: Path
) -> None:
    endless = tmp_path / "endless"
    # More than any disk has, and nothing of it on this one.
    await asyncio.to_thread(endless.touch)
    await asyncio.to_thread(os.truncate, endless, 1 << 42)

    with pytest.raises(Exhausted, match=r"disk of the artifact storage is full, 4398046511104 byt"):
        await client.put_namespace_file(endless, "company", "a")
    with pytest.raises(Conflict, match="at version 0, not 3"):
        await client.put_namespace_file(large, "company", "a", if_version=3)


class RawClient(Client):
    """A client that sends what it is told."""

    async def put(self, parts: Sequence[namespace_file_pb2.PutNamespaceFileRequest]) -> None:
        """Send these messages."""
        try:
            async with self._channel() as channel:
                await NamespaceFileServiceStub(channel).PutNamespaceFile(iter(parts))
        except grpc.aio.AioRpcError as failure:
            raise error_of(failure) from failure

    async def find(self, header: namespace_file_pb2.NamespaceFileHeader) -> int:
        """How far an upload is."""
        return (
            await self._unary(
                lambda channel: NamespaceFileServiceStub(channel).FindNamespaceFileUpload,
                header,
                may_repeat=False,
            )
        ).offset


def header(**fields: int | str) -> namespace_file_pb2.PutNamespaceFileRequest:
    made = namespace_file_pb2.NamespaceFileHeader(namespace="company", path="a")
    for name, value in fields.items():
        setattr(made, name, value)
    return namespace_file_pb2.PutNamespaceFileRequest(header=made)


DATA = namespace_file_pb2.PutNamespaceFileRequest(data=b"abc")


@pytest.mark.usefixtures("api")
async def test_an_upload_is_found_by_its_id_and_goes_on_only_at_its_end(address: str) -> None:
    begun = header(upload_id=UPLOAD_ID)
    async with RawClient(address) as raw:
        with pytest.raises(InvalidInput):
            await raw.put([begun, DATA, begun])

        assert await raw.find(begun.header) == 3
        assert await raw.find(header(upload_id=UPLOAD_ID, path="b").header) == 0
        assert await raw.find(header().header) == 0
        with pytest.raises(Conflict, match="3 bytes of it are here"):
            await raw.put([header(upload_id=UPLOAD_ID, offset=4), DATA])


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [DATA],
        [header(), header()],
        [header(upload_id="short")],
        [header(offset=1)],
        [header(offset=-1, upload_id=UPLOAD_ID)],
        [header(size_bytes=-1)],
        [header(), DATA, namespace_file_pb2.PutNamespaceFileRequest(sha256=b"short")],
        [header(), DATA, namespace_file_pb2.PutNamespaceFileRequest(sha256=bytes(32))],
        [header(), namespace_file_pb2.PutNamespaceFileRequest(data=bytes(MIB + 1))],
    ],
    ids=str,
)
@pytest.mark.usefixtures("api")
async def test_an_upload_out_of_form_is_refused_and_leaves_nothing(
    address: str, tmp_path: Path, parts: Sequence[namespace_file_pb2.PutNamespaceFileRequest]
) -> None:
    async with RawClient(address) as raw:
        with pytest.raises(LannerError) as refused:
            await raw.put(parts)

    assert refused.value.status == "INVALID_ARGUMENT"
    assert not stored(tmp_path)


def test_the_headers_of_all_uploads_are_told_alike() -> None:
    mine = namespace_file_pb2.NamespaceFileHeader.DESCRIPTOR.fields_by_name
    theirs = artifact_pb2.ArtifactHeader.DESCRIPTOR.fields_by_name

    for name in ("upload_id", "offset", "size_bytes"):
        assert mine[name].number == theirs[name].number
