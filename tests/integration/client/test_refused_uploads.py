"""What a client hears whose upload is refused while it still sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import grpc.aio
import pytest

from lanner_coordinator.rpc.interceptor import CallGuard
from lanner_coordinator.runtime.artifacts import StorageFull
from lanner_coordinator.runtime.status import Readiness
from lanner_proto.client import Client
from lanner_proto.errors import Exhausted
from lanner_proto.v1 import artifact_pb2, artifact_pb2_grpc
from tests.support.fake_coordinator.server import Context, FakeArtifactService
from tests.support.fake_coordinator.state import FakeState

MIB = 1024 * 1024


class FullCoordinator(FakeArtifactService):
    """Takes so many messages of an upload, and then its disk is full."""

    def __init__(self, taken_count: int) -> None:
        super().__init__(FakeState())
        self._taken_count = taken_count

    async def UploadArtifact(
        self, request_iterator: AsyncIterator[artifact_pb2.UploadArtifactRequest], context: Context
    ) -> artifact_pb2.UploadArtifactResponse:
        """Fail in the middle."""
        for _ in range(self._taken_count):
            await anext(aiter(request_iterator))
        raise StorageFull("The disk of the artifact storage is full.")


@pytest.mark.parametrize("taken_count", [1, 80])
@pytest.mark.parametrize("size_mib", [3, 40])
async def test_a_client_that_still_sends_hears_why_it_was_refused(
    taken_count: int, size_mib: int, tmp_path: Path, tmp_socket_dir: Path
) -> None:
    file = tmp_path / "large.bin"
    await asyncio.to_thread(file.write_bytes, bytes(size_mib * MIB))
    readiness = Readiness()
    readiness.is_ready = True
    server = grpc.aio.server(interceptors=[CallGuard(readiness)])
    service = FullCoordinator(min(taken_count, size_mib * 4))
    artifact_pb2_grpc.add_ArtifactServiceServicer_to_server(service, server)
    address = f"unix:{tmp_socket_dir / 'api.sock'}"
    server.add_insecure_port(address)
    await server.start()
    try:
        async with Client(address) as client:
            with pytest.raises(Exhausted, match="The disk of the artifact storage is full"):
                await client.upload_artifact(file, namespace="company", flow_id="nightly")
    finally:
        await server.stop(None)
