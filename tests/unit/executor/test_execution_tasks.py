"""Native tasks that change their execution: variables, labels, its end."""

from __future__ import annotations

from typing import Any

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Task, TaskKind
from tests.support.stage import CORE, flow_of, flowable, native, script, stage, states


def execution_task(task_id: str, kind: str, **properties: Any) -> Task:
    """A task `core.execution.…`."""
    return Task(
        id=task_id, type=f"{CORE}execution.{kind}", kind=TaskKind.NATIVE, properties=properties
    )


async def test_variables_that_a_task_sets_are_seen_from_then_on() -> None:
    flow = flow_of(
        execution_task("set", "SetVariables", variables={"name": "Moist", "of": {"b": 2}}),
        native("say", message="{{ vars.greeting }} {{ vars.name }} {{ vars.of }}"),
        variables={"greeting": "Hello", "name": "World", "of": {"a": 1}},
    )
    async with stage(flow) as on:
        await on.create()
        await on.ended()

        assert await on.lines() == ['Hello Moist {"a":1,"b":2}']


async def test_variables_that_exist_are_kept_where_they_must_not_be_overwritten() -> None:
    flow = flow_of(
        execution_task("set", "SetVariables", variables={"name": "Moist"}, overwrite=False),
        variables={"name": "World"},
    )
    async with stage(flow) as on:
        await on.create()

        execution = await on.ended()

        assert execution.error == "the variable `name` exists already"
        assert execution.state is State.FAILED


async def test_variables_are_removed_also_from_inside_of_maps() -> None:
    flow = flow_of(
        execution_task("unset", "UnsetVariables", variables=["name", "of.a"]),
        native("say", message="{{ vars.name ?? 'nobody' }} {{ vars.of }}"),
        variables={"name": "World", "of": {"a": 1, "b": 2}},
    )
    async with stage(flow) as on:
        await on.create()
        await on.ended()

        assert await on.lines() == ['nobody {"b":2}']


@pytest.mark.parametrize(("ignores", "state"), [(False, State.FAILED), (True, State.SUCCESS)])
async def test_a_variable_that_is_missing_cannot_be_removed_unless_told(
    ignores: bool, state: State
) -> None:
    task = execution_task("unset", "UnsetVariables", variables=["x"], ignoreMissing=ignores)
    async with stage(flow_of(task)) as on:
        await on.create()

        assert (await on.ended()).state is state


async def test_an_exit_ends_all_that_it_is_in_in_its_state_and_begins_nothing_more() -> None:
    inner = flowable("inner", "Sequential", execution_task("leave", "Exit", state="WARNING"))
    flow = flow_of(inner, native("never"), finally_tasks=(native("tidy"),))
    async with stage(flow) as on:
        await on.create()

        execution = await on.ended()

        assert execution.state is State.WARNING
        assert states(execution) == {
            "inner": State.WARNING,
            "leave": State.WARNING,
            "tidy": State.SUCCESS,
        }


async def test_an_exit_runs_no_errors_and_stops_what_runs_beside_it() -> None:
    both = flowable(
        "both", "Parallel", script("long"), execution_task("leave", "Exit", state="FAILED")
    )
    async with stage(flow_of(both, errors=(native("alarm"),))) as on:
        await on.create()

        execution = await on.ended()

        assert states(execution) == {
            "both": State.FAILED,
            "long": State.KILLED,
            "leave": State.FAILED,
        }
        assert execution.state is State.FAILED
