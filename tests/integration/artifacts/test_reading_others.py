"""Which files of other executions an execution may read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.runtime.artifacts import LocalArtifacts
from lanner_coordinator.store.memory import MemoryStore
from tests.support.services_stage import CountedIds
from tests.support.stage import stage

CHILD = """
id: child
namespace: elsewhere
tasks: [{id: write, type: core.storage.Write, content: of the child}]
outputs: [{id: file, type: STRING, value: "{{ outputs.write.uri }}"}]
"""
PARENT = """
id: parent
namespace: company
tasks:
  - {id: call, type: core.flow.Subflow, namespace: elsewhere, flowId: child, wait: true}
  - {id: size, type: core.storage.Size, uri: "{{ outputs.call.outputs.file }}"}
"""


async def test_an_execution_reads_the_files_of_those_that_it_started(tmp_path: Path) -> None:
    store = MemoryStore()
    parent, child = (read_flow(text, KnownTypes()).flow for text in (PARENT, CHILD))
    assert parent is not None
    assert child is not None
    async with store, LocalArtifacts(tmp_path) as storage:
        family: dict[str, Any] = {"children": [child], "ids": CountedIds()}
        async with stage(parent, store=store, storage=storage, **family) as on:
            await on.create()
            ended = await on.ended()

    assert ended.state is State.SUCCESS, ended.error
    outputs = {run.task_id: run.outputs for run in ended.task_runs.values()}
    assert outputs["size"] == {"size": len("of the child")}
