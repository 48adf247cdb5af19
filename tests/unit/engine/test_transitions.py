from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lanner_coordinator.engine import rules
from lanner_coordinator.engine.rules.concurrency import start
from lanner_coordinator.engine.rules.rescue import follow_rescue
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step
from lanner_coordinator.engine.transitions import EXECUTION, TASK_RUN, ForbiddenTransition
from tests.support.engine_bench import START, EngineBench, flow_of, leaves
from tests.support.state_drawing import drawing, table

DOCS = Path(__file__).parents[3] / "docs" / "states.md"
EVERY_PAIR = [(before, after) for before in State for after in State if before is not after]


def a_step() -> Step:
    """A step of an execution with one task run, `E-1`."""
    return Step(EngineBench(flow_of(*leaves("a"))).live, START, follow_rescue)


@pytest.mark.parametrize(("before", "after"), EVERY_PAIR)
def test_an_execution_changes_its_state_as_the_table_says_and_no_other_way(
    before: State, after: State
) -> None:
    step = a_step()
    execution = step.live.execution
    execution.state = before
    if after in EXECUTION.get(before, ()):
        step.set_state(after)
        assert execution.state is after
        return
    with pytest.raises(ForbiddenTransition, match=f"from {before} to {after}"):
        step.set_state(after)
    assert execution.state is before


@pytest.mark.parametrize(("before", "after"), EVERY_PAIR)
def test_a_task_run_changes_its_state_as_the_table_says_and_no_other_way(
    before: State, after: State
) -> None:
    step = a_step()
    run = step.live.execution.task_runs["E-1"]
    run.state = before
    if after in TASK_RUN.get(before, ()):
        step.set_run_state(run, after)
        assert run.state is after
        return
    with pytest.raises(ForbiddenTransition, match=f"from {before} to {after}"):
        step.set_run_state(run, after)
    assert run.state is before


def test_a_state_that_stays_is_no_change() -> None:
    step = a_step()
    count = len(step.live.execution.changes)
    step.set_state(State.RUNNING)
    assert len(step.live.execution.changes) == count


@pytest.mark.parametrize("transitions", [EXECUTION, TASK_RUN])
def test_every_state_is_reached_and_every_state_but_an_end_is_left_by_itself(
    transitions: dict[State, frozenset[State]],
) -> None:
    reached = {State.CREATED}
    while True:
        further = {after for before in reached for after in transitions[before]} - reached
        if not further:
            break
        reached |= further
    assert reached == set(transitions)
    for state, followers in transitions.items():
        assert state.is_terminal or followers - {state}


def test_an_execution_that_has_ended_does_not_begin_again_by_itself() -> None:
    step = a_step()
    step.live.execution.state = State.SUCCESS
    with pytest.raises(ForbiddenTransition):
        start(step)


def test_the_docs_draw_the_table_of_the_code() -> None:
    text = DOCS.read_text()
    for part in (drawing(EXECUTION), table(EXECUTION), drawing(TASK_RUN), table(TASK_RUN)):
        assert part in text, f"docs/states.md should hold:\n{part}"


def _rule_modules() -> Iterator[str]:
    return (module.name for module in pkgutil.iter_modules(rules.__path__))


def test_the_list_of_rules_names_every_rule() -> None:
    named = set(re.findall(r"`(\w+)`", rules.__doc__ or ""))
    assert set(_rule_modules()) <= named
