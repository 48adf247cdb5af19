from __future__ import annotations

import asyncio
from pathlib import Path

import grpc.aio
import pytest

from lanner_proto.client import Client
from lanner_proto.errors import InvalidInput, LannerError, NotFound
from lanner_proto.status import error_of
from lanner_proto.v1 import artifact_pb2
from lanner_proto.v1.artifact_pb2_grpc import ArtifactServiceStub
from tests.support.services_stage import Services, flow_source

CONTENT = bytes(range(256)) * 10_000


async def uploaded(client: Client, on: Services, tmp_path: Path, content: bytes) -> str:
    await on.apply(flow_source())
    path = tmp_path / "orders.csv"
    await asyncio.to_thread(path.write_bytes, content)
    response = await client.upload_artifact(path, namespace="company", flow_id="nightly")
    assert response.size_bytes == len(content)
    return response.uri


async def download(client: Client, uri: str, offset: int = 0) -> bytes:
    return b"".join([data async for data in client.download_artifact(uri, offset=offset)])


async def test_an_uploaded_file_comes_back_as_it_was(
    client: Client, on: Services, tmp_path: Path
) -> None:
    uri = await uploaded(client, on, tmp_path, CONTENT)

    assert uri.startswith("kestra:///company/nightly/uploads/")
    assert uri.endswith("/orders.csv")
    assert await download(client, uri) == CONTENT


async def test_a_download_goes_on_at_an_offset(
    client: Client, on: Services, tmp_path: Path
) -> None:
    uri = await uploaded(client, on, tmp_path, CONTENT)

    assert await download(client, uri, offset=2_000_000) == CONTENT[2_000_000:]


async def test_an_empty_file_is_a_file(client: Client, on: Services, tmp_path: Path) -> None:
    uri = await uploaded(client, on, tmp_path, b"")

    assert await download(client, uri) == b""


async def test_a_file_for_an_unknown_flow_is_refused(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    await asyncio.to_thread(path.write_bytes, b"x")

    with pytest.raises(NotFound, match="there is no flow company/nobody"):
        await client.upload_artifact(path, namespace="company", flow_id="nobody")


async def test_a_name_that_leaves_its_folder_is_refused(
    client: Client, on: Services, tmp_path: Path
) -> None:
    await on.apply(flow_source())
    path = tmp_path / "orders.csv"
    await asyncio.to_thread(path.write_bytes, b"x")

    with pytest.raises(InvalidInput):
        await client.upload_artifact(
            path, namespace="company", flow_id="nightly", name="../../secret"
        )


@pytest.mark.parametrize(
    "uri",
    [
        "kestra:///company/nightly/uploads/U0001/none.csv",
        "kestra:///company/nightly/executions/X1/inputs/file/none.csv",
    ],
)
async def test_a_file_that_is_not_there_is_not_found(client: Client, uri: str) -> None:
    with pytest.raises(NotFound):
        await download(client, uri)


@pytest.mark.parametrize("uri", ["", "file:///etc/passwd", "kestra:///../../etc/passwd"])
async def test_what_is_no_uri_of_a_file_is_refused(client: Client, uri: str) -> None:
    with pytest.raises(InvalidInput):
        await download(client, uri)


async def test_an_offset_behind_the_end_is_refused(
    client: Client, on: Services, tmp_path: Path
) -> None:
    uri = await uploaded(client, on, tmp_path, b"abc")

    with pytest.raises(InvalidInput, match="the file has 3 bytes"):
        await download(client, uri, offset=4)


HEADER = artifact_pb2.UploadArtifactRequest(
    header=artifact_pb2.ArtifactHeader(name="a", namespace="company", flow_id="nightly")
)
DATA = artifact_pb2.UploadArtifactRequest(data=b"abc")


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [DATA],
        [HEADER, HEADER],
        [HEADER, DATA, artifact_pb2.UploadArtifactRequest(sha256=b"short")],
        [HEADER, DATA, artifact_pb2.UploadArtifactRequest(sha256=bytes(32))],
        [HEADER, artifact_pb2.UploadArtifactRequest(data=bytes(1024 * 1024 + 1))],
    ],
    ids=["nothing", "no header", "two headers", "short sum", "wrong sum", "long chunk"],
)
async def test_an_upload_out_of_form_is_refused_and_leaves_nothing(
    client: Client,
    on: Services,
    tmp_path: Path,
    parts: list[artifact_pb2.UploadArtifactRequest],
) -> None:
    await on.apply(flow_source())

    with pytest.raises(LannerError) as refused:
        async with RawClient(client.address) as raw:
            await raw.upload(parts)

    assert refused.value.status == "INVALID_ARGUMENT"
    assert not [path for path in (tmp_path / "artifacts").rglob("*") if path.is_file()]


class RawClient(Client):
    """A client that sends what it is told."""

    async def upload(self, parts: list[artifact_pb2.UploadArtifactRequest]) -> None:
        """Send these messages."""
        try:
            async with self._channel() as channel:
                await ArtifactServiceStub(channel).UploadArtifact(iter(parts))
        except grpc.aio.AioRpcError as failure:
            raise error_of(failure) from failure
