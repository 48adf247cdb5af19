"""Compares the executions that a case's execution led to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from tests.conformance.live.cases import FlowKey
from tests.conformance.live.judging import ENDED, labels_differ
from tests.conformance.live.output_paths import output_at
from tests.conformance.live.scenario import Scenario
from tests.conformance.live.seen import Seen, seen_of
from tests.conformance.live.values import agrees, shown

SETTLE_SECONDS = 4.0
QUIET_SECONDS = 0.5
POLL_SECONDS = 0.1


async def triggered_differ(scenario: Scenario, wanted: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is not as expected of the executions that came of it.

    They may come a little later than their cause: they are waited for, but not for long.
    """
    keys = {source.key.flow_id: source.key for source in scenario.case.sources}
    if not wanted:
        await asyncio.sleep(QUIET_SECONDS)
        others = [source.key for source in scenario.case.others]
        found = [one for key in others for one in await _caused(scenario, key)]
        return [f"triggered {shown([one.flow_id for one in found])}"] if found else []
    differing: list[str] = []
    for one in wanted:
        key = keys.get(one["flow_id"]) or FlowKey(
            namespace=scenario.case.flow.key.namespace, flow_id=one["flow_id"]
        )
        differing += await _waited_for(scenario, key, one)
    return differing


async def know_triggered(scenario: Scenario) -> None:
    """Let the scenario know which executions came of it, for placeholders."""
    for source in scenario.case.others:
        found = await _caused(scenario, source.key)
        if found:
            scenario.triggered[source.key.flow_id] = found[0].id


async def _waited_for(scenario: Scenario, key: FlowKey, wanted: Mapping[str, Any]) -> list[str]:
    loop = asyncio.get_running_loop()
    limit = loop.time() + SETTLE_SECONDS
    if wanted.get("count") == 0:
        await asyncio.sleep(QUIET_SECONDS)
    while True:
        found = await _caused(scenario, key)
        differing = await _differ(scenario, wanted, found)
        if not differing or loop.time() > limit:
            return [f"triggered {key.flow_id}: {one}" for one in differing]
        await asyncio.sleep(POLL_SECONDS)


async def _caused(scenario: Scenario, key: FlowKey) -> list[Seen]:
    own = set(scenario.executions.values())
    return [
        seen_of(await scenario.programs.client.get_execution(summary.id))
        for summary in await scenario.of_flow(key)
        if summary.id not in own
    ]


async def _differ(
    scenario: Scenario, wanted: Mapping[str, Any], found: Sequence[Seen]
) -> list[str]:
    parent = await scenario.get()
    wanted = scenario.fill(wanted, parent)
    differing = []
    if wanted.get("count") is not None and not agrees(len(found), wanted["count"]):
        differing.append(f"{len(found)} executions, expected {shown(wanted['count'])}")
    for seen in found:
        differing += _one_differs(wanted, seen)
    counts = wanted.get("state_counts") or {}
    for state, count in counts.items():
        number = sum(1 for seen in found if seen.state == state)
        if not agrees(number, count):
            differing.append(f"{number} executions {state}, expected {shown(count)}")
    for name, values in (wanted.get("flow_outputs_in_order") or {}).items():
        told = [seen.outputs.get(name) for seen in found]
        if not agrees(told, values):
            differing.append(f"outputs {name} are {shown(told)}, expected {shown(values)}")
    return differing


def _one_differs(wanted: Mapping[str, Any], seen: Seen) -> list[str]:
    differing = list(labels_differ(seen, wanted["labels"])) if wanted.get("labels") else []
    pairs: list[tuple[str, object, object]] = []
    if wanted.get("state"):
        pairs.append(("state", seen.state, wanted["state"]))
    elif seen.state not in ENDED and not wanted.get("state_counts"):
        differing.append(f"still {seen.state}")
    if wanted.get("task_runs") is not None:
        pairs.append(("task_runs", len(seen.task_runs), wanted["task_runs"]))
    for path, value in (wanted.get("outputs") or {}).items():
        pairs.append((f"output {path}", output_at(seen, path), value))
    for name, value in (wanted.get("inputs") or {}).items():
        pairs.append((f"input {name}", seen.inputs.get(name), value))
    for name, value in (wanted.get("trigger_variables") or {}).items():
        pairs.append((f"trigger.{name}", seen.trigger_variables.get(name), value))
    differing += [
        f"{what} is {shown(found)}, expected {shown(value)}"
        for what, found, value in pairs
        if not agrees(found, value)
    ]
    return differing
