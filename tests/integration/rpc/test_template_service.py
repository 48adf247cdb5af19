"""Templates over gRPC, and the executions that begin with them."""

from __future__ import annotations

import pytest

from lanner_coordinator.engine.execution import LiveExecution, snapshot
from lanner_coordinator.engine.rules.eligibility import Act
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.group import LiveEntry
from lanner_coordinator.runtime.recovery import recover
from lanner_proto.client import Client
from lanner_proto.errors import InvalidInput, NotFound
from tests.support.eventually import eventually
from tests.support.services_stage import Services

FLOW = """\
id: nightly
namespace: company
tasks:
  - {id: use, type: core.flow.Template, namespace: company, templateId: greet, args: {who: you}}
  - {id: end, type: core.debug.Return, format: "{{ outputs.say.value }}"}
"""
GREET = """\
id: greet
namespace: company
description: says hello
tasks:
  - {id: say, type: core.debug.Return, format: "WORD {{ parent.outputs.args.who }}"}
"""
WAITING = GREET.replace("tasks:\n", "tasks:\n  - {id: wait, type: core.flow.Pause}\n")


async def outputs(on: Services, execution_id: str) -> dict[str, object]:
    execution = await on.execution(execution_id)
    return {run.task_id: run.outputs.get("value") for run in execution.task_runs.values()}


async def test_a_template_is_stored_listed_and_deleted(client: Client, on: Services) -> None:
    first = await client.apply_template(GREET)
    again = await client.apply_template(GREET)
    changed = await client.apply_template(WAITING)

    listed = await client.list_templates("company")
    assert again == first
    assert (changed.version, changed.description) == (2, "says hello")
    assert (await client.get_template("company", "greet")).source == WAITING
    assert [(one.id, one.source) for one in listed.templates] == [("greet", "")]
    assert [one.source for one in await on.store.templates()] == [WAITING]
    await client.delete_template("company", "greet")
    assert (await client.list_templates()).total_count == 0
    assert await on.store.templates() == []
    with pytest.raises(NotFound, match="there is no template company/greet"):
        await client.delete_template("company", "greet")


async def test_a_template_with_errors_is_refused(client: Client) -> None:
    with pytest.raises(InvalidInput, match="needs `tasks`"):
        await client.apply_template("id: greet\nnamespace: company\n")


async def test_an_execution_runs_the_tasks_of_its_template(client: Client, on: Services) -> None:
    await client.apply_template(GREET)
    await on.apply(FLOW)

    execution_id = await on.create()

    assert (await on.ended(execution_id)).state is State.SUCCESS
    assert await outputs(on, execution_id) == {"use": None, "say": "WORD you", "end": "WORD you"}
    shown = await client.get_execution(execution_id)
    assert [run.type.rpartition(".")[2] for run in shown.task_runs] == [
        "Template",
        "Return",
        "Return",
    ]


async def test_expressions_in_arguments_give_texts(client: Client, on: Services) -> None:
    await client.apply_template(GREET)
    await on.apply(FLOW.replace("who: you", 'who: "{{ 1 + 1 }}", sure: true, n: 1.5'))

    execution_id = await on.create()

    await on.ended(execution_id)
    use = next(iter((await on.execution(execution_id)).task_runs.values()))
    assert use.outputs == {"args": {"who": "2", "sure": "true", "n": "1.5"}}


async def test_a_template_reads_secrets_that_nobody_sees(client: Client, on: Services) -> None:
    await on.secrets.set("company", "TOKEN", "s3cret-value", by="ada")
    await client.apply_template(GREET)
    await on.apply(FLOW.replace("who: you", "who: \"{{ secret('TOKEN') }}\", n: 1"))

    execution_id = await on.create()
    ended = await on.ended(execution_id)

    assert ended.state is State.SUCCESS, ended.error
    execution = await on.execution(execution_id)
    assert "s3cret" not in repr(execution)
    values = on.core.rendering.effects(LiveEntry(live=LiveExecution(execution, on.core.plans.plan)))
    said = next(run for run in execution.task_runs.values() if run.task_id == "say")
    sealed = said.outputs["value"]
    assert isinstance(sealed, dict)
    opened = values.sealed_value(sealed)
    assert opened is not None
    assert opened.value == "WORD s3cret-value"


async def test_a_missing_template_fails_its_task(client: Client, on: Services) -> None:
    await on.apply(FLOW)

    ended = await on.ended(await on.create())

    assert (ended.state, ended.failed_task_id) == (State.FAILED, "use")
    assert "Can't find flow template 'company.greet'" in ended.error


async def test_an_execution_keeps_the_template_that_it_began_with(
    client: Client, on: Services
) -> None:
    await client.apply_template(WAITING)
    await on.apply(FLOW)
    execution_id = await on.create()

    async def waits() -> bool:
        live = on.executor.live(execution_id)
        return live is not None and live.execution.state is State.PAUSED

    await eventually(waits, within_seconds=5)
    await client.apply_template(GREET.replace("WORD", "changed"))
    live = on.executor.live(execution_id)
    assert live is not None

    ((entry, _),) = await recover(on.store, on.flows)
    assert snapshot(entry.live.execution) == snapshot(live.execution)
    assert set(entry.live.plan.tasks) == {"use", "wait", "say", "end"}
    await client.resume_execution(execution_id)
    assert (await on.ended(execution_id)).state is State.SUCCESS
    assert (await outputs(on, execution_id))["say"] == "WORD you"


async def test_a_replay_runs_the_template_as_it_is_now(client: Client, on: Services) -> None:
    await client.apply_template(GREET)
    await on.apply(FLOW)
    execution_id = await on.create()
    await on.ended(execution_id)
    await client.apply_template(GREET.replace("WORD", "changed"))

    say = next(
        run.id
        for run in (await on.execution(execution_id)).task_runs.values()
        if run.task_id == "say"
    )
    replayed = await on.act(Act.REPLAY, execution_id, task_run=say)

    assert (await on.ended(replayed.id)).state is State.SUCCESS
    assert (await outputs(on, replayed.id))["end"] == "changed you"


async def test_a_template_that_is_put_in_twice_is_replayed_from_its_first_place(
    client: Client, on: Services
) -> None:
    await client.apply_template(GREET)
    use, rest = FLOW.split("  - {id: end", 1)
    second = use.rpartition("  - ")[2].replace("id: use", "id: more").replace("who: you", "who: me")
    await on.apply(f"{use}  - {second}  - {{id: end{rest}")
    execution_id = await on.create()
    await on.ended(execution_id)
    runs = (await on.execution(execution_id)).task_runs.values()
    first = next(run.id for run in runs if run.task_id == "say")

    replayed = await on.act(Act.REPLAY, execution_id, task_run=first)

    assert (await on.ended(replayed.id)).state is State.SUCCESS
    repeated = (await on.execution(replayed.id)).task_runs.values()
    assert [run.task_id for run in repeated] == ["use", "say", "more", "say", "end"]
    said = [run.outputs["value"] for run in repeated if run.task_id == "say"]
    assert said == ["WORD you", "WORD me"]
    assert (await outputs(on, replayed.id))["end"] == "WORD me"
