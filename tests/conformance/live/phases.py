"""What each action of a case does, over the API."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from lanner_proto.errors import LannerError
from tests.conformance.live import acts
from tests.conformance.live.batch_acts import act_on_all, is_batch
from tests.conformance.live.cases import FlowKey, read_sources, source_of
from tests.conformance.live.scenario import NotOffered, Scenario, told_by
from tests.conformance.live.seen import Seen
from tests.conformance.live.starting import start
from tests.conformance.live.triggered import triggered_differ
from tests.conformance.live.webhooks import request

Phase = Mapping[str, Any]

Action = Callable[[Scenario, Phase], Awaitable[Seen | None]]
"""Does a step; gives the execution as it was right after it, where there is one."""


async def carry_out(scenario: Scenario, phase: Phase) -> None:
    """Do one step and compare what it is expected to lead to."""
    name = phase["action"]
    action = act_on_all if is_batch(name) else ACTIONS.get(name)
    if action is None:
        raise NotOffered(f"the API has no {name}")
    scenario.error = ""
    last_started = scenario.current
    scenario.current = phase.get("on", last_started)
    try:
        seen = await action(scenario, phase)
    except LannerError as error:
        scenario.error = told_by(error)
        seen = None
    await _compare(scenario, phase, seen)
    if "on" in phase:
        scenario.current = last_started


async def _compare(scenario: Scenario, phase: Phase, seen: Seen | None) -> None:
    expect = phase.get("expect") or {}
    what = f"after {phase['action']}: "
    wants_error = bool(expect.get("error") or expect.get("error_contains"))
    if scenario.error and not wants_error:
        scenario.failures.append(f"{what}refused: {scenario.error}")
    if wants_error and not scenario.error:
        scenario.failures.append(f"{what}not refused")
    for text in expect.get("error_contains") or ():
        if scenario.error and text not in scenario.error:
            scenario.failures.append(f'{what}the error is "{scenario.error}", expected "{text}"')
    if seen is None and not scenario.error and expect and scenario.shows_current:
        seen = await scenario.get()
    if seen is not None:
        await scenario.check(what, expect, seen)
        scenario.first = scenario.first or seen
        await check_triggered(scenario, what, expect.get("triggered"), is_complete=True)


async def check_triggered(
    scenario: Scenario, what: str, wanted: Any, *, is_complete: bool = False
) -> None:
    """Compare the executions that came of it; with `is_complete` an empty list means none."""
    if wanted is not None and (wanted or is_complete):
        scenario.failures += [f"{what}{one}" for one in await triggered_differ(scenario, wanted)]


async def _run(scenario: Scenario, phase: Phase) -> Seen | None:
    key = _flow_of(scenario, phase)
    own = phase.get("inputs")
    is_main = key == scenario.case.flow.key
    inputs = own if own is not None else (scenario.case.data.get("inputs") or {}) if is_main else {}
    seen_before = await scenario.get() if scenario.executions else None
    if seen_before is not None:
        inputs = scenario.fill(inputs, seen_before)
    schedule_date = phase.get("schedule_date") or ""
    if schedule_date:
        schedule_date = scenario.dated(schedule_date)
    await start(scenario, key, inputs, name=phase.get("as"), schedule_date=schedule_date)
    if phase.get("no_wait"):
        return (await scenario.get()).at_change(0)
    until = phase.get("until")
    seen = await (scenario.until_reached(until) if until else scenario.until_ended())
    if phase.get("settle_seconds"):
        await asyncio.sleep(phase["settle_seconds"])
    return seen


def _flow_of(scenario: Scenario, phase: Phase) -> FlowKey:
    if "flow" not in phase:
        return scenario.case.flow.key
    return read_sources(scenario.case.folder / phase["flow"])[0].key


async def _wait(scenario: Scenario, phase: Phase) -> Seen | None:
    return await scenario.until_ended(phase.get("on"))


async def _check(scenario: Scenario, phase: Phase) -> Seen | None:
    if phase.get("after_ms"):
        await asyncio.sleep(phase["after_ms"] / 1000)
    return await scenario.get(phase.get("on"))


async def _update_flow(scenario: Scenario, phase: Phase) -> Seen | None:
    yaml = YAML()
    flow = yaml.load(scenario.case.flow.text)
    task = phase["replace_task"]
    flow["tasks"] = [task if one["id"] == task["id"] else one for one in flow["tasks"]]
    text = StringIO()
    yaml.dump(flow, text)
    await scenario.load([source_of(text.getvalue())])
    return None


ACTIONS: Mapping[str, Action] = {
    "run": _run,
    "wait": _wait,
    "check": _check,
    "restart": acts.restart,
    "kill": acts.kill,
    "replay": acts.replay,
    "mark_as": acts.mark_as,
    "eval": acts.evaluate,
    "change_status": acts.change_status,
    "force_run": acts.force_run,
    "unqueue": acts.unqueue,
    "resume": acts.resume,
    "pause": acts.pause,
    "set_labels": acts.set_labels,
    "delete": acts.delete,
    "update_flow": _update_flow,
    "http": request,
}
