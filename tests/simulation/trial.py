"""One seed: a flow, its execution, what became of it, and what should have."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from lanner_coordinator.engine import events
from lanner_coordinator.engine.execution import Execution, snapshot
from lanner_coordinator.engine.ids import task_run_of
from lanner_coordinator.engine.plan import Plan, make_plan
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Flow, Task
from lanner_coordinator.flow.policies import Sla, SlaBehavior
from tests.simulation.grammar import Grammar
from tests.simulation.loops import check_loops
from tests.simulation.oracle import Oracle
from tests.simulation.records import FAILURES, Key, Record
from tests.simulation.scene import LATER, Scene
from tests.simulation.simulator import Simulator, date, fold, time_of
from tests.simulation.timeline import TICK, Timeline
from tests.simulation.world import GRACE, NEVER, World

_FINALLY_LIMIT = 300_000_000


def try_seed(seed: int) -> None:
    """Run a seed, and once more as it is restarted, marked or replayed.

    Raises:
        AssertionError: Something is not as it should be; says what.
    """
    chance = random.Random(f"{seed}/trial")
    grammar = Grammar(seed)
    flow = grammar.flow()
    promise = chance.randint(1, 60_000_000) if chance.random() < 0.15 else NEVER
    behavior = chance.choice(tuple(SlaBehavior))
    if promise != NEVER:
        flow = replace(flow, sla=(_sla(promise, behavior),))
    plan = make_plan(flow, 1)
    world = World(seed, chance.choice((0.0, 0.1, 0.3)))
    number = chance.choice((1, 1, 2, 3))
    created = _created(number, is_refused=chance.random() < 0.02)
    simulator = Simulator(world, plan, created, chance.choice((0.0, 0.05, 0.15)))
    kill_at = force_at = NEVER
    spares_children = False
    if chance.random() < 0.3:
        kill_at = chance.randint(1, 60_000_000)
        second_at = kill_at + chance.choice((NEVER, chance.randint(1, 20_000_000)))
        force_at = min(second_at, kill_at + GRACE + _FINALLY_LIMIT)
        spares_children = chance.random() < 0.2
        for at in (kill_at, second_at):
            simulator.come(
                at,
                events.KillRequested(
                    by="someone",
                    grace_seconds=GRACE / 1_000_000,
                    spares_children=spares_children,
                ),
            )
    stop_state = "KILLED"
    if behavior is not SlaBehavior.NONE and promise < kill_at:
        # The kill of a person is a second one then.
        force_at = min(kill_at, promise + GRACE + _FINALLY_LIMIT)
        kill_at = promise
        stop_state = {"FAIL": "FAILED", "CANCEL": "CANCELLED"}[behavior]
    spared_from = kill_at if spares_children and stop_state == "KILLED" else NEVER
    if chance.random() < 0.3 and not grammar.has_exits:
        at = chance.randint(1, 60_000_000)
        simulator.pause(at, at + chance.randint(1, 20_000_000))
    simulator.run()
    timeline = Timeline(kill_at, force_at, simulator.hold, stop_state, spared_from)
    oracle = Oracle(world, timeline, {}, number, is_refused=bool(created.failure))
    state = oracle.execution(plan.flow)
    if oracle.next_failure < NEVER * TICK:
        timeline = Timeline(kill_at, force_at, simulator.hold, stop_state, spared_from)
        oracle = Oracle(world, timeline, {}, number, oracle.next_failure)
        state = oracle.execution(plan.flow)
    _check(simulator, state, oracle.runs, has_dates=True)
    assert simulator.repeats == ([number + 1] if state == "RETRIED" else [])
    _try_again(simulator, make_plan(_unlimited(flow), 1), oracle)


def _created(number: int, *, is_refused: bool) -> events.ExecutionCreated:
    return events.ExecutionCreated(
        execution_id="E",
        namespace="simulation",
        flow_id="flow",
        flow_revision=1,
        inputs={},
        labels={},
        trigger=events.TriggerInfo(kind="manual"),
        attempt_number=number,
        first_created_at=date(0),
        failure="a check does not hold" if is_refused else "",
    )


def _sla(promise: int, behavior: SlaBehavior) -> Sla:
    return Sla(id="soon", behavior=behavior, duration=timedelta(microseconds=promise))


def _unlimited(flow: Flow) -> Flow:
    """The flow without all that hangs on dates, which are not reckoned with when it goes on."""

    def unlimited(tasks: Sequence[Task]) -> tuple[Task, ...]:
        return tuple(
            replace(
                task,
                timeout=None,
                branches={name: unlimited(branch) for name, branch in task.branches.items()},
            )
            for task in tasks
        )

    return replace(
        flow,
        sla=(),
        tasks=unlimited(flow.tasks),
        errors=unlimited(flow.errors),
        finally_tasks=unlimited(flow.finally_tasks),
        after_execution=unlimited(flow.after_execution),
        listeners=tuple(replace(one, tasks=unlimited(one.tasks)) for one in flow.listeners),
    )


def _try_again(first: Simulator, plan: Plan, oracle: Oracle) -> None:
    """Open the ended execution again, in one of the ways that there are."""
    chance = random.Random(f"{first.world.seed}/again")
    execution = first.live.execution
    ways = [_restart] if execution.state.value in FAILURES else []
    ways += [_mark, _replay] if oracle.runs else []
    if not ways:
        return
    opened = chance.choice(ways)(execution, Scene(plan, oracle.runs), chance)
    if opened is None:
        return
    world = World(first.world.seed, 0.0, is_kind=True)
    simulator = Simulator(world, plan, opened.first, 0.1)
    if opened.then is not None:
        simulator.come(0, opened.then)
    simulator.run()
    second = Oracle(world, Timeline(), opened.kept, again=opened.again)
    _check(simulator, second.execution(plan.flow), second.runs, has_dates=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """How an execution is opened again, and what the oracle is told of it."""

    first: events.FirstEvent
    then: events.Event | None
    kept: dict[Key, Record]
    again: set[Key]


def _restart(execution: Execution, scene: Scene, chance: random.Random) -> Opened | None:
    kept = scene.without_later_lists(scene.failed())
    return Opened(
        first=events.ExecutionRestored(snapshot=snapshot(execution)),
        then=events.RestartRequested(by="someone"),
        kept=kept,
        again=scene.failed() & kept.keys(),
    )


def _mark(execution: Execution, scene: Scene, chance: random.Random) -> Opened | None:
    marked = chance.choice([*scene.runs])
    state = chance.choice(("SUCCESS", "WARNING", "FAILED", "KILLED", "SKIPPED"))
    above = set(scene.above(marked))
    if scene.waits(above) or any(scene.list_of(key) in LATER for key in (marked, *above)):
        return None
    kept = scene.without_later_lists(above)
    kept[marked] = replace(kept[marked], state=state)
    return Opened(
        first=events.ExecutionRestored(snapshot=snapshot(execution)),
        then=events.TaskRunMarked(
            task_run_id=_run_id(execution, marked), state=State(state), by="someone"
        ),
        kept=kept,
        again=above,
    )


def _replay(execution: Execution, scene: Scene, chance: random.Random) -> Opened | None:
    chosen = chance.choice([*scene.runs])
    above = scene.above(chosen)
    if scene.waits(above) or scene.list_of([chosen, *above][-1]) == "afterExecution":
        return None
    return Opened(
        first=events.ExecutionReplayed(
            execution_id="R",
            snapshot=snapshot(execution),
            flow_revision=1,
            inputs={},
            labels={},
            trigger=events.TriggerInfo(kind="manual"),
            from_run_id=_run_id(execution, chosen),
        ),
        then=None,
        kept=scene.before(chosen),
        again={chosen, *above},
    )


def _run_id(execution: Execution, key: Key) -> str:
    runs = execution.task_runs.values()
    return next(run.id for run in runs if (run.task_id, run.path) == key)


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
    check_loops(execution, simulator.plan)
    if has_dates:
        _check_kept(simulator)
    simulator.folders.check_none_left()


def _check_kept(simulator: Simulator) -> None:
    """Each result that an attempt has come to by itself is kept, once, where its task wants it."""
    runs = simulator.live.execution.task_runs
    wanted = [
        attempt.id
        for run in runs.values()
        for attempt in run.attempts
        if simulator.plan.tasks[run.task_id].task.result_cache is not None
        if not attempt.result_of and attempt.state in (State.SUCCESS, State.WARNING)
    ]
    kept = [one for one in simulator.kept if task_run_of(one) in runs]
    assert sorted(kept) == sorted(wanted)


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
