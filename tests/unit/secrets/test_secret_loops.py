"""Loops over secrets: each iteration works with its value, and nobody else sees it."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest

from lanner_coordinator.engine.execution import Execution, TaskRun
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.expression import SEALED_TYPE
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import Flow, FlowOutput, InputType
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.runtime.secrets.sealing import shown_name
from lanner_coordinator.store.memory import MemoryStore
from tests.support.stage import flow_of, flowable, native, script, stage
from tests.support.stage_agent import connected

MASK = "********"
LIST = ["swordfish", "trout-4711"]
SECRETS = {"ONE": LIST[0], "LIST": json.dumps(LIST), "MAP": json.dumps({"a": "swordfish"})}
ENVIRONMENT = {
    f"SECRET_{key}": base64.b64encode(value.encode()).decode() for key, value in SECRETS.items()
}
EACH = native("one", "debug.Return", format="<{{ taskrun.value }}>")


async def outcome(flow: Flow, folder: Path) -> tuple[Execution, list[str]]:
    """The end of an execution and its log, once no secret is found in all that is kept."""
    async with (
        MemoryStore() as store,
        stage(flow, store=store, environment=ENVIRONMENT) as on,
    ):
        await on.create()
        execution = await on.ended()
        lines = list(await on.lines())
        await store.backup(str(folder / "backup"))
    kept = (folder / "backup").read_bytes()
    for secret in LIST:
        assert secret.encode() not in kept
        assert base64.b64encode(secret.encode()) not in kept
    return execution, lines


@pytest.mark.parametrize(("kind", "name"), [("ForEach", "values"), ("EachSequential", "value")])
@pytest.mark.parametrize("values", ["{{ secret('list') }}", ["{{ secret('one') }}", "trout"]])
async def test_a_loop_goes_through_secrets_and_tasks_of_an_iteration_find_each_other(
    tmp_path: Path, kind: str, name: str, values: object
) -> None:
    loop = flowable(
        "each",
        kind,
        EACH,
        native(
            "two",
            message="{{ taskrun.value }} {{ outputs.one[taskrun.value].value | length }} "
            "{{ currentEachOutput(outputs.one).value == '<' ~ taskrun.value ~ '>' }}",
        ),
        **{name: values},
    )
    if kind == "EachParallel":
        loop = flowable(
            "each", kind, flowable("both", "Sequential", *loop.branches["tasks"]), **{name: values}
        )
    execution, lines = await outcome(flow_of(loop), tmp_path)

    assert execution.state is State.SUCCESS, lines
    shown = sorted(shown_name(run.value) or "" for run in of(execution, "one"))
    if isinstance(values, str):
        assert shown == [MASK, MASK]
        assert sorted(lines) == sorted([f"{MASK} 11 true", f"{MASK} 12 true"])
    else:
        assert shown == [MASK, "trout"]
        assert sorted(lines) == sorted([f"{MASK} 11 true", "trout 7 true"])


async def test_values_at_once_are_secrets_as_those_one_by_one(tmp_path: Path) -> None:
    say = native("one", message="{{ taskrun.value }} {{ taskrun.value | length }}")
    loop = flowable("each", "EachParallel", say, value="{{ secret('list') }}")
    _, lines = await outcome(flow_of(loop), tmp_path)

    assert sorted(lines) == [f"{MASK} 10", f"{MASK} 9"]


def read(tasks: str) -> Flow:
    source = f"id: nightly\nnamespace: company\ntasks:\n{tasks}"
    flow = read_flow(source, KnownTypes(())).flow
    assert flow is not None
    return flow


async def test_a_loop_of_iterations_goes_through_secrets(tmp_path: Path) -> None:
    flow = read(
        """
  - id: each
    type: core.flow.Loop
    values: "{{ secret('list') }}"
    fetchType: FETCH
    outputs: [{id: long, type: STRING, value: "<{{ item.value }}>"}]
    tasks:
      - {id: one, type: core.debug.Return, format: "<{{ item.value }}>"}
      - id: two
        type: core.log.Log
        message: "{{ item.value | upper }} {{ outputs.one.value | length }}"
  - {id: after, type: core.log.Log, message: "{{ outputs.each.outputs[1].item.value | length }}
      {{ loopOutputs(outputs.each.outputs, 'long') | last | length }}"}
"""
    )
    execution, lines = await outcome(flow, tmp_path)

    assert execution.state is State.SUCCESS, lines
    assert lines == [f"{MASK} 11", f"{MASK} 12", "10 12"]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("ForEach", "{{ fromJson(taskrun.value).key }} {{ fromJson(taskrun.value).value }}"),
        ("Loop", "{{ item.key }} {{ item.value }}"),
    ],
)
async def test_the_values_of_a_secret_map_are_secrets_and_its_keys_are_not(
    tmp_path: Path, kind: str, message: str
) -> None:
    flow = read(
        f"""
  - id: each
    type: core.flow.{kind}
    values: "{{{{ secret('map') }}}}"
    tasks: [{{id: one, type: core.log.Log, message: "{message}"}}]
"""
    )
    _, lines = await outcome(flow, tmp_path)

    assert lines == [f"a {MASK}"]


async def test_loops_in_loops_over_secrets_see_both_values(tmp_path: Path) -> None:
    inner = flowable(
        "inner",
        "ForEach",
        native("one", "debug.Return", format="{{ parent.taskrun.value }}/{{ taskrun.value }}"),
        native(
            "two",
            message="{{ outputs.one[parent.taskrun.value][taskrun.value].value | length }} "
            "{{ currentEachOutput(outputs.one).value | length }}",
        ),
        values=["x", "{{ secret('one') }}"],
    )
    loop = flowable("outer", "ForEach", inner, values=["{{ secret('one') }}"])
    execution, lines = await outcome(flow_of(loop), tmp_path)

    assert execution.state is State.SUCCESS, lines
    assert lines == ["11 11", "19 19"]


async def test_after_a_loop_its_outputs_are_read_by_value(tmp_path: Path) -> None:
    output = FlowOutput(
        id="all", type=InputType.STRING, value="{{ outputs.one[secret('one')].value | length }}"
    )
    loop = flowable("each", "ForEach", EACH, values="{{ secret('list') }}")
    names = native(
        "names", message="{{ outputs.one | keys | join('+') }} {{ outputs.one | length }}"
    )
    execution, lines = await outcome(flow_of(loop, names, outputs=(output,)), tmp_path)

    assert execution.outputs == {"all": "11"}
    assert lines == [f"{MASK} 2"]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ("{{ secret('one') }}", "must be a list, a map or the JSON text of one"),
        ("kestra:///{{ secret('one') }}", "must be a list, a map or the JSON text of one"),
        ({"{{ secret('one') }}": 1}, "a key of the loop's values is a secret"),
    ],
)
async def test_what_no_loop_can_go_through_is_refused_and_not_told(
    tmp_path: Path, values: object, error: str
) -> None:
    loop = flowable("each", "Loop", native("one"), values=values)
    execution, lines = await outcome(flow_of(loop), tmp_path)

    assert execution.state is State.FAILED
    assert error in "".join(lines)


async def test_an_agent_gets_the_secret_of_its_iteration_and_people_see_none(
    tmp_path: Path,
) -> None:
    task = replace(script("work"), properties={"script": "{{ taskrun.value }}"})
    loop = flowable("each", "ForEach", task, values=["{{ secret('one') }}"])
    async with (
        MemoryStore() as store,
        stage(flow_of(loop), store=store, environment=ENVIRONMENT) as on,
    ):
        agent = await connected(on)
        await on.create()
        assignment = await agent.assignment()
        await agent.finish(assignment.attempt_id)
        await on.ended()
        records = await store.task_runs("E1")

    assert json.loads(assignment.properties) == {"script": "swordfish"}
    assert LIST[0] in assignment.secrets
    assert b"swordfish" not in assignment.context
    assert SEALED_TYPE.encode() not in assignment.context
    assert MASK in [record.value for record in records]


def of(execution: Execution, task_id: str) -> list[TaskRun]:
    return [run for run in execution.task_runs.values() if run.task_id == task_id]
