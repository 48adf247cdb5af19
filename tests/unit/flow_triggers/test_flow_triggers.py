from __future__ import annotations

from datetime import timedelta

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.flow_triggers.reactions import DEEPEST
from lanner_coordinator.store.errors import StoreFull
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import Commit
from tests.support.eventually import eventually
from tests.support.fake_clock import FakeClock
from tests.support.services_stage import (
    NAMESPACE,
    CountedIds,
    Services,
    flow_source,
    services,
)
from tests.unit.flow_triggers.flows import failing, listener, of_flow, run, upstream

AFTER_LOAD = f"""conditions:
  - type: core.condition.ExecutionFlow
    namespace: {NAMESPACE}
    flowId: load
"""
BOTH = f"""dependsOn:
  - {{namespace: {NAMESPACE}, flowId: load}}
  - {{namespace: {NAMESPACE}, flowId: clean}}
"""
KEY = (NAMESPACE, "after", "seen")


class FailingStore(MemoryStore):
    """A store that refuses commits with what was set off, when a test says so."""

    refuses_done = False

    async def commit(self, commit: Commit) -> None:
        if self.refuses_done and commit.done_pending:
            raise StoreFull("The disk is full.")
        await super().commit(commit)


async def test_a_flow_starts_after_an_execution_of_another_with_its_variables() -> None:
    outputs = "outputs: [{id: rows, type: INT, value: 3}]\nlabels: {team: etl}"
    inputs = "inputs: [{id: rows, type: INT}, {id: of, type: STRING}]\nlabels: {own: label}"
    trigger = AFTER_LOAD + (
        "inputs: {rows: '{{ trigger.outputs.rows }}', of: '{{ flow.id }}'}\n"
        "labels: {state: '{{ trigger.state }}'}\n"
    )
    async with services() as on:
        await on.apply(upstream("load", more=outputs), listener(trigger, more=inputs))

        execution_id = await run(on, "load")

        (started,) = await of_flow(on)
        assert (started.state, started.trigger.kind) == (State.SUCCESS, "flow")
        assert started.inputs == {"rows": 3, "of": "after"}
        assert started.labels == {
            "own": "label",
            "state": "SUCCESS",
            "system.correlationId": execution_id,
        }
        variables = started.trigger.variables
        assert variables["executionId"] == execution_id
        assert (variables["namespace"], variables["flowId"]) == (NAMESPACE, "load")
        assert (variables["state"], variables["outputs"]) == ("SUCCESS", {"rows": 3})
        assert variables["executionLabels"] == {"team": "etl"}
        assert variables["lastTaskId"] == "work"
        assert await on.store.pending() == []


async def test_a_flow_never_starts_itself() -> None:
    async with services() as on:
        await on.apply(listener("states: [SUCCESS]"), upstream("load"))

        await run(on, "load")

        assert len(await of_flow(on)) == 1


async def test_states_say_which_changes_count() -> None:
    async with services() as on:
        await on.apply(
            upstream("load"),
            failing("broken"),
            listener("states: [FAILED]", "on_failure"),
            listener("states: [RUNNING, SUCCESS]", "on_each"),
        )

        await run(on, "load")
        await run(on, "broken")

        failed = [one.trigger.variables["flowId"] for one in await of_flow(on, "on_failure")]
        assert failed == ["broken"]
        each = [
            one.trigger.variables["state"]
            for one in await of_flow(on, "on_each")
            if one.trigger.variables["flowId"] == "load"
        ]
        assert each == ["RUNNING", "SUCCESS"]


async def test_inputs_that_cannot_be_rendered_start_nothing() -> None:
    trigger = AFTER_LOAD + "inputs: {x: '{{ outputs.nothing.value }}'}"
    async with services() as on:
        await on.apply(upstream("load"), listener(trigger, more="inputs: [{id: x, type: STRING}]"))

        await run(on, "load")

        assert await of_flow(on) == []


async def test_an_evaluation_that_fails_is_shown_where_the_trigger_says_so() -> None:
    trigger = "when: '{{ nobody.there }}'\nfailOnTriggerError: true"
    async with services() as on:
        await on.apply(upstream("load"), listener(trigger))

        await run(on, "load")

        (failed,) = await of_flow(on)
        assert failed.state is State.FAILED
        assert 'conditions of trigger "seen"' in failed.error


async def test_when_sees_the_other_execution() -> None:
    trigger = "when: \"{{ flowId == 'load' and labels.team == 'etl' and state == 'SUCCESS' }}\""
    async with services() as on:
        await on.apply(
            upstream("load", more="labels: {team: etl}"), upstream("clean"), listener(trigger)
        )

        await run(on, "clean")
        await run(on, "load")

        assert [one.trigger.variables["flowId"] for one in await of_flow(on)] == ["load"]


async def test_all_flows_that_it_depends_on_are_needed_and_then_anew() -> None:
    async with services() as on:
        await on.apply(
            upstream("load", more="outputs: [{id: a, type: INT, value: 1}]"),
            upstream("clean", more="outputs: [{id: b, type: INT, value: 2}]"),
            listener(BOTH),
        )

        await run(on, "load")
        await run(on, "load")
        assert await of_flow(on) == []
        await run(on, "clean")
        (started,) = await of_flow(on)
        await run(on, "clean")

        assert started.trigger.variables["outputs"] == {
            "a": 1, "b": 2, "load": {"a": 1}, "clean": {"b": 2},
        }  # fmt: skip
        assert len(await of_flow(on)) == 1


async def test_what_was_seen_in_yesterday_s_window_does_not_count() -> None:
    async with services() as on:
        await on.apply(upstream("load"), upstream("clean"), listener(BOTH))

        await run(on, "load")
        await on.pass_time(timedelta(days=1))
        await run(on, "clean")

        assert await of_flow(on) == []


async def test_what_was_seen_counts_after_a_restart() -> None:
    clock, ids = FakeClock(), CountedIds()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock, ids=ids) as before:
            await before.apply(upstream("load"), upstream("clean"), listener(BOTH))
            await run(before, "load")
        async with services(store=store, clock=clock, ids=ids) as after:
            await run(after, "clean")

            assert len(await of_flow(after)) == 1


async def test_an_event_survives_a_crash_before_anything_came_of_it() -> None:
    clock, ids = FakeClock(), CountedIds()
    async with FailingStore() as store:
        store.refuses_done = True
        async with services(store=store, clock=clock, ids=ids) as before:
            await before.apply(upstream("load"), listener(AFTER_LOAD))
            await run(before, "load")
            assert await of_flow(before) == []
            assert len(await store.pending()) == 1
        store.refuses_done = False
        async with services(store=store, clock=clock, ids=ids) as after:
            await after.settle()

            (started,) = await of_flow(after)
            assert started.trigger.variables["flowId"] == "load"
            assert await store.pending() == []
        async with services(store=store, clock=clock, ids=ids) as again:
            await again.settle()

            assert len(await of_flow(again)) == 1


async def test_nobody_listens_nothing_is_put_down() -> None:
    async with services() as on:
        await on.apply(upstream("load"), listener(AFTER_LOAD.replace("load", "other")))
        commits = on.store.commit_count

        await run(on, "load")

        assert on.store.commit_count == commits + 1


async def test_a_disabled_trigger_sees_nothing_until_it_is_enabled() -> None:
    async with services() as on:
        await on.apply(upstream("load"), listener(AFTER_LOAD))
        await on.triggers.set_enabled(KEY, is_enabled=False)

        await run(on, "load")
        assert await of_flow(on) == []
        await on.triggers.set_enabled(KEY, is_enabled=True)
        await run(on, "load")

        assert len(await of_flow(on)) == 1


async def test_a_trigger_stops_after_an_execution_in_a_state() -> None:
    trigger = AFTER_LOAD + "stopAfter: [SUCCESS]"
    async with services() as on:
        await on.apply(upstream("load"), listener(trigger))

        await run(on, "load")
        await run(on, "load")

        assert len(await of_flow(on)) == 1
        assert _record_is_disabled(on)


async def test_an_execution_that_failed_before_it_began_is_heard_also_after_a_restart() -> None:
    source = flow_source("load", schedule="0 7 * * *", task="log", trigger="when: '{{ no.body }}'")
    clock, ids = FakeClock(), CountedIds()
    async with FailingStore() as store:
        store.refuses_done = True
        async with services(store=store, clock=clock, ids=ids) as before:
            await before.apply(source, listener("states: [FAILED]"))
            await before.pass_time(timedelta(hours=1))
        store.refuses_done = False
        async with services(store=store, clock=clock, ids=ids) as after:
            await after.settle()

            (started,) = await of_flow(after)
            assert started.trigger.variables["state"] == "FAILED"
            assert started.state is State.SUCCESS


def _record_is_disabled(on: Services) -> bool:
    record = on.scheduler.records.get(KEY)
    return record is not None and record.is_disabled


async def test_flows_that_start_each_other_for_ever_are_ended_with_a_sentence() -> None:
    async with services() as on:
        await on.apply(
            listener("states: [SUCCESS, FAILED]", "ping"),
            listener("states: [SUCCESS, FAILED]", "pong"),
        )
        await on.create("ping")

        async def told() -> str:
            rows = await on.all_summaries()
            return next((row.error for row in rows if "start each other" in row.error), "")

        assert "need a condition that ends it" in await eventually(told, within_seconds=20)
        await on.settle()
        assert len(await on.all_summaries()) == DEEPEST + 2
