"""A secret's way through an execution: used wherever it goes, in clear nowhere.

`swordfish` is the secret; each test lets it go another way, and looks for it in all that the store
holds afterwards: journal, archive, logs, key-values.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from lanner_coordinator.engine.events import AttemptFinished, MetricValue
from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.expression import ENCRYPTED_TYPE
from lanner_coordinator.flow.model import Flow, FlowOutput, Input, InputType, Task
from lanner_coordinator.runtime.secrets.sealing import masked_values, revealed_values
from lanner_coordinator.store.memory import MemoryStore
from tests.support.eventually import eventually
from tests.support.stage import CORE, Stage, flow_of, flowable, native, script, stage, states
from tests.unit.subflows.flows import subflow

SECRET = "swordfish"
ENVIRONMENT = {"SECRET_DB": base64.b64encode(SECRET.encode()).decode()}
MASK = "********"


@asynccontextmanager
async def on_stage(flow: Flow, *children: Flow, store: MemoryStore) -> AsyncIterator[Stage]:
    async with stage(flow, store=store, environment=ENVIRONMENT, children=children) as on:
        yield on


@pytest.fixture
async def store() -> AsyncIterator[MemoryStore]:
    async with MemoryStore() as store:
        yield store


async def all_that_is_kept(store: MemoryStore, folder: Path) -> bytes:
    path = folder / "backup"
    await store.backup(str(path))
    return path.read_bytes()


async def assert_is_nowhere(store: MemoryStore, folder: Path) -> None:
    kept = await all_that_is_kept(store, folder)
    for form in (SECRET.encode(), base64.b64encode(SECRET.encode()), SECRET[::-1].encode()):
        assert form not in kept


def returns(task_id: str, value: object) -> Task:
    return native(task_id, "debug.Return", format=value)


def outputs_of(execution: Execution, task_id: str) -> dict[str, Any]:
    return next(run for run in execution.task_runs.values() if run.task_id == task_id).outputs


def shown_outputs(execution: Execution, task_id: str) -> object:
    return masked_values(outputs_of(execution, task_id))


async def test_an_output_made_of_a_secret_is_used_by_other_tasks_and_masked_for_people(
    store: MemoryStore, tmp_path: Path
) -> None:
    flow = flow_of(
        returns("make", "postgresql://etl:{{ secret('db') }}@host"),
        native(
            "tell", message="url {{ outputs.make.value }}, back {{ outputs.make.value | upper }}"
        ),
        returns("again", "{{ outputs.make.value | replace({'host': 'other'}) }}"),
        returns("length", "{{ outputs.make.value | length }}"),
    )
    async with on_stage(flow, store=store) as on:
        await on.create()
        execution = await on.ended()

        assert states(execution) == dict.fromkeys(states(execution), State.SUCCESS)
        assert shown_outputs(execution, "make") == {"value": MASK}
        assert shown_outputs(execution, "length") == {"value": "31"}
        assert revealed_values(outputs_of(execution, "again"), on.cipher) == {
            "value": "postgresql://etl:swordfish@other"
        }
        assert SECRET.upper() not in str(await on.lines())
        assert await on.lines() == [f"url postgresql://etl:{MASK}@host, back {MASK}"]
    await assert_is_nowhere(store, tmp_path)


async def test_only_the_part_with_the_secret_is_masked(store: MemoryStore) -> None:
    flow = flow_of(
        native(
            "make",
            "output.OutputValues",
            values={
                "user": "etl",
                "list": ["a", "{{ secret('db') }}"],
                "deep": {"p": "{{ secret('db') }}"},
            },
        ),
        returns(
            "second", "{{ outputs.make['values'].list[1] == secret('db') ? 'same' : 'other' }}"
        ),
        returns("joined", "{{ outputs.make['values'].list | join('+') | length }}"),
        returns(
            "looped", "{% for one in outputs.make['values'].list %}{{ one | length }},{% endfor %}"
        ),
        returns("whole", "{{ outputs.make | json | length }}"),
    )
    async with on_stage(flow, store=store) as on:
        await on.create()
        execution = await on.ended()

        assert shown_outputs(execution, "make") == {
            "values": {"user": "etl", "list": ["a", MASK], "deep": {"p": MASK}}
        }
        assert outputs_of(execution, "second") == {"value": "same"}
        assert outputs_of(execution, "joined") == {"value": "11"}
        assert outputs_of(execution, "looped") == {"value": "1,9,"}
        clear = '{"values":{"user":"etl","list":["a","swordfish"],"deep":{"p":"swordfish"}}}'
        assert outputs_of(execution, "whole") == {"value": str(len(clear))}


async def test_a_variable_and_a_flow_output_made_of_a_secret_are_masked(
    store: MemoryStore, tmp_path: Path
) -> None:
    output = FlowOutput(id="token", type=InputType.STRING, value="t-{{ vars.token }}")
    flow = flow_of(
        native("keep", "execution.SetVariables", variables={"token": "{{ secret('db') }}"}),
        native("tell", message="it is {{ vars.token }}"),
        outputs=(output,),
    )
    async with on_stage(flow, store=store) as on:
        await on.create()
        execution = await on.ended()

        assert await on.lines() == [f"it is {MASK}"]
        assert masked_values(execution.outputs) == {"token": MASK}
        assert revealed_values(execution.outputs, on.cipher) == {"token": "t-swordfish"}
    await assert_is_nowhere(store, tmp_path)


async def test_a_label_never_has_a_secret(store: MemoryStore, tmp_path: Path) -> None:
    flow = flow_of(native("mark", "execution.Labels", labels={"db": "{{ secret('db') }}-1"}))
    async with on_stage(flow, store=store) as on:
        await on.create()

        assert (await on.ended()).labels["db"] == f"{MASK}-1"
    await assert_is_nowhere(store, tmp_path)


async def test_a_metric_never_has_a_secret(store: MemoryStore, tmp_path: Path) -> None:
    metric = {"name": "rows", "type": "counter", "value": 1, "tags": {"db": "{{ secret('db') }}"}}
    flow = flow_of(native("measure", "metric.Publish", metrics=[metric]))
    async with on_stage(flow, store=store) as on:
        await on.create()
        execution = await on.ended()

        run = next(iter(execution.task_runs.values()))
        assert run.attempts[-1].metrics[0].tags == {"db": MASK}
    await assert_is_nowhere(store, tmp_path)


@pytest.mark.parametrize(
    "expression",
    [
        "{{ secret('db') | number }}",
        "{{ secret('db') | date('yyyy') }}",
        "{{ {'a': 1}[secret('db')] }}",
        "{{ fromJson(secret('db')) }}",
        "{{ secret('db', subkey='x') }}",
        "{{ decrypt(secret('db'), 'x') }}",
    ],
)
async def test_an_error_about_a_secret_does_not_tell_it(
    store: MemoryStore, tmp_path: Path, expression: str
) -> None:
    async with on_stage(flow_of(returns("fail", expression)), store=store) as on:
        await on.create()
        execution = await on.ended()

        assert execution.state is State.FAILED
    await assert_is_nowhere(store, tmp_path)


async def test_a_failure_that_repeats_a_secret_does_not_tell_it(
    store: MemoryStore, tmp_path: Path
) -> None:
    flow = flow_of(native("fail", "execution.Fail", errorMessage="no: {{ secret('db') }}"))
    async with on_stage(flow, store=store) as on:
        await on.create()
        execution = await on.ended()

        run = next(iter(execution.task_runs.values()))
        assert run.attempts[-1].error == f"no: {MASK}"
    await assert_is_nowhere(store, tmp_path)


async def test_a_multiline_secret_is_masked_line_by_line(store: MemoryStore) -> None:
    pem = "-----BEGIN KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END KEY-----"
    environment = {"SECRET_PEM": base64.b64encode(pem.encode()).decode()}
    flow = flow_of(
        native("tell", message="{{ secret('pem') }}"),
        native(
            "part",
            message="{{ secret('pem') | split('\n') | last }} and {{ secret('pem')[20:30] ?? '' }}",
        ),
    )
    async with stage(flow, store=store, environment=environment) as on:
        await on.create()
        await on.ended()

        text = "\n".join(await on.lines())
        for line in pem.splitlines():
            assert line not in text


async def test_a_subflow_gets_a_secret_and_its_input_is_masked(
    store: MemoryStore, tmp_path: Path
) -> None:
    child = Flow(
        id="child",
        namespace="company",
        inputs=(Input(id="token", type=InputType.STRING), Input(id="map", type=InputType.JSON)),
        tasks=(
            native("tell", message="got {{ inputs.token }} {{ inputs.map.a }}"),
            returns("give", "{{ inputs.token }}"),
        ),
        outputs=(FlowOutput(id="token", type=InputType.STRING, value="{{ inputs.token }}"),),
    )
    flow = flow_of(
        subflow(
            "call",
            "child",
            inputs={"token": "{{ secret('db') }}", "map": {"a": "{{ secret('db') }}"}},
            labels={"db": "{{ secret('db') }}"},
        ),
        native("tell", message="back {{ outputs.call.outputs.token }}"),
    )
    async with on_stage(flow, child, store=store) as on:
        await on.create()
        parent = await on.ended()
        run = next(run for run in parent.task_runs.values() if run.task_id == "call")
        assert run.attempt is not None
        assert run.attempt.children is not None
        child_id = run.attempt.children.ids[0]
        made = await on.ended(child_id)

        assert masked_values(made.inputs) == {"token": MASK, "map": {"a": MASK}}
        assert made.labels["db"] == MASK
        assert await on.lines(child_id) == [f"got {MASK} {MASK}"]
        assert (await on.lines())[-1] == f"back {MASK}"
    await assert_is_nowhere(store, tmp_path)


async def test_a_secret_in_the_key_value_store_stays_one(
    store: MemoryStore, tmp_path: Path
) -> None:
    flow = flow_of(
        native("keep", "kv.Set", key="token", value="{{ secret('db') }}"),
        native("tell", message="{{ kv('token') }} {{ kv('token') | length }}"),
        native("get", "kv.Get", key="token"),
        native("again", message="{{ outputs.get.value }}"),
    )
    async with on_stage(flow, store=store) as on:
        await on.create()
        execution = await on.ended()

        assert execution.state is State.SUCCESS
        assert await on.lines() == [f"{MASK} 9", MASK]
        assert shown_outputs(execution, "get") == {"value": MASK}
    await assert_is_nowhere(store, tmp_path)


async def test_a_condition_on_a_secret_holds_and_is_not_kept(
    store: MemoryStore, tmp_path: Path
) -> None:
    flow = flow_of(
        Task(
            id="if",
            type=CORE + "flow.If",
            kind=flowable("x", "If").kind,
            properties={"condition": "{{ secret('db') }}"},
            branches={"then": (returns("yes", "1"),), "else": (returns("no", "1"),)},
        )
    )
    async with on_stage(flow, store=store) as on:
        await on.create()

        assert states(await on.ended()).keys() == {"if", "yes"}
    await assert_is_nowhere(store, tmp_path)


async def test_what_an_agent_reports_with_a_secret_in_it_is_sealed(
    store: MemoryStore, tmp_path: Path
) -> None:
    fetch = Task(
        id="fetch",
        type=script("x").type,
        kind=script("x").kind,
        properties={"script": "echo {{ secret('db') }}"},
    )
    flow = flow_of(fetch, native("tell", message="got {{ outputs.fetch.vars.all }}"))
    async with on_stage(flow, store=store) as on:
        await on.create()
        attempt_id = await attempt_of(on)
        on.executor.post("E1", on.application.feeding(report(attempt_id)))
        execution = await on.ended()

        assert shown_outputs(execution, "fetch") == {"vars": {"all": MASK, "count": 3}}
        assert await on.lines() == [f"got <{MASK}>"]
        run = next(iter(execution.task_runs.values()))
        assert run.attempts[-1].metrics[0].tags == {"db": MASK}
    await assert_is_nowhere(store, tmp_path)


async def test_after_a_restart_everything_is_masked_as_before(
    store: MemoryStore, tmp_path: Path
) -> None:
    fetch = Task(
        id="fetch",
        type=script("x").type,
        kind=script("x").kind,
        properties={"script": "echo {{ outputs.make.value }}"},
    )
    flow = flow_of(
        returns("make", "{{ secret('db') }}"),
        fetch,
        native("tell", message="{{ outputs.make.value }} {{ outputs.fetch.vars.all }}"),
    )
    async with on_stage(flow, store=store) as on:
        await on.create()
        attempt_id = await attempt_of(on)
    async with on_stage(flow, store=store) as on:
        on.executor.post("E1", on.application.feeding(report(attempt_id)))
        execution = await on.ended()

        assert await on.lines() == [f"{MASK} <{MASK}>"]
        assert shown_outputs(execution, "make") == {"value": MASK}
        assert shown_outputs(execution, "fetch") == {"vars": {"all": MASK, "count": 3}}
    await assert_is_nowhere(store, tmp_path)


def report(attempt_id: str) -> AttemptFinished:
    return AttemptFinished(
        attempt_id=attempt_id,
        state=State.SUCCESS,
        outputs={"vars": {"all": f"<{SECRET}>", "count": 3}},
        metrics=[MetricValue(name="rows", kind="counter", value=1, tags={"db": SECRET})],
    )


async def attempt_of(on: Stage) -> str:
    async def current() -> str:
        live = on.executor.live("E1")
        runs = live.execution.task_runs.values() if live else []
        attempts = [run.attempt for run in runs if run.task_id == "fetch"]
        return attempts[0].id if attempts and attempts[0] else ""

    found = await eventually(current)
    assert found
    return found


async def test_outputs_that_a_script_calls_encrypted_are(
    store: MemoryStore, tmp_path: Path
) -> None:
    flow = flow_of(script("fetch"), native("tell", message="{{ outputs.fetch.vars.key.pin }}"))
    async with on_stage(flow, store=store) as on:
        await on.create()
        mark = {"type": ENCRYPTED_TYPE, "value": SECRET, "isClear": True}
        event = AttemptFinished(
            attempt_id=await attempt_of(on),
            state=State.SUCCESS,
            outputs={"vars": {"key": {"pin": mark}}},
        )
        on.executor.post("E1", on.application.feeding(event))
        execution = await on.ended()

        pin = outputs_of(execution, "fetch")["vars"]["key"]["pin"]
        assert (pin["type"], "isClear" in pin) == (ENCRYPTED_TYPE, False)
        assert await on.lines() == [MASK]
    await assert_is_nowhere(store, tmp_path)
