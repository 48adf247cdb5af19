"""One seed: a flow, its execution, what became of it, and what should have."""

from __future__ import annotations

import random

from lanner_coordinator.engine import events
from lanner_coordinator.engine.execution import Execution, snapshot
from lanner_coordinator.engine.plan import Plan, make_plan
from lanner_coordinator.engine.state import State
from tests.simulation.grammar import Grammar
from tests.simulation.oracle import Oracle
from tests.simulation.records import FAILURES, Key, Record
from tests.simulation.simulator import Simulator, date, fold, time_of
from tests.simulation.timeline import TICK, Timeline
from tests.simulation.world import GRACE, NEVER, World

_FINALLY_LIMIT = 300_000_000


def try_seed(seed: int) -> None:
    """Run a seed, and its restart when it failed.

    Raises:
        AssertionError: Something is not as it should be; says what.
    """
    chance = random.Random(f"{seed}/trial")
    plan = make_plan(Grammar(seed).flow(), 1)
    world = World(seed, chance.choice((0.0, 0.1, 0.3)))
    number = chance.choice((1, 1, 2, 3))
    created = events.ExecutionCreated(
        execution_id="E",
        namespace="simulation",
        flow_id="flow",
        flow_revision=1,
        inputs={},
        labels={},
        trigger=events.TriggerInfo(kind="manual"),
        attempt_number=number,
        first_created_at=date(0),
    )
    simulator = Simulator(world, plan, created, chance.choice((0.0, 0.05, 0.15)))
    kill_at = force_at = NEVER
    if chance.random() < 0.3:
        kill_at = chance.randint(1, 60_000_000)
        second_at = kill_at + chance.choice((NEVER, chance.randint(1, 20_000_000)))
        force_at = min(second_at, kill_at + GRACE + _FINALLY_LIMIT)
        for at in (kill_at, second_at):
            simulator.come(at, events.KillRequested(by="someone", grace_seconds=GRACE / 1_000_000))
    if chance.random() < 0.3:
        at = chance.randint(1, 60_000_000)
        simulator.pause(at, at + chance.randint(1, 20_000_000))
    simulator.run()
    oracle = Oracle(world, Timeline(kill_at, force_at, simulator.hold), {}, number)
    state = oracle.execution(plan.flow)
    if oracle.next_failure < NEVER * TICK:
        timeline = Timeline(kill_at, force_at, simulator.hold)
        oracle = Oracle(world, timeline, {}, number, oracle.next_failure)
        state = oracle.execution(plan.flow)
    _check(simulator, state, oracle.runs, has_dates=True)
    assert simulator.repeats == ([number + 1] if state == "RETRIED" else [])
    _try_restart(simulator, plan, oracle, number + 1)


def _try_restart(first: Simulator, plan: Plan, oracle: Oracle, number: int) -> None:
    if first.live.execution.state not in (State.FAILED, State.KILLED, State.CANCELLED):
        return
    world = World(first.world.seed, 0.0, is_kind=True)
    restored = events.ExecutionRestored(snapshot=snapshot(first.live.execution))
    simulator = Simulator(world, plan, restored, 0.1)
    simulator.come(0, events.RestartRequested(by="someone"))
    simulator.run()
    second = Oracle(world, Timeline(), _without_later_lists(plan, oracle.runs))
    _check(simulator, second.execution(plan.flow), second.runs, has_dates=False)
    assert simulator.live.execution.attempt_number == number


def _without_later_lists(plan: Plan, runs: dict[Key, Record]) -> dict[Key, Record]:
    """Forget what restarted containers had in `errors`, `finally` and `afterExecution`."""
    later = _later_ids(plan)
    gone: set[Key] = set()
    for key, record in runs.items():
        above = runs.get(record.above)
        is_restarted = above is None or above.state in FAILURES
        if record.above in gone or (key[0] in later and is_restarted):
            gone.add(key)
    return {key: record for key, record in runs.items() if key not in gone}


def _later_ids(plan: Plan) -> set[str]:
    flow = plan.flow
    tasks = [*flow.errors, *flow.finally_tasks, *flow.after_execution]
    for planned in plan.tasks.values():
        for name in ("errors", "finally"):
            tasks.extend(planned.task.branches.get(name, ()))
    return {task.id for task in tasks}


def _check(
    simulator: Simulator, state: str, expected: dict[Key, Record], *, has_dates: bool
) -> None:
    execution = simulator.live.execution
    assert simulator.ended, "the execution has not ended"
    assert [item.value for item in simulator.ended] == [execution.state.value]
    simulator.check_same(fold(simulator.journal, simulator.plan))
    seen = _seen(execution, has_dates=has_dates)
    wanted: dict[Key, tuple[object, ...]] = {
        key: (record.state, record.attempts)
        + ((record.began // TICK, record.ended // TICK) if has_dates else (0, 0))
        for key, record in expected.items()
    }
    assert seen == wanted, _difference(seen, wanted)
    assert execution.state.value == state
    assert len(execution.task_runs) == len(wanted)
    assert not execution.open_runs


def _seen(execution: Execution, *, has_dates: bool) -> dict[Key, tuple[object, ...]]:
    return {
        (run.task_id, run.path): (run.state.value, len(run.attempts))
        + ((time_of(run.changes[0].at), time_of(run.changes[-1].at)) if has_dates else (0, 0))
        for run in execution.task_runs.values()
    }


def _difference(seen: dict[Key, tuple[object, ...]], wanted: dict[Key, tuple[object, ...]]) -> str:
    lines = [
        f"{key}: the engine says {seen.get(key)}, the oracle {wanted.get(key)}"
        for key in {**wanted, **seen}
        if seen.get(key) != wanted.get(key)
    ]
    return "\n".join(lines[:10])
