"""What a Loop must say of its iterations, by those that there are."""

from __future__ import annotations

from collections import Counter

from lanner_coordinator.engine.execution import Execution, TaskRun
from lanner_coordinator.engine.plan import Plan
from tests.simulation.grammar import LOOP
from tests.simulation.records import FAILURES


def check_loops(execution: Execution, plan: Plan) -> None:
    """Compare the outputs of every Loop with its iterations.

    Raises:
        AssertionError: They differ.
    """
    for run in execution.task_runs.values():
        if plan.tasks[run.task_id].task.type == LOOP and run.container is not None:
            below = [one for one in execution.task_runs.values() if one.parent_id == run.id]
            _check(run, below, plan)


def _check(loop: TaskRun, iterations: list[TaskRun], plan: Plan) -> None:
    values = plan.tasks[loop.task_id].task.properties["values"]
    assert isinstance(values, list)
    states = Counter(one.state.value for one in iterations)
    assert loop.outputs["iterationCount"] == len(set(values))
    assert loop.outputs["runningIterations"] == 0
    assert loop.outputs["terminatedIterations"] == states, loop.outputs
    gave = [one for one in iterations if one.outputs and one.state not in FAILURES]
    wanted = [
        {"item": {"value": one.value, "iteration": one.iteration}, "outputs": one.outputs}
        for one in sorted(gave, key=lambda one: one.iteration or 0)
    ]
    if "uri" not in loop.outputs:
        assert loop.outputs.get("outputs", []) == wanted
