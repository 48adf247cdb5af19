from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.errors import InvalidRequest, NotAllowed, NotDurable, NotFound
from lanner_coordinator.runtime.executions.creation import NewExecution
from lanner_coordinator.store.errors import StoreFull
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import Commit
from tests.support.services_stage import NAMESPACE, Services, flow_source, services

INPUTS = """inputs:
  - {id: day, type: STRING}
  - {id: count, type: INT, defaults: 3}
  - {id: file, type: STRING, defaults: "{{ inputs.day }}-{{ flow.id }}.csv"}"""


class FullStore(MemoryStore):
    """A store whose disk is full when a test says so."""

    is_full = False

    async def commit(self, commit: Commit) -> None:
        if self.is_full:
            raise StoreFull("The disk is full.")
        await super().commit(commit)


def nightly(request_id: str = "", **wanted: object) -> NewExecution:
    return NewExecution(
        namespace=NAMESPACE,
        flow_id="nightly",
        request_id=request_id,
        **wanted,  # type: ignore[arg-type]  # fields of the test
    )


async def test_inputs_are_converted_and_defaults_rendered() -> None:
    async with services() as on:
        await on.apply(flow_source(more=INPUTS))

        execution = await on.execution(await on.create(inputs={"day": "monday", "count": "12"}))

        assert execution.inputs == {"day": "monday", "count": 12, "file": "monday-nightly.csv"}


async def test_every_wrong_input_is_named_and_nothing_is_started() -> None:
    async with services() as on:
        await on.apply(flow_source(more=INPUTS))

        with pytest.raises(InvalidRequest) as refused:
            await on.create(inputs={"count": "many"})

        assert "`day`, missing required input" in str(refused.value)
        assert "`count`" in str(refused.value)
        assert not on.executor.entries


async def test_labels_are_the_flows_then_the_given_ones_then_the_systems() -> None:
    labels = "labels: {team: etl, env: dev}"
    async with services() as on:
        await on.apply(flow_source(more=labels))

        execution_id = await on.create(labels={"env": "prod", "run": "1"})

        assert (await on.execution(execution_id)).labels == {
            "team": "etl",
            "env": "prod",
            "run": "1",
            "system.correlationId": execution_id,
        }


async def test_a_label_of_the_system_cannot_be_given() -> None:
    async with services() as on:
        await on.apply(flow_source())

        with pytest.raises(InvalidRequest, match=r"system\.username"):
            await on.create(labels={"system.username": "moist"})


async def test_an_unknown_flow_is_refused() -> None:
    async with services() as on:
        with pytest.raises(NotFound, match="there is no flow company/nobody"):
            await on.create("nobody")


async def test_a_disabled_flow_is_refused() -> None:
    async with services() as on:
        await on.apply(flow_source(more="disabled: true"))

        with pytest.raises(NotAllowed, match="is disabled"):
            await on.create()


async def test_an_old_revision_can_be_run() -> None:
    async with services() as on:
        await on.apply(flow_source())
        await on.apply(flow_source(task="log"))

        assert (await on.execution(await on.create(revision=1))).flow_revision == 1


async def test_an_execution_for_later_waits_for_its_date() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log"))
        execution_id = await on.create(schedule_at=on.clock.now() + timedelta(hours=1))
        assert (await on.execution(execution_id)).state is State.CREATED

        await on.pass_time(timedelta(hours=1))

        assert (await on.ended(execution_id)).state is State.SUCCESS


async def test_a_repeated_request_gives_the_first_execution() -> None:
    async with services() as on:
        await on.apply(flow_source())
        first, was_repeat = await on.creator.create(nightly("order-1"))
        second, is_repeat = await on.creator.create(nightly("order-1"))

        assert second == first
        assert (was_repeat, is_repeat) == (False, True)
        assert len(on.executor.entries) == 1


async def test_a_request_that_comes_twice_at_once_starts_one_execution() -> None:
    async with services() as on:
        await on.apply(flow_source())

        answers = await asyncio.gather(*(on.creator.create(nightly("order-1")) for _ in range(20)))

        assert len({execution_id for execution_id, _ in answers}) == 1
        assert sorted(is_repeat for _, is_repeat in answers) == [False] + [True] * 19


async def test_a_request_is_known_after_a_restart() -> None:
    async with MemoryStore() as store:
        async with services(store=store) as before:
            await before.apply(flow_source())
            first, _ = await before.creator.create(nightly("order-1"))
        async with services(store=store) as after:
            assert await after.creator.create(nightly("order-1")) == (first, True)


async def test_a_request_is_forgotten_after_a_day() -> None:
    async with services() as on:
        await on.apply(flow_source())
        first, _ = await on.creator.create(nightly("order-1"))
        await on.pass_time(timedelta(hours=24, seconds=1))

        second, is_repeat = await on.creator.create(nightly("order-1"))

        assert second != first
        assert not is_repeat


async def test_a_request_that_failed_can_be_repeated() -> None:
    async with services() as on:
        with pytest.raises(NotFound):
            await on.creator.create(nightly("order-1"))
        await on.apply(flow_source())

        _, is_repeat = await on.creator.create(nightly("order-1"))

        assert not is_repeat


async def test_a_request_id_of_more_than_128_characters_is_refused() -> None:
    async with services() as on:
        with pytest.raises(InvalidRequest, match="at most 128"):
            await on.creator.create(nightly("x" * 129))


async def test_nothing_is_left_of_an_execution_that_could_not_be_committed() -> None:
    async with FullStore() as store, services(store=store) as on:
        await on.apply(flow_source())
        store.is_full = True
        with pytest.raises(NotDurable, match="The disk is full"):
            await on.creator.create(nightly("order-1"))
        assert not on.executor.entries

        store.is_full = False
        _, is_repeat = await on.creator.create(nightly("order-1"))

        assert not is_repeat


async def test_a_caller_that_goes_away_leaves_its_request_answered() -> None:
    async with services() as on:
        await on.apply(flow_source())

        await _called_and_left(on)
        await on.settle()

        first, is_repeat = await on.creator.create(nightly("order-1"))
        assert is_repeat
        assert first in on.executor.entries


async def _called_and_left(on: Services) -> None:
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(on.creator.create(nightly("order-1")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        call.cancel()
