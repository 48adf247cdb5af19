from __future__ import annotations

import pytest

from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.rules.eligibility import Act
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.errors import InvalidRequest, NotAllowed, NotFound
from lanner_coordinator.runtime.executions.wishes import LATEST_REVISION, Details, Wish
from tests.support.services_stage import Services, flow_source, services

TWO = """
id: nightly
namespace: company
inputs:
  - {id: day, type: STRING, defaults: monday}
  - {id: size, type: INT, defaults: 1}
tasks:
  - {id: load, type: core.debug.Return, format: "{{ inputs.day }}"}
  - {id: store, type: core.debug.Return, format: "{{ outputs.load.value }}/{{ inputs.size }}"}
"""
FAILING = """
id: nightly
namespace: company
tasks:
  - {id: load, type: core.debug.Return, format: loaded}
  - {id: check, type: core.execution.Fail}
  - {id: store, type: core.debug.Return, format: "{{ outputs.load.value }}"}
"""


async def outputs(on: Services, execution_id: str) -> dict[str, object]:
    """Value of each task run that returned one."""
    execution = await on.execution(execution_id)
    return {run.task_id: run.outputs.get("value") for run in execution.task_runs.values()}


async def test_a_replay_from_a_task_keeps_what_ran_before_and_knows_its_parent() -> None:
    async with services() as on:
        await on.apply(TWO)
        first = await on.create(inputs={"day": "friday"})

        second = (await on.act(Act.REPLAY, first, task_run="store", inputs={"size": "7"})).id

        assert (await on.ended(second)).state is State.SUCCESS
        execution = await on.execution(second)
        assert (execution.parent_id, execution.original_id) == (first, first)
        assert execution.labels["system.replay"] == "true"
        assert await outputs(on, second) == {"load": "friday", "store": "friday/7"}
        assert [len(run.attempts) for run in execution.task_runs.values()] == [1, 2]


async def test_a_replay_from_the_start_runs_all_with_the_same_inputs() -> None:
    async with services() as on:
        await on.apply(TWO)
        first = await on.create(inputs={"day": "friday"})

        second = (await on.act(Act.REPLAY, first)).id

        assert await outputs(on, second) == {"load": "friday", "store": "friday/1"}
        assert second != first


@pytest.mark.parametrize("changed", [{"of.size": "7"}, {"of": {"size": 7}}, {"of": '{"size": 7}'}])
async def test_a_replay_changes_one_input_of_a_form_and_keeps_the_others(
    changed: dict[str, object],
) -> None:
    old = TWO.split("inputs:\n")[1].split("tasks:")[0]
    form = f"  - id: of\n    type: FORM\n    inputs:\n{old.replace('  - ', '      - ')}"
    async with services() as on:
        await on.apply(TWO.replace(old, form).replace("inputs.", "inputs.of."))
        first = await on.create(inputs={"of": {"day": "friday", "size": 2}})

        second = (await on.act(Act.REPLAY, first, inputs=changed)).id

        assert await outputs(on, second) == {"load": "friday", "store": "friday/7"}


async def test_a_replay_shows_what_it_begins_with() -> None:
    shown: list[tuple[str, int]] = []

    def look(live: LiveExecution) -> None:
        shown.append((live.execution.state.value, len(live.execution.task_runs)))

    async with services() as on:
        await on.apply(TWO)
        first = await on.create()
        for task_run in ("", "load"):
            wish = Wish(by="moist", details=Details(task_run=task_run), look=look)
            await on.acts.do(Act.REPLAY, first, wish)

    assert shown == [("CREATED", 0), ("RESTARTED", 1)]


async def test_a_replay_with_wrong_inputs_is_refused() -> None:
    async with services() as on:
        await on.apply(TWO)
        first = await on.create()

        with pytest.raises(InvalidRequest, match="size"):
            await on.act(Act.REPLAY, first, inputs={"size": "many"})


async def test_a_replay_runs_the_newest_revision_when_asked() -> None:
    async with services() as on:
        await on.apply(TWO)
        first = await on.create()
        await on.apply(TWO.replace("{{ inputs.day }}", "always"))

        second = await on.act(Act.REPLAY, first, revision=LATEST_REVISION)

        assert second.flow_revision == 2
        assert (await outputs(on, second.id))["load"] == "always"


async def test_a_task_that_a_revision_lacks_cannot_be_replayed_there() -> None:
    async with services() as on:
        await on.apply(TWO)
        first = await on.create()
        await on.apply(flow_source(task="log"))

        with pytest.raises(NotAllowed, match='revision 2 does not have the task "store"'):
            await on.act(Act.REPLAY, first, task_run="store", revision=2)


async def test_a_task_run_that_is_not_there_is_not_found() -> None:
    async with services() as on:
        await on.apply(TWO)
        first = await on.create()

        with pytest.raises(NotFound, match='no task run "nosuch"'):
            await on.act(Act.REPLAY, first, task_run="nosuch")


async def test_a_restart_in_another_revision_is_a_new_execution() -> None:
    async with services() as on:
        await on.apply(FAILING)
        first = await on.create()
        await on.apply(FAILING.replace("core.execution.Fail", "core.log.Log, message: fine"))

        second = await on.act(Act.RETRY, first, revision=LATEST_REVISION)

        assert second.id != first
        assert (await on.ended(second.id)).state is State.SUCCESS
        assert await outputs(on, second.id) == {
            "load": "loaded",
            "check": None,
            "store": "loaded",
        }
        assert (await on.ended(first)).state is State.FAILED


async def test_a_marked_task_run_lets_the_execution_go_on() -> None:
    async with services() as on:
        await on.apply(FAILING)
        execution_id = await on.create()

        await on.acts.mark(execution_id, "check", State.SUCCESS, Wish(by="moist", reason="seen"))

        assert (await on.ended(execution_id)).state is State.SUCCESS
        assert (await outputs(on, execution_id))["store"] == "loaded"
        lines = await on.core.lines(execution_id)
        assert 'task "check" marked SUCCESS (it was FAILED) by moist: seen' in lines


async def test_the_state_of_an_ended_execution_is_changed() -> None:
    async with services() as on:
        await on.apply(TWO)
        execution_id = await on.create()

        await on.act(Act.CHANGE_STATE, execution_id, state="WARNING")

        assert (await on.ended(execution_id)).state is State.WARNING
        with pytest.raises(InvalidRequest, match="RUNNING is not one of"):
            await on.act(Act.CHANGE_STATE, execution_id, state="RUNNING")


async def test_labels_of_the_system_outlive_all_changes() -> None:
    async with services() as on:
        await on.apply(TWO)
        execution_id = await on.create(labels={"env": "test", "team": "a"})

        await on.act(Act.SET_LABELS, execution_id, labels={"env": "prod"}, replaces_labels=True)

        labels = (await on.ended(execution_id)).labels
        assert labels == {"env": "prod", "system.correlationId": execution_id}
        with pytest.raises(InvalidRequest, match="set by Lanner itself"):
            await on.act(Act.SET_LABELS, execution_id, labels={"system.correlationId": "x"})


async def test_a_deleted_execution_is_gone_with_its_log_and_files() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log"))
        execution_id = await on.create()

        await on.act(Act.DELETE, execution_id)

        assert await on.all_summaries() == []
        assert await on.core.lines(execution_id) == []
        assert on.files.owners == [execution_id]
        with pytest.raises(NotFound):
            await on.act(Act.DELETE, execution_id)


async def test_what_runs_is_neither_deleted_nor_changed() -> None:
    async with services() as on:
        await on.apply(flow_source())
        execution_id = await on.create()

        for act in (Act.DELETE, Act.REPLAY, Act.CHANGE_STATE, Act.SET_LABELS):
            with pytest.raises(NotAllowed, match=r"it has not ended \(RUNNING\)"):
                await on.act(act, execution_id, state="FAILED")


async def test_a_queued_execution_is_let_past_the_limit() -> None:
    async with services() as on:
        await on.apply(flow_source(more="concurrency: {limit: 1}"))
        await on.create()
        second = await on.create()
        assert (await on.execution(second)).state is State.QUEUED

        summary = await on.act(Act.UNQUEUE, second)

        assert summary.state is State.RUNNING
        with pytest.raises(NotAllowed, match="it is not queued"):
            await on.act(Act.UNQUEUE, second)


async def test_what_an_execution_repeats_is_the_same_after_a_crash() -> None:
    async with services() as on:
        await on.apply(flow_source())
        agent = await on.agent()
        first = await on.create()
        await agent.finish((await agent.assignment()).attempt_id)
        await on.ended(first)
        second = (await on.act(Act.REPLAY, first, task_run="work")).id
        async with services(store=on.store, clock=on.clock, is_running=False) as again:
            found = again.executor.live(second)
            assert found is not None
            assert found.execution == (await on.execution(second))
