"""TemplatedTask: its text is rendered, read as a task, and that task is run in its place."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Retry, RetryType, Task, TaskKind
from lanner_coordinator.flow.types.templating import TEMPLATED_TASK
from tests.support.stage import CORE, SCRIPT, flow_of, native, stage
from tests.support.stage_agent import connected

_SOON = timedelta(seconds=1)


def templated(spec: str) -> Task:
    """A task that a text says."""
    return Task(id="any", type=TEMPLATED_TASK, kind=TaskKind.TEMPLATED, properties={"spec": spec})


async def run(spec: str, **variables: object) -> Execution:
    """Run a flow of one such task."""
    async with stage(flow_of(templated(spec), variables=variables)) as on:
        await on.create()
        return await on.ended()


async def test_the_type_of_a_native_task_comes_out_of_an_expression() -> None:
    execution = await run("type: {{ vars.type }}\nformat: alive", type=f"{CORE}debug.Return")

    (task_run,) = execution.task_runs.values()
    assert task_run.outputs == {"value": "alive"}
    assert [change.state for change in task_run.changes] == [
        State.CREATED,
        State.RUNNING,
        State.SUCCESS,
    ]


async def test_the_properties_are_rendered_once_more() -> None:
    spec = f'type: {CORE}debug.Return\nformat: "{{% raw %}}{{{{ vars.name }}}}{{% endraw %}}"'

    execution = await run(spec, name="Moist")

    assert next(iter(execution.task_runs.values())).outputs == {"value": "Moist"}


async def test_a_task_of_an_agent_is_sent_there_and_the_flow_goes_on() -> None:
    spec = f"type: {SCRIPT}\nscript: echo {{{{ vars.name }}}}"
    flow = flow_of(
        templated(spec),
        native("after", message="{{ outputs.any.n }}"),
        variables={"name": "Moist"},
    )
    async with stage(flow) as on:
        agent = await connected(on)
        await on.create()
        assignment = await agent.assignment()
        await agent.finish(assignment.attempt_id)

        execution = await on.ended()

        assert (assignment.type, assignment.task_id) == (SCRIPT, "any")
        assert msgspec.json.decode(assignment.properties) == {"script": "echo Moist"}
        assert execution.state is State.SUCCESS
        assert await on.lines() == ["1"]


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        ("type: core.flow.Pause\ndelay: PT10S", "The templated task must be a runnable task"),
        (
            "type: core.flow.Subflow\nnamespace: a\nflowId: b",
            "The templated task must be a runnable task",
        ),
        (
            f"type: {TEMPLATED_TASK}\nspec: whatever",
            f"The templated task cannot be of type '{TEMPLATED_TASK}'",
        ),
        ("[1]", "the templated task must be a map with `type` and its properties"),
        ("format: x", "the templated task is wrong: A task needs the key `type`"),
        ("type: core.debug.Retrun", "There is no task type `core.debug.Retrun`"),
        ("type: core.debug.Return\nfromat: x", "`fromat`"),
        ("type: {{ vars.nothing }}", "Unable to find `nothing`"),
    ],
)
async def test_a_text_that_says_no_such_task_fails_and_tells_why(spec: str, error: str) -> None:
    execution = await run(spec)

    assert execution.state is State.FAILED
    assert error in execution.error


async def test_each_attempt_renders_the_text_anew() -> None:
    retry = Retry(type=RetryType.CONSTANT, interval=_SOON, max_attempts=2)
    spec = "type: {{ taskrun.attemptsCount == 0 ? 'core.execution.Fail' : 'core.debug.Return' }}"
    flow = flow_of(templated(spec), retry=retry)
    async with stage(flow) as on:
        await on.create()
        on.clock.advance(_SOON)
        on.executor.wake_timers()

        execution = await on.ended()

        (task_run,) = execution.task_runs.values()
        assert [attempt.state for attempt in task_run.attempts] == [State.FAILED, State.SUCCESS]
