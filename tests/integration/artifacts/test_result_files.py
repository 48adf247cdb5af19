"""Files of results that later executions use again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lanner_coordinator.engine.execution import Execution, TaskRun
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.runtime.artifacts import LocalArtifacts, Owner, parse_uri
from tests.support.stage import Stage, stage

FLOW = """
id: nightly
namespace: company
tasks:
  - id: write
    type: core.storage.Write
    content: rows
    extension: .csv
    taskCache: {enabled: true, ttl: PT1H}
  - id: reverse
    type: core.storage.Reverse
    from: "{{ outputs.write.uri }}"
    taskCache: {enabled: true, ttl: PT1H}
"""


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[LocalArtifacts]:
    async with LocalArtifacts(tmp_path) as opened:
        yield opened


@pytest.fixture
async def on(storage: LocalArtifacts) -> AsyncIterator[Stage]:
    result = read_flow(FLOW, KnownTypes())
    assert result.flow is not None, result.problems
    async with stage(result.flow, storage=storage) as built:
        yield built


async def run_of(on: Stage, execution_id: str) -> Execution:
    await on.create(execution_id)
    execution = await on.ended(execution_id)
    assert not execution.error
    return execution


def of(execution: Execution, task_id: str) -> TaskRun:
    return next(run for run in execution.task_runs.values() if run.task_id == task_id)


def origin(execution: Execution, task_id: str) -> str:
    attempt = of(execution, task_id).attempt
    assert attempt is not None
    return attempt.result_of


def uri_of(execution: Execution, task_id: str) -> str:
    return str(of(execution, task_id).outputs["uri"])


async def content(storage: LocalArtifacts, uri: str) -> str:
    return b"".join([chunk async for chunk in storage.open(parse_uri(uri))]).decode()


async def test_an_execution_gets_copies_of_its_own(on: Stage, storage: LocalArtifacts) -> None:
    first = await run_of(on, "E1")
    second = await run_of(on, "E2")

    await storage.delete_execution(Owner(namespace="company", flow_id="nightly", execution_id="E1"))

    assert uri_of(second, "write") == uri_of(first, "write").replace("E1", "E2")
    assert await content(storage, uri_of(second, "write")) == "rows"
    assert await content(storage, uri_of(second, "reverse")) == "rows\n"


async def test_a_task_that_reads_such_a_file_finds_its_result_too(on: Stage) -> None:
    await run_of(on, "E1")
    second = await run_of(on, "E2")
    third = await run_of(on, "E3")

    for execution in (second, third):
        assert origin(execution, "write") == "E1-1"
        assert origin(execution, "reverse") == "E1-2"


async def test_a_result_whose_file_is_gone_is_made_anew(on: Stage, storage: LocalArtifacts) -> None:
    first = await run_of(on, "E1")
    await storage.delete(parse_uri(uri_of(first, "write")))

    second = await run_of(on, "E2")
    third = await run_of(on, "E3")

    assert origin(second, "write") == ""
    assert await content(storage, uri_of(second, "write")) == "rows"
    assert origin(third, "write") == "E2-1"


async def test_a_result_whose_file_cannot_be_copied_is_made_anew(tmp_path: Path) -> None:
    """Nobody waits for ever for what the disk does not take."""
    flow = read_flow(FLOW, KnownTypes()).flow
    assert flow is not None
    async with LocalArtifacts(tmp_path) as storage, stage(flow, storage=storage) as on:
        first = await run_of(on, "E1")
        assert uri_of(first, "write")
        (tmp_path / "company/nightly/executions/E2").write_text("in the way")
        await on.create("E2")

        second = await on.ended("E2")

        assert origin(second, "write") == ""
        assert second.state is State.FAILED
