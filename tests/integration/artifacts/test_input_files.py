"""Uploads that become files of the executions that are given them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lanner_coordinator.engine.plan import make_plan
from lanner_coordinator.flow.model import Input, InputType
from lanner_coordinator.runtime.artifacts import (
    ArtifactMissing,
    ArtifactUri,
    LocalArtifacts,
    parse_uri,
)
from lanner_coordinator.runtime.executions.input_files import InputFiles
from tests.support.stage import flow_of, native

UPLOAD = ArtifactUri.of_upload("company", "nightly", "u1", "orders of may.csv")
PLAN = make_plan(
    flow_of(
        native("only"),
        inputs=[
            Input(id="orders", type=InputType.FILE),
            Input(id="nested.more", type=InputType.FILE),
            Input(id="absent", type=InputType.FILE),
            Input(id="text", type=InputType.STRING),
        ],
    ),
    1,
)


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[LocalArtifacts]:
    async with LocalArtifacts(tmp_path) as opened:
        yield opened


async def put(storage: LocalArtifacts, uri: ArtifactUri, content: bytes) -> None:
    async with storage.writer(uri) as writer:
        await writer.write(content)
        await writer.finish()


async def test_uploads_become_files_of_the_execution(storage: LocalArtifacts) -> None:
    await put(storage, UPLOAD, b"a,b\n")
    given = {
        "orders": str(UPLOAD),
        "nested": {"more": str(UPLOAD), "other": 1},
        "absent": None,
        "text": str(UPLOAD),
    }

    adopted = await InputFiles(storage).adopt(PLAN, given, "E1")

    folder = "kestra:///company/nightly/executions/E1/inputs"
    assert adopted == {
        "orders": f"{folder}/orders/orders%20of%20may.csv",
        "nested": {"more": f"{folder}/nested.more/orders%20of%20may.csv", "other": 1},
        "absent": None,
        "text": str(UPLOAD),
    }
    assert given["nested"] == {"more": str(UPLOAD), "other": 1}
    await storage.delete(UPLOAD)
    chunks = [chunk async for chunk in storage.open(parse_uri(str(adopted["orders"])))]
    assert chunks == [b"a,b\n"]


async def test_files_of_other_executions_stay_where_they_are(storage: LocalArtifacts) -> None:
    uri = "kestra:///company/nightly/executions/E0/tasks/t/r/rows.csv"

    assert await InputFiles(storage).adopt(PLAN, {"orders": uri}, "E1") == {"orders": uri}


async def test_an_upload_that_is_gone_is_told(storage: LocalArtifacts) -> None:
    with pytest.raises(ArtifactMissing, match="uploads/u1"):
        await InputFiles(storage).adopt(PLAN, {"orders": str(UPLOAD)}, "E1")
