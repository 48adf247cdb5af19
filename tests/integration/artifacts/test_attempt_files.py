"""Files of attempts over their calls: what goes on, what is refused, what is checked."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from lanner_coordinator.rpc.agent_files import AgentFiles
from lanner_coordinator.runtime.artifacts import (
    ArtifactDamaged,
    ArtifactError,
    ArtifactMissing,
    ArtifactRefused,
    ArtifactTooLarge,
    LocalArtifacts,
)
from lanner_coordinator.runtime.attempt_files import AttemptFiles
from lanner_proto.v1 import agent_pb2
from tests.support.stage import flow_of, script, stage
from tests.support.stage_agent import connected

CONTENT = bytes(range(256)) * 8_000
LIMIT_BYTES = 4_000_000


@dataclass(frozen=True, kw_only=True)
class Sender:
    """An attempt that sends and fetches files.

    Attributes:
        files: The coordinator's side.
        attempt_id: The attempt.
        credential: That it was given.
    """

    files: AgentFiles
    attempt_id: str
    credential: str

    def header(
        self, name: str = "rows.csv", *, offset: int = 0, size_bytes: int = 0
    ) -> agent_pb2.PutArtifactHeader:
        return agent_pb2.PutArtifactHeader(
            attempt_id=self.attempt_id,
            credential=self.credential,
            name=name,
            offset=offset,
            size_bytes=size_bytes,
        )

    async def put(
        self,
        *chunks: bytes,
        whole: bytes | None,
        header: agent_pb2.PutArtifactHeader | None = None,
    ) -> str:
        """Send chunks, and the checksum of a whole unless the link breaks before."""
        parts = [agent_pb2.PutArtifactRequest(header=header or self.header())]
        parts += [agent_pb2.PutArtifactRequest(data=chunk) for chunk in chunks]
        if whole is not None:
            sha256 = hashlib.sha256(whole).digest()
            parts.append(agent_pb2.PutArtifactRequest(sha256=sha256))
        return (await self.files.put(_sent(parts))).uri

    async def get(self, uri: str, offset: int = 0) -> tuple[bytes, bytes]:
        """The bytes from an offset on, and the checksum that came with them."""
        request = agent_pb2.GetArtifactRequest(
            attempt_id=self.attempt_id, credential=self.credential, uri=uri, offset=offset
        )
        chunks = [chunk async for chunk in self.files.get(request)]
        return b"".join(chunk.data for chunk in chunks), chunks[-1].sha256


async def _sent(
    parts: Sequence[agent_pb2.PutArtifactRequest],
) -> AsyncIterator[agent_pb2.PutArtifactRequest]:
    for part in parts:
        yield part


@pytest.fixture
async def sender(tmp_path: Path) -> AsyncIterator[Sender]:
    async with LocalArtifacts(tmp_path, LIMIT_BYTES) as storage, stage(flow_of(script("a"))) as on:
        agent = await connected(on)
        await on.create()
        given = await agent.assignment()
        files = AttemptFiles(storage=storage, executor=on.executor, rendering=on.rendering)
        yield Sender(
            files=AgentFiles(files), attempt_id=given.attempt_id, credential=given.credential
        )


async def test_a_file_comes_back_with_the_checksum_of_the_whole(sender: Sender) -> None:
    uri = await sender.put(CONTENT[:1_000_000], CONTENT[1_000_000:], whole=CONTENT)

    sha256 = hashlib.sha256(CONTENT).digest()
    assert await sender.get(uri) == (CONTENT, sha256)
    assert await sender.get(uri, 1_500_000) == (CONTENT[1_500_000:], sha256)
    assert await sender.get(uri, len(CONTENT)) == (b"", sha256)


async def test_a_file_whose_sending_broke_off_goes_on(sender: Sender) -> None:
    with pytest.raises(ArtifactError, match="broke off before its checksum"):
        await sender.put(CONTENT[:1_200_000], whole=None)

    offset = (await sender.files.find(sender.header())).offset
    assert offset == 1_200_000
    assert (await sender.files.find(sender.header("other.csv"))).offset == 0
    uri = await sender.put(CONTENT[offset:], whole=CONTENT, header=sender.header(offset=offset))

    assert (await sender.get(uri))[0] == CONTENT


async def test_a_wrong_checksum_leaves_nothing(sender: Sender) -> None:
    with pytest.raises(ArtifactDamaged, match="Send it again"):
        await sender.put(CONTENT, whole=b"other")

    assert (await sender.files.find(sender.header())).offset == 0


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a\0b", "x" * 4096, "a/../../b", "a\\b", ""])
async def test_a_name_that_is_none_is_refused(sender: Sender, name: str) -> None:
    with pytest.raises(ArtifactRefused):
        await sender.put(b"x", whole=b"x", header=sender.header(name))


async def test_a_file_above_the_limit_is_refused_before_its_first_byte(sender: Sender) -> None:
    too_large = sender.header(size_bytes=LIMIT_BYTES + 1)

    with pytest.raises(ArtifactTooLarge, match="limit of this coordinator"):
        await sender.files.find(too_large)
    with pytest.raises(ArtifactTooLarge):
        await sender.put(whole=b"", header=too_large)


async def test_another_credential_opens_nothing(sender: Sender) -> None:
    header = sender.header()
    header.credential = "of another attempt"

    with pytest.raises(ArtifactRefused, match="no access"):
        await sender.files.find(header)
    with pytest.raises(ArtifactRefused, match="no access"):
        await sender.put(b"x", whole=b"x", header=header)


async def test_a_cache_belongs_to_the_task_and_is_no_file_of_the_execution(
    sender: Sender,
) -> None:
    lookup = agent_pb2.GetArtifactRequest(
        attempt_id=sender.attempt_id, credential=sender.credential, is_cache=True
    )
    with pytest.raises(ArtifactMissing):
        _ = [chunk async for chunk in sender.files.get(lookup)]
    header = agent_pb2.PutArtifactHeader(
        attempt_id=sender.attempt_id, credential=sender.credential, is_cache=True
    )
    for content in (b"older", b"newer"):
        uri = await sender.put(content, whole=content, header=header)

    found = b"".join([chunk.data async for chunk in sender.files.get(lookup)])

    assert found == b"newer"
    with pytest.raises(ArtifactRefused):
        await sender.get(uri)
