"""Files that agents store while they look for triggers."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from lanner_coordinator.runtime.artifacts import (
    ArtifactMissing,
    ArtifactRefused,
    LocalArtifacts,
    Owner,
    parse_uri,
    refuse_reading,
)
from lanner_coordinator.runtime.attempt_files import AttemptFiles, Sending
from lanner_coordinator.runtime.owners import owner_of
from tests.support.eventually import eventually
from tests.support.polling import answer, looking, watching
from tests.support.services_stage import NAMESPACE, Services, services


def files_of(on: Services) -> AttemptFiles:
    return AttemptFiles(
        storage=on.storage,
        executor=on.executor,
        rendering=on.core.rendering,
        polls=on.polling.files,
    )


async def put(on: Services, attempt_id: str, credential: str) -> str:
    """Store a file of an attempt: its URI."""
    sending = Sending(attempt_id=attempt_id, credential=credential, name="rows.csv")
    async with files_of(on).writing(sending) as (uri, writer):
        await writer.write(b"a,b\n")
        await writer.finish()
    return str(uri)


async def test_the_execution_that_begins_has_the_files_of_the_look(tmp_path: Path) -> None:
    async with LocalArtifacts(tmp_path) as storage, services(storage=storage) as on:
        agent = await looking(on)
        await on.apply(watching())
        order = await agent.assignment()
        uri = await put(on, order.attempt_id, order.credential)
        await answer(on, agent, order.attempt_id)

        (row,) = await on.all_summaries()
        owner = owner_of(await on.execution(row.id))
        refuse_reading(parse_uri(uri), owner)
        assert await storage.size(parse_uri(uri)) == 4
        assert owner == Owner(namespace=NAMESPACE, flow_id="nightly", execution_id=row.id)


async def test_the_files_of_a_look_that_finds_nothing_are_removed(tmp_path: Path) -> None:
    async with LocalArtifacts(tmp_path) as storage, services(storage=storage) as on:
        agent = await looking(on)
        await on.apply(watching())
        order = await agent.assignment()
        uri = await put(on, order.attempt_id, order.credential)

        await answer(on, agent, order.attempt_id, code=503)

        async def is_gone() -> bool:
            with suppress(ArtifactMissing):
                await storage.size(parse_uri(uri))
                return False
            return True

        await eventually(is_gone)


async def test_a_look_that_is_over_has_no_access_any_more(tmp_path: Path) -> None:
    async with LocalArtifacts(tmp_path) as storage, services(storage=storage) as on:
        agent = await looking(on)
        await on.apply(watching())
        order = await agent.assignment()
        with pytest.raises(ArtifactRefused):
            await put(on, order.attempt_id, "another credential")
        await answer(on, agent, order.attempt_id, code=503)

        with pytest.raises(ArtifactRefused):
            await put(on, order.attempt_id, order.credential)
