"""The key-value store under the executor: durable with the task run, or not at all."""

from __future__ import annotations

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.errors import NotDurable
from lanner_coordinator.runtime.key_values.book import KeyValueBook
from lanner_coordinator.store.errors import StoreFull
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import Commit
from tests.support.stage import flow_of, native, stage, states


class FullStore(MemoryStore):
    """A store whose disk is full until the test says otherwise."""

    is_full = False

    async def commit(self, commit: Commit) -> None:
        if self.is_full:
            raise StoreFull("The disk is full.")
        await super().commit(commit)


async def test_a_value_is_durable_with_the_task_run_that_sets_it() -> None:
    flow = flow_of(
        native("set", "kv.Set", key="day", value="monday"),
        native("get", "debug.Return", format="{{ kv('day') }}"),
        native("forget", "kv.Delete", key="other"),
    )
    store = MemoryStore()
    async with store, stage(flow, store=store) as on:
        await on.create()
        execution = await on.ended()

        outputs = {run.task_id: run.outputs for run in execution.task_runs.values()}
        assert outputs == {"set": {}, "get": {"value": "monday"}, "forget": {"deleted": False}}
        assert [(one.key, one.value) for one in await store.key_values()] == [("day", '"monday"')]
        assert store.commit_count == 1


async def test_the_last_of_several_changes_in_one_commit_is_stored() -> None:
    flow = flow_of(
        native("one", "kv.Set", key="a", value=1),
        native("two", "kv.Set", key="a", value=2),
        native("three", "kv.Set", key="b", value=1),
        native("four", "kv.Delete", key="b"),
    )
    store = MemoryStore()
    async with store, stage(flow, store=store) as on:
        await on.create()
        await on.ended()

        values = await store.key_values()
        assert [(one.key, one.value, one.version) for one in values] == [("a", "2", 2)]


async def test_what_could_not_be_committed_has_not_been_set() -> None:
    store = FullStore()
    async with store, stage(flow_of(native("set", "kv.Set", key="a", value=1)), store=store) as on:
        store.is_full = True

        with pytest.raises(NotDurable):
            await on.create()

        assert on.key_values.list("company", "", on.clock.now()) == []
        store.is_full = False
        await on.create("E2")
        await on.ended("E2")
        assert [one.version for one in await store.key_values()] == [1]


async def test_a_missing_key_fails_the_task_that_renders_it() -> None:
    flow = flow_of(native("get", "debug.Return", format="{{ kv('day') }}"))
    async with stage(flow) as on:
        await on.create()
        execution = await on.ended()

        assert states(execution) == {"get": State.FAILED}
        assert "The key 'day' does not exist in the namespace 'company'." in execution.error


async def test_values_of_the_store_are_read_at_the_start() -> None:
    store = MemoryStore()
    async with store, stage(flow_of(native("set", "kv.Set", key="a", value=1)), store=store) as on:
        await on.create()
        await on.ended()
        book = KeyValueBook()

        book.load(await store.key_values())

        found = book.get("company", "a", on.clock.now())
        assert found is not None
        assert found.value == "1"
