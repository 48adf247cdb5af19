"""Triggers that an agent on the stage looks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.runtime.agents import messages
from lanner_coordinator.runtime.schedule.records import TriggerKey
from lanner_coordinator.store.trigger_records import TriggerRecord
from tests.support.eventually import eventually
from tests.support.services_stage import NAMESPACE, Services
from tests.support.stage_agent import StageAgent, hello

REQUEST = "io.kestra.plugin.core.http.Request"
_TYPES = (TypeDescription(name=REQUEST, kind=TaskKind.AGENT),)


def watching(
    flow_id: str = "nightly", *, trigger: str = "", flow: str = "", message: str = "hello"
) -> str:
    """A flow with a trigger `site` of `core.http.Trigger`, and a task that logs.

    `trigger` is put below the trigger's own keys, `flow` below those of the flow.
    """
    lines = [f"id: {flow_id}", f"namespace: {NAMESPACE}", *([flow] if flow else [])]
    lines += ["tasks:", f"  - {{id: work, type: core.log.Log, message: '{message}'}}"]
    lines += ["triggers:", "  - id: site", "    type: core.http.Trigger"]
    lines += ["    uri: http://site.example/", *(f"    {line}" for line in trigger.splitlines())]
    return "\n".join(lines) + "\n"


def site(flow_id: str = "nightly") -> TriggerKey:
    """Key of the trigger that `watching` makes."""
    return NAMESPACE, flow_id, "site"


def record_of(on: Services, flow_id: str = "nightly") -> TriggerRecord:
    """Its record."""
    record = on.scheduler.records.get(site(flow_id))
    assert record is not None
    return on.scheduler.settled(record)


async def looking(
    on: Services,
    *,
    agent_id: str = "etl-1",
    boot_id: str = "boot-1",
    slots: int = 100,
    held: Sequence[str] = (),
    labels: dict[str, str] | None = None,
) -> StageAgent:
    """An agent that calls web servers."""
    greeting = hello(agent_id=agent_id, boot_id=boot_id, slots=slots, held=held)
    agent = StageAgent(on.core, replace(greeting, labels=labels or {}))
    await agent.listen(1)
    await agent.say_unnumbered(messages.Offer(types=_TYPES))
    await on.settle()
    return agent


async def answer(
    on: Services,
    agent: StageAgent,
    attempt_id: str,
    *,
    code: int = 200,
    body: str = "up",
    state: State = State.SUCCESS,
    error: str = "",
    outputs: dict[str, object] | None = None,
) -> None:
    """Say how a look has ended, and let everything follow from it."""
    seen: dict[str, object] = {"uri": "http://site.example/", "code": code, "body": body}
    await agent.say(
        messages.Finished(
            attempt_id=attempt_id,
            state=state,
            outputs={**seen, "headers": {}, **(outputs or {})} if not error else {},
            error=error,
            cause="task" if error else "",
        )
    )
    await on.settle()


async def begun(on: Services, flow_id: str = "nightly") -> str:
    """The attempt of a look that has begun."""
    poll = await eventually(lambda: record_of(on, flow_id).poll)
    assert poll is not None
    return poll.attempt_id
