"""A Loop over the lines of a file, and what its iterations give in a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.artifacts import ArtifactUri, LocalArtifacts, Owner
from tests.integration.artifacts.test_for_each_item import flow_from, outputs_of, text_of
from tests.support.stage import stage

OWNER = Owner(namespace="company", flow_id="nightly", execution_id="E1")

FLOW = """
id: nightly
namespace: company
tasks:
  - id: loop
    type: core.flow.Loop
    values: "{uri}"
    concurrencyLimit: 3
    {more}
    outputs: [{{id: seen, type: STRING, value: "{{{{ outputs.a.value }}}}"}}]
    tasks:
      - {{id: a, type: core.debug.Return, format: "{{{{ item.index }}}}: {{{{ item.value }}}}"}}
"""


@asynccontextmanager
async def over_file(
    folder: Path, content: bytes, more: str = "", uri: str = ""
) -> AsyncIterator[tuple[Execution, LocalArtifacts]]:
    """An execution that has run over a file, and the storage."""
    async with LocalArtifacts(folder) as storage:
        file = ArtifactUri.of_input(OWNER, "file", "items.ion")
        async with storage.writer(file) as writer:
            await writer.write(content)
            await writer.finish()
        flow = flow_from(FLOW.format(uri=uri or file, more=more))
        async with stage(flow, storage=storage) as on:
            await on.create()
            yield await on.ended(), storage


async def test_each_line_is_a_value_and_the_outputs_are_stored(tmp_path: Path) -> None:
    lines = b'"x y"\n\n{"n": 1}\n{n: 2}\n3'
    async with over_file(tmp_path, lines) as (execution, storage):
        outputs = outputs_of(execution, "loop")
        rows = (await text_of(storage, outputs["uri"])).splitlines()

        assert outputs["iterationCount"] == 4
        assert "outputs" not in outputs
        assert [msgspec.json.decode(row) for row in rows] == [
            {"item": {"value": value, "iteration": index}, "outputs": {"seen": f"{index}: {value}"}}
            for index, value in enumerate(("x y", '{"n":1}', '{"n":2}', "3"))
        ]


async def test_the_outputs_can_be_fetched_all_the_same(tmp_path: Path) -> None:
    async with over_file(tmp_path, b"1\n2\n", "fetchType: FETCH") as (execution, _):
        found = outputs_of(execution, "loop")["outputs"]

        assert isinstance(found, list)
        assert [entry["outputs"] for entry in found] == [{"seen": "0: 1"}, {"seen": "1: 2"}]


async def test_an_empty_file_has_no_iterations_and_leaves_no_file(tmp_path: Path) -> None:
    async with over_file(tmp_path, b"") as (execution, _):
        assert execution.state is State.SUCCESS
        assert outputs_of(execution, "loop")["iterationCount"] == 0
        assert "uri" not in outputs_of(execution, "loop")


async def test_a_file_of_another_execution_fails_the_loop(tmp_path: Path) -> None:
    other = "kestra:///elsewhere/other/executions/E2/inputs/file/items.ion"
    async with over_file(tmp_path, b"1\n", uri=other) as (execution, _):
        assert execution.state is State.FAILED
        assert "cannot be read by execution E1" in execution.error
