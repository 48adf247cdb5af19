"""`logToFile` of tasks that run in the coordinator or on an agent."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Never

from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Flow
from lanner_coordinator.runtime.agents import messages
from lanner_coordinator.runtime.artifacts import ArtifactUri, LocalArtifacts, StorageFull, parse_uri
from tests.support.stage import Stage, flow_of, native, script, stage
from tests.support.stage_agent import connected

URI = "kestra:///company/nightly/executions/E1/tasks/work/E1-1/logs/attempt-1.log"
NOTE = f"the log of attempt 1 is in the file {URI}"


def logging_flow(**settings: Any) -> Flow:
    task = native("work", message=["one", "two"], level="WARN")
    return flow_of(replace(task, log_to_file=True, **settings))


@asynccontextmanager
async def stored(flow: Flow, folder: Path) -> AsyncIterator[tuple[Stage, LocalArtifacts]]:
    async with LocalArtifacts(folder) as storage, stage(flow, storage=storage) as on:
        yield on, storage


async def content(storage: LocalArtifacts, uri: str) -> str:
    return b"".join([chunk async for chunk in storage.open(parse_uri(uri))]).decode()


def log_file_of(execution: Execution) -> str:
    (run,) = execution.task_runs.values()
    assert run.attempt is not None
    return run.attempt.log_file


async def test_the_lines_of_a_native_task_go_into_a_file(tmp_path: Path) -> None:
    async with stored(logging_flow(), tmp_path) as (on, storage):
        await on.create()
        execution = await on.ended()

        assert execution.state is State.SUCCESS
        assert log_file_of(execution) == URI
        assert await on.lines() == [NOTE]
        assert await content(storage, URI) == (
            "2026-01-05T06:00:00.000Z WARN  one\n2026-01-05T06:00:00.000Z WARN  two\n"
        )


async def test_lines_below_the_level_of_the_task_are_in_no_file(tmp_path: Path) -> None:
    async with stored(logging_flow(log_level="ERROR"), tmp_path) as (on, _):
        await on.create()
        assert log_file_of(await on.ended()) == ""
        assert await on.lines() == []


async def test_lines_that_cannot_be_stored_go_to_the_log(tmp_path: Path) -> None:
    class Refusing(LocalArtifacts):
        def writer(self, uri: ArtifactUri, resumption: object = None) -> Never:
            raise StorageFull("There is no space.")

    async with stage(logging_flow(), storage=Refusing(tmp_path)) as on:
        await on.create()
        execution = await on.ended()

        assert execution.state is State.SUCCESS
        assert log_file_of(execution) == ""
        assert await on.lines() == ["one", "two"]


async def test_an_agent_is_told_to_write_a_file_and_says_where_it_is() -> None:
    async with stage(flow_of(script("work", log_to_file=True))) as on:
        agent = await connected(on)
        await on.create()
        assignment = await agent.assignment()
        assert assignment.log_to_file

        await agent.say(messages.Accepted(attempt_id=assignment.attempt_id))
        await agent.say(finished(assignment.attempt_id, URI))
        execution = await on.ended()

        assert log_file_of(execution) == URI
        assert await on.lines() == [NOTE]


async def test_an_agent_hides_the_secrets_of_other_tasks_from_the_file() -> None:
    environment = {"SECRET_TOKEN": b64encode(b"s3cret-value").decode()}
    reading = native("read", "debug.Return", format="{{ secret('TOKEN') }}")
    flow = flow_of(reading, script("work", log_to_file=True))
    async with stage(flow, environment=environment) as on:
        agent = await connected(on)
        await on.create()

        assert list((await agent.assignment()).secrets) == ["s3cret-value"]


async def test_an_agent_cannot_name_the_file_of_another_task_run() -> None:
    async with stage(flow_of(script("work", log_to_file=True))) as on:
        agent = await connected(on)
        await on.create()
        attempt_id = (await agent.assignment()).attempt_id
        await agent.say(messages.Accepted(attempt_id=attempt_id))
        await agent.say(finished(attempt_id, URI.replace("E1-1", "E1-2")))

        assert log_file_of(await on.ended()) == ""


def finished(attempt_id: str, log_file: str) -> messages.Finished:
    return messages.Finished(
        attempt_id=attempt_id,
        state=State.SUCCESS,
        outputs={},
        error="",
        cause="",
        log_file=log_file,
    )
