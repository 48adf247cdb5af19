from __future__ import annotations

import pytest

from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.engine.rules.eligibility import (
    END_STATES,
    MARKED_STATES,
    Act,
    RunAct,
    refusal,
    run_refusal,
    target_refusal,
)
from lanner_coordinator.engine.state import State

ENDED = "SUCCESS WARNING FAILED KILLED CANCELLED SKIPPED RETRIED"
UNENDED = "CREATED SUBMITTED QUEUED RUNNING PAUSED RESTARTED RETRYING KILLING"
ALLOWED = {
    Act.RETRY: "FAILED KILLED CANCELLED",
    Act.REPLAY: ENDED,
    Act.CHANGE_STATE: ENDED,
    Act.SET_LABELS: ENDED,
    Act.DELETE: ENDED,
    Act.KILL: UNENDED,
    Act.PAUSE: "RUNNING",
    Act.RESUME: "PAUSED",
    Act.UNQUEUE: "QUEUED",
    Act.FORCE_RUN: "CREATED SUBMITTED QUEUED PAUSED RUNNING",
}


@pytest.mark.parametrize("act", list(Act))
def test_each_act_is_allowed_in_these_states_and_refused_in_all_others(act: Act) -> None:
    allowed = " ".join(state for state in State if not refusal(act, state))

    assert set(allowed.split()) == set(ALLOWED[act].split())


@pytest.mark.parametrize("act", list(Act))
def test_what_needs_an_end_is_not_done_to_what_still_goes_on(act: Act) -> None:
    for state in State:
        reason = refusal(act, state, goes_on=True)
        if act in (Act.KILL, Act.FORCE_RUN, Act.UNQUEUE, Act.PAUSE, Act.RESUME):
            assert reason == refusal(act, state)
        else:
            assert reason.startswith("it has not ended")


def test_every_state_is_walked() -> None:
    assert set(ENDED.split()) | set(UNENDED.split()) == set(State)


@pytest.mark.parametrize("act", list(RunAct))
def test_a_task_run_is_changed_when_it_and_its_execution_have_ended(act: RunAct) -> None:
    for execution in State:
        for run in State:
            reason = run_refusal(act, execution, run, Phase.TASKS)
            assert bool(reason) == (not execution.is_terminal or not run.is_terminal)


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        (RunAct.MARK, {Phase.TASKS}),
        (RunAct.REPLAY, {Phase.TASKS, Phase.ERRORS, Phase.FINALLY}),
    ],
)
def test_a_task_run_of_a_later_list_is_not_changed(act: RunAct, allowed: set[Phase]) -> None:
    done = (State.FAILED, State.SUCCESS)

    assert {phase for phase in Phase if not run_refusal(act, *done, phase)} == allowed


def test_only_end_states_are_given() -> None:
    assert {state for state in State if not target_refusal(state, END_STATES)} == {
        "SUCCESS",
        "WARNING",
        "FAILED",
        "KILLED",
        "CANCELLED",
    }
    assert target_refusal(State.SKIPPED, MARKED_STATES) == ""
    assert target_refusal(State.RUNNING, END_STATES) == (
        "RUNNING is not one of SUCCESS, WARNING, FAILED, KILLED, CANCELLED"
    )


def test_a_task_run_that_shared_a_folder_is_not_marked_but_may_be_replayed() -> None:
    done = (State.FAILED, State.FAILED, Phase.TASKS)

    assert run_refusal(RunAct.MARK, *done, shares_folder=True) == (
        "it shared a folder that is gone: mark its WorkingDirectory"
    )
    assert not run_refusal(RunAct.REPLAY, *done, shares_folder=True)
