from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.flow.policies import (
    Check,
    CheckBehavior,
    CheckStyle,
    Concurrency,
    LimitBehavior,
    Sla,
    SlaBehavior,
)
from tests.unit.flow.sources import HEAD, TASKS, read


def test_a_concurrency_limit_queues_unless_it_says_otherwise() -> None:
    flow = read(f"{HEAD}{TASKS}concurrency: {{limit: 3}}\n").flow
    assert flow is not None
    assert flow.concurrency == Concurrency(limit=3, behavior=LimitBehavior.QUEUE)
    flow = read(f"{HEAD}{TASKS}concurrency: {{limit: 1, behavior: FAIL}}\n").flow
    assert flow is not None
    assert flow.concurrency == Concurrency(limit=1, behavior=LimitBehavior.FAIL)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("{}", "LNR021"),
        ("{limit: 0}", "LNR025"),
        ("{limit: 1, behavior: WAIT}", "LNR024"),
        ("{limit: 1, size: 2}", "LNR020"),
        ("5", "LNR022"),
    ],
)
def test_a_wrong_concurrency_limit_is_refused(given: str, code: str) -> None:
    result = read(f"{HEAD}{TASKS}concurrency: {given}\n")
    assert [problem.code for problem in result.problems] == [code]


def test_promises_are_durations_and_assertions() -> None:
    source = """
sla:
  - {id: soon, type: MAX_DURATION, behavior: FAIL, duration: PT1H, labels: {sla: missed}}
  - {id: good, type: EXECUTION_ASSERTION, behavior: NONE, assert: "{{ true }}"}
"""
    flow = read(f"{HEAD}{TASKS}{source}").flow
    assert flow is not None
    assert flow.sla == (
        Sla(
            id="soon",
            behavior=SlaBehavior.FAIL,
            duration=timedelta(hours=1),
            labels={"sla": "missed"},
        ),
        Sla(id="good", behavior=SlaBehavior.NONE, assertion="{{ true }}"),
    )


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("{id: a, behavior: FAIL, duration: PT1H}", "LNR021"),
        ("{id: a, type: MAX_DURATION, behavior: FAIL}", "LNR021"),
        ("{id: a, type: MAX_DURATION, behavior: FAIL, duration: soon}", "LNR050"),
        ("{id: a, type: OTHER, behavior: FAIL}", "LNR024"),
        ("{id: a, type: EXECUTION_ASSERTION, behavior: NONE, assert: '{{ }'}", "LNR060"),
    ],
)
def test_a_wrong_promise_is_refused(given: str, code: str) -> None:
    result = read(f"{HEAD}{TASKS}sla: [{given}]\n")
    assert [problem.code for problem in result.problems] == [code]


def test_listeners_are_read_and_deprecated() -> None:
    source = """
listeners:
  - description: tell
    conditions: [{type: core.condition.ExecutionStatus, in: [FAILED]}]
    tasks: [{id: tell, type: core.log.Log, message: "{{ execution.state }}"}]
"""
    result = read(f"{HEAD}{TASKS}{source}")
    assert [problem.code for problem in result.problems] == ["LNR029"]
    assert result.flow is not None
    (listener,) = result.flow.listeners
    assert [task.id for task in listener.tasks] == ["tell"]
    assert len(listener.conditions) == 1


def test_a_listener_needs_tasks() -> None:
    result = read(f"{HEAD}{TASKS}listeners: [{{tasks: []}}, {{description: x}}]\n")
    codes = [problem.code for problem in result.problems]
    assert codes == ["LNR029", "LNR023", "LNR021"]


def test_checks_block_unless_they_say_otherwise() -> None:
    source = """
checks:
  - {condition: "{{ inputs.x }}", message: no x}
  - {when: "{{ true }}", message: soft, style: WARNING, behavior: CREATE_EXECUTION}
"""
    flow = read(f"{HEAD}inputs: [{{id: x, type: INT}}]\n{TASKS}{source}").flow
    assert flow is not None
    assert flow.checks == (
        Check(condition="{{ inputs.x }}", message="no x"),
        Check(
            condition="{{ true }}",
            message="soft",
            style=CheckStyle.WARNING,
            behavior=CheckBehavior.CREATE_EXECUTION,
        ),
    )


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("{message: no}", "LNR021"),
        ("{condition: '{{ true }}'}", "LNR021"),
        ("{condition: '{{ true }}', message: no, behavior: STOP}", "LNR024"),
        ("{condition: '{{ true }}', message: no, style: LOUD}", "LNR024"),
        ("{condition: '{{ true }}', message: no, level: 1}", "LNR020"),
        ("{condition: '{{ ', message: no}", "LNR060"),
    ],
)
def test_a_wrong_check_is_refused(given: str, code: str) -> None:
    result = read(f"{HEAD}{TASKS}checks: [{given}]\n")
    assert [problem.code for problem in result.problems] == [code]
