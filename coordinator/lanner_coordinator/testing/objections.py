"""Why a test that ran has shown nothing: fixtures that are missing or cannot be used."""

from __future__ import annotations

from collections.abc import Iterator, Set

from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.testing.fixture_answers import MissingFixture
from lanner_coordinator.testing.model import Case
from lanner_coordinator.testing.stage import Stage
from lanner_coordinator.testing.verdict import Flaw, flaw_at


def objections(
    stage: Stage,
    case: Case,
    plan: Plan,
    missed: set[tuple[str, str]],
    reached: Set[str],
) -> Iterator[Flaw]:
    """What keeps a test from telling anything, each with what to write.

    Args:
        stage: That it ran on.
        case: The test.
        plan: Of its flow.
        missed: Flows that were started and are not there.
        reached: Tasks of the flow that were to run.
    """
    _look_for_waiting(stage)
    for missing in stage.answers.missing:
        hint = _advice(missing, case, plan, has_agent=stage.agents.are_there)
        yield flaw_at(case.at, _sentence(missing), hint=hint)
    for fixture, why in stage.answers.broken:
        yield flaw_at(fixture.at, f'the fixture of task "{fixture.task_id}" is wrong: {why}')
    for namespace, flow_id in sorted(missed):
        yield flaw_at(
            case.at,
            f"the flow {namespace}/{flow_id} was started and is in none of the files given",
            hint="Name its file or folder too, or add a fixture for the task that starts it.",
        )
    for task_id in sorted(reached & plan.refusals.keys()):
        yield flaw_at(
            case.at,
            f'task "{task_id}": {plan.refusals[task_id]}',
            hint="Name the file or folder of the template too, or add a fixture for the task.",
        )


def _look_for_waiting(stage: Stage) -> None:
    """Take note of task runs that still wait for an agent that runs their type."""
    for attempt in stage.agents.dispatcher.waiting:
        entry = stage.executor.entries.get(attempt.execution_id)
        if entry is not None:
            run = entry.live.execution.task_runs[attempt.task_run_id]
            stage.answers.miss(entry, run, attempt.demand[0])
        stage.agents.dispatcher.withdraw(attempt.attempt_id)


def _sentence(missing: MissingFixture) -> str:
    of_value = f' (value "{missing.value}")' if missing.value is not None else ""
    return (
        f'task "{missing.task_id}"{of_value} of flow "{missing.flow_id}" would run on an agent '
        f"({missing.task_type}): it needs a fixture"
    )


def _advice(missing: MissingFixture, case: Case, plan: Plan, *, has_agent: bool) -> str:
    lines = ["Add to `tasks` of the fixtures:", f"- id: {missing.task_id}"]
    if missing.flow_id != plan.flow.id:
        lines.append(f"  flowId: {missing.flow_id}")
    lines.append("  outputs: {}")
    others = _others(missing, case, plan)
    if others:
        lines.append(f"Without a fixture too: {', '.join(others)}.")
    # Where there is an agent, it does not know the type.
    if not has_agent:
        lines.append("Or run tasks without a fixture for real: --with-agent.")
    return "\n".join(lines)


def _others(missing: MissingFixture, case: Case, plan: Plan) -> list[str]:
    """Further tasks of the tested flow that would run on an agent."""
    known = {one.task_id for one in case.fixtures.tasks if not one.flow_id}
    return [
        task_id
        for task_id, planned in plan.tasks.items()
        if planned.task.kind is TaskKind.AGENT
        and task_id not in known
        and (task_id, plan.flow.id) != (missing.task_id, missing.flow_id)
    ]
