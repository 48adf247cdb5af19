"""ForEachItem and log.Fetch over files on disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import Flow
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.runtime.artifacts import ArtifactUri, LocalArtifacts, Owner, parse_uri
from lanner_coordinator.runtime.errands.parts import SMALL_BYTES
from lanner_coordinator.store.memory import MemoryStore
from tests.support.services_stage import CountedIds
from tests.support.stage import Stage, stage, states

OWNER = Owner(namespace="company", flow_id="nightly", execution_id="E1")

PARENT = """
id: nightly
namespace: company
tasks:
  - id: each
    type: core.flow.ForEachItem
    items: "{items}"
    batch: {batch}
    namespace: company
    flowId: child
    inputs: {{file: "{{{{ taskrun.items }}}}", number: "{{{{ taskrun.iteration }}}}"}}
"""

CHILD = """
id: child
namespace: company
inputs: [{id: file, type: STRING}, {id: number, type: INT}]
tasks:
  - {id: work, type: core.debug.Return, format: "{{ inputs.file }}"}
outputs: [{id: seen, type: STRING, value: "{{ outputs.work.value }}"}]
"""


def flow_from(source: str) -> Flow:
    """A flow of its source."""
    result = read_flow(source, KnownTypes())
    assert result.flow is not None, result.problems
    return result.flow


@asynccontextmanager
async def over_items(
    tmp_path: Path, content: bytes, batch: str, name: str = "items.txt", child: str = CHILD
) -> AsyncIterator[tuple[Stage, LocalArtifacts, MemoryStore]]:
    """A parent that has run over a file, and what it left."""
    store = MemoryStore()
    async with store, LocalArtifacts(tmp_path) as storage:
        uri = ArtifactUri.of_input(OWNER, "file", name)
        async with storage.writer(uri) as writer:
            await writer.write(content)
            await writer.finish()
        flow = flow_from(PARENT.format(items=uri, batch=batch))
        family: dict[str, Any] = {"children": [flow_from(child)], "ids": CountedIds()}
        async with stage(flow, store=store, storage=storage, **family) as on:
            await on.create()
            await on.ended()
            yield on, storage, store


async def text_of(storage: LocalArtifacts, uri: object) -> str:
    """Text of an artifact."""
    chunks = [chunk async for chunk in storage.open(parse_uri(str(uri)))]
    return b"".join(chunks).decode()


def outputs_of(execution: Execution, task_id: str) -> dict[str, object]:
    """Outputs of the only run of a task."""
    (run,) = [run for run in execution.task_runs.values() if run.task_id == task_id]
    return run.outputs


async def test_batches_are_what_a_regular_expression_finds(tmp_path: Path) -> None:
    rows = b"id,country\n1,AT\n2,FR\n3,AT\n"
    batch = "{regexPattern: ',(.*)$'}"
    async with over_items(tmp_path, rows, batch, name="items.csv") as (on, storage, _):
        parent = await on.ended()

        splits = await text_of(storage, outputs_of(parent, "each_split")["splits"])
        assert [await text_of(storage, uri) for uri in splits.splitlines()] == [
            "id,country\n1,AT\n3,AT\n",
            "id,country\n2,FR\n",
        ]
        assert outputs_of(parent, "each_items")["numberOfBatches"] == 2


async def test_each_batch_has_a_child_and_their_outputs_are_merged_in_order(
    tmp_path: Path,
) -> None:
    lines = b"".join(b"line %d\n" % number for number in range(10))
    async with over_items(tmp_path, lines, "{rows: 4}") as (on, storage, _):
        parent = await on.ended()

        assert states(parent) == dict.fromkeys(
            ("each", "each_split", "each_items", "each_merge"), State.SUCCESS
        )
        assert outputs_of(parent, "each_items") == {
            "numberOfBatches": 3,
            "iterations": {"CREATED": 0, "RUNNING": 0, "SUCCESS": 3},
        }
        merged = await text_of(storage, outputs_of(parent, "each_merge")["subflowOutputs"])
        splits = await text_of(storage, outputs_of(parent, "each_split")["splits"])
        assert merged == "".join(f'{{"seen":"{uri}"}}\n' for uri in splits.splitlines())
        assert [await text_of(storage, uri) for uri in splits.splitlines()] == [
            "line 0\nline 1\nline 2\nline 3\n",
            "line 4\nline 5\nline 6\nline 7\n",
            "line 8\nline 9\n",
        ]
        third = await on.ended("X0003")
        assert third.inputs["number"] == 2
        assert third.trigger.variables["taskRunIteration"] == 2


async def test_an_empty_file_has_no_children_and_all_parts(tmp_path: Path) -> None:
    async with over_items(tmp_path, b"", "{rows: 4}") as (on, _, store):
        parent = await on.ended()

        assert states(parent) == dict.fromkeys(
            ("each", "each_split", "each_items", "each_merge"), State.SUCCESS
        )
        assert outputs_of(parent, "each_items") == {}
        assert await store.execution_ids("X", limit=10) == []


async def test_all_batches_run_when_one_fails_and_nothing_is_merged(tmp_path: Path) -> None:
    child = CHILD.replace("core.debug.Return, format", "core.execution.Fail, errorMessage")
    child = child[: child.index("outputs:")]
    async with over_items(tmp_path, b"a\nb\n", "{rows: 1}", child=child) as (on, _, store):
        parent = await on.ended()

        assert states(parent) == {
            "each": State.FAILED,
            "each_split": State.SUCCESS,
            "each_items": State.FAILED,
        }
        assert await store.execution_ids("X", limit=10) == ["X0001", "X0002"]


@pytest.mark.parametrize(
    ("name", "content", "batch", "batches"),
    [
        ("a.txt", b"1\n2\n3\n4\n5", "{partitions: 2}", ["1\n2\n3\n", "4\n5\n"]),
        ("a.txt", b"aaaa\nbb\ncc\n", "{bytes: 6B}", ["aaaa\nbb\n", "cc\n"]),
        ("a.txt", b"1;2;3", '{rows: 2, separator: ";"}', ["1;2;", "3;"]),
        ("a.csv", b'k,v\n1,"x\ny"\n2,z\n', "{rows: 1}", ['k,v\n1,"x\ny"\n', "k,v\n2,z\n"]),
    ],
)
async def test_batches_are_as_large_as_they_are_told_to_be(
    tmp_path: Path, name: str, content: bytes, batch: str, batches: list[str]
) -> None:
    async with over_items(tmp_path, content, batch, name) as (on, storage, _):
        parent = await on.ended()

        splits = await text_of(storage, outputs_of(parent, "each_split")["splits"])
        assert [await text_of(storage, uri) for uri in splits.splitlines()] == batches


async def test_a_file_of_another_execution_is_refused(tmp_path: Path) -> None:
    other = ArtifactUri.of_input(
        Owner(namespace="elsewhere", flow_id="other", execution_id="E9"), "file", "a.txt"
    )
    flow = flow_from(PARENT.format(items=other, batch="{rows: 1}"))
    async with (
        LocalArtifacts(tmp_path) as storage,
        stage(flow, storage=storage, children=[flow_from(CHILD)]) as on,
    ):
        await on.create()

        parent = await on.ended()

        assert "cannot be read by execution E1" in parent.error


async def test_a_log_is_fetched_into_a_file(tmp_path: Path) -> None:
    source = """
id: nightly
namespace: company
tasks:
  - {id: one, type: core.log.Log, message: hello}
  - {id: two, type: core.log.Log, message: low, level: DEBUG}
  - {id: three, type: core.log.Log, message: world}
  - {id: fetch, type: core.log.Fetch, tasksId: [one, two]}
"""
    async with (
        LocalArtifacts(tmp_path) as storage,
        stage(flow_from(source), storage=storage) as on,
    ):
        await on.create()

        found = outputs_of(await on.ended(), "fetch")

        assert found["size"] == 1
        assert '"message":"hello"' in await text_of(storage, found["uri"])


class BrokenArtifacts(LocalArtifacts):
    """Cannot be read."""

    def open(self, uri: ArtifactUri, offset: int = 0) -> AsyncIterator[bytes]:
        """No."""
        raise RuntimeError("out of order")


async def test_an_error_that_nobody_foresaw_fails_the_task(tmp_path: Path) -> None:
    items = ArtifactUri.of_input(OWNER, "file", "a.txt")
    flow = flow_from(PARENT.format(items=items, batch="{rows: 1}"))
    async with (
        BrokenArtifacts(tmp_path) as storage,
        stage(flow, storage=storage, children=[flow_from(CHILD)]) as on,
    ):
        await on.create()

        parent = await on.ended()

        assert parent.error == 'task "each_split" met an unexpected error: out of order'


async def test_large_parts_and_small_ones_stand_side_by_side(tmp_path: Path) -> None:
    texts = [b"x" * size for size in (1, SMALL_BYTES + 1, 2, 3 * SMALL_BYTES, 3)]
    async with over_items(tmp_path, b"\n".join(texts), "{rows: 1}") as (on, storage, _):
        parent = await on.ended()
        splits = await text_of(storage, outputs_of(parent, "each_split")["splits"])

        parts = [await text_of(storage, uri) for uri in splits.splitlines()]
        assert parts == [f"{text.decode()}\n" for text in texts]
