"""Crashes: `kill -9` of the coordinator and of the agent while executions run.

`LANNER_CRASH_ROUNDS` sets the number of kills, `LANNER_CRASH_SEED` repeats the moments of a run.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from lanner_proto.client import Client
from lanner_proto.v1 import state_pb2
from tests.support.crash_effects import Effects, recorded_effects
from tests.support.crash_kills import Killer, Victim
from tests.support.crash_verdict import attempt_counts, told, wrong_effects
from tests.support.crash_work import CrashWork
from tests.support.docker_engine import DockerEngine
from tests.support.eventually import eventually
from tests.support.running_lanner import running_lanner

ROUNDS = int(os.environ.get("LANNER_CRASH_ROUNDS", "8"))
SEED = int(os.environ.get("LANNER_CRASH_SEED") or secrets.randbelow(2**32))

EXECUTIONS = 200
PROCESS_SECONDS = 0.03 * ROUNDS
"""How long each process runs: so long that kills find work, and many kills as much as few."""

CONTAINERS_EVERY = 10
"""Of so many executions one has a container; they are slow."""

END_SECONDS = 120
"""For the work that is left after the last kill, a restart included."""

ONE_SECONDS = 60
"""For one execution whose programs are killed."""

START_SECONDS = 20
"""Until a task of one execution runs."""

REMOVAL_SECONDS = 20
"""Until no container is left, after the executions have ended."""

TEST_SECONDS = 240 + 20 * ROUNDS
"""Limit of the whole test, with pauses before restarts of up to 15 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A running Lanner with work to do.

    Attributes:
        work: Starts executions.
        effects: What their tasks did.
        killer: Kills programs.
    """

    work: CrashWork
    effects: Effects
    killer: Killer


@asynccontextmanager
async def _scene(
    folder: Path,
    engine: DockerEngine,
    image: str,
    *,
    process_seconds: float,
    container_seconds: float = 1.0,
) -> AsyncIterator[Scene]:
    namespace = engine.unique_name("crash")
    print(f"LANNER_CRASH_SEED={SEED}")  # noqa: T201 - shown when the test fails
    with (
        recorded_effects(folder / "effects", namespace) as effects,
        running_lanner(folder / "data", slots=6) as lanner,
    ):
        async with Client(lanner.address) as client:
            work = CrashWork(
                client=client,
                namespace=namespace,
                effects=effects,
                image=image,
                process_seconds=process_seconds,
                container_seconds=container_seconds,
            )
            await work.apply_flows()
            moments = random.Random(SEED)
            killer = Killer(supervisor_pid=lanner.process.pid, random=moments)
            try:
                yield Scene(work=work, effects=effects, killer=killer)
                await eventually(lambda: not engine.containers_of(namespace), REMOVAL_SECONDS)
            except BaseException:
                print(lanner.logs_of_programs())  # noqa: T201 - shown when the test fails
                raise


@pytest.mark.timeout(TEST_SECONDS)
async def test_every_acknowledged_execution_ends_and_no_attempt_has_its_effect_twice(
    tmp_socket_dir: Path, docker_engine: DockerEngine, busybox_image: str
) -> None:
    async with _scene(
        tmp_socket_dir, docker_engine, busybox_image, process_seconds=PROCESS_SECONDS
    ) as scene:
        acknowledged = await _killed_at_work(scene)
        executions = await scene.work.all_ended(END_SECONDS)

        assert len(acknowledged) == EXECUTIONS
        assert {execution.summary.id for execution in executions} == acknowledged
        failed = [each for each in executions if each.summary.state != state_pb2.STATE_SUCCESS]
        assert failed == []
        assert wrong_effects(executions, scene.effects) == []
        print(told(executions, scene.effects))  # noqa: T201 - shown with -s


async def test_a_container_outlives_its_agent_and_its_attempt_goes_on(
    tmp_socket_dir: Path, docker_engine: DockerEngine, busybox_image: str
) -> None:
    async with _scene(
        tmp_socket_dir, docker_engine, busybox_image, process_seconds=0.1, container_seconds=3
    ) as scene:
        execution_id = await scene.work.start("containers", "one")
        await eventually(lambda: _is_running(scene, execution_id, "inside"), START_SECONDS)
        await scene.killer.kill(Victim.AGENT)
        await scene.killer.kill(Victim.COORDINATOR)
        execution = await scene.work.ended(execution_id, ONE_SECONDS)

        assert execution.summary.state == state_pb2.STATE_SUCCESS
        assert attempt_counts(execution) == {"outside": 1, "inside": 1}
        assert wrong_effects([execution], scene.effects) == []


async def test_a_process_that_is_lost_with_its_agent_is_tried_again_once(
    tmp_socket_dir: Path, docker_engine: DockerEngine, busybox_image: str
) -> None:
    async with _scene(tmp_socket_dir, docker_engine, busybox_image, process_seconds=2) as scene:
        execution_id = await scene.work.start("processes", "one")
        await eventually(lambda: _is_running(scene, execution_id, "first"), START_SECONDS)
        await scene.killer.kill(Victim.AGENT)
        execution = await scene.work.ended(execution_id, ONE_SECONDS)

        assert execution.summary.state == state_pb2.STATE_SUCCESS
        assert attempt_counts(execution) == {"first": 2, "left": 1, "right": 1}
        assert wrong_effects([execution], scene.effects) == []


async def test_a_process_goes_on_while_its_coordinator_is_away(
    tmp_socket_dir: Path, docker_engine: DockerEngine, busybox_image: str
) -> None:
    async with _scene(tmp_socket_dir, docker_engine, busybox_image, process_seconds=2) as scene:
        execution_id = await scene.work.start("processes", "one")
        await eventually(lambda: _is_running(scene, execution_id, "first"), START_SECONDS)
        await scene.killer.kill(Victim.COORDINATOR)
        execution = await scene.work.ended(execution_id, ONE_SECONDS)

        assert execution.summary.state == state_pb2.STATE_SUCCESS
        assert attempt_counts(execution) == {"first": 1, "left": 1, "right": 1}
        assert wrong_effects([execution], scene.effects) == []


async def _killed_at_work(scene: Scene) -> set[str]:
    """Start all executions, a part of them in each round, which ends with a kill; their ids."""
    acknowledged: set[str] = set()

    async def start(numbers: Sequence[int]) -> None:
        for number in numbers:
            flow_id = "processes" if number % CONTAINERS_EVERY else "containers"
            acknowledged.add(await scene.work.start(flow_id, f"request-{number}"))

    for round_number in range(ROUNDS):
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(start(range(round_number, EXECUTIONS, ROUNDS)))
            victim = tuple(Victim)[round_number % 2]
            tasks.create_task(scene.killer.kill_at_a_random_moment(victim))
    return acknowledged


async def _is_running(scene: Scene, execution_id: str, task_id: str) -> bool:
    execution = await scene.work.get(execution_id)
    return any(
        run.task_id == task_id and run.state == state_pb2.STATE_RUNNING
        for run in execution.task_runs
    )
