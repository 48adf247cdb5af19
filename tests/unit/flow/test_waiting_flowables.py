from __future__ import annotations

from tests.unit.flow.sources import HEAD, found, good


def test_a_pause_asks_for_inputs_when_it_is_resumed() -> None:
    flow = good(
        HEAD
        + """\
tasks:
  - id: wait
    type: core.flow.Pause
    timeout: PT1H
    onResume:
      - {id: reason, type: STRING}
      - {id: file, type: FILE, required: false}
"""
    )

    wait = flow.tasks[0]
    assert [(one.id, one.is_required) for one in wait.inputs] == [
        ("reason", True),
        ("file", False),
    ]
    assert wait.timeout == "PT1H"
    assert wait.properties == {}


def test_what_is_wrong_with_an_input_of_a_pause_is_reported_where_it_stands() -> None:
    source = (
        HEAD
        + """\
tasks:
  - id: a
    type: core.flow.Pause
    delay: PT1S
    onResume: [{id: x, type: NUMBER}]
"""
    )

    assert found(source) == ["LNR029 6:5", "LNR024 7:30"]


def test_on_pause_is_one_task() -> None:
    flow = good(
        HEAD
        + """\
tasks:
  - id: wait
    type: core.flow.Pause
    onPause: {id: tell, type: core.log.Log, message: waiting}
"""
    )

    assert [task.id for task in flow.tasks[0].branches["onPause"]] == ["tell"]


def test_the_older_names_of_a_loop_until_and_of_loops_are_known() -> None:
    flow = good(
        HEAD
        + """\
tasks:
  - id: until
    type: core.flow.WaitFor
    condition: "{{ outputs.ask.value == 'x' }}"
    checkFrequency: {maxIterations: 3, interval: PT0.2S}
    tasks: [{id: ask, type: core.debug.Return, format: x}]
  - id: each
    type: core.flow.EachParallel
    value: [a, b]
    concurrent: 2
    tasks: [{id: say, type: core.log.Log, message: x}]
"""
    )

    assert [task.type.rpartition(".")[2] for task in flow.tasks] == ["LoopUntil", "EachParallel"]


_APPROVAL = (
    HEAD
    + """\
tasks:
  - id: ask
    type: core.flow.Approval
    denyBehavior: FAIL
    autoApprove: "{{ 1 == 2 }}"
    timeout: PT1H
    inputs: [{id: ticket, type: INT}]
    onWait: [{id: tell, type: core.log.Log, message: it waits}]
    onApprove: [{id: yes, type: core.log.Log, message: "{{ outputs.ask.inputs.ticket }}"}]
    onDeny: [{id: no, type: core.log.Log, message: "{{ outputs.ask.comment }}"}]
"""
)


def test_an_approval_has_inputs_and_a_list_for_each_decision() -> None:
    ask = good(_APPROVAL).tasks[0]

    assert [one.id for one in ask.inputs] == ["ticket"]
    assert {name: [task.id for task in tasks] for name, tasks in ask.branches.items()} == {
        "onWait": ["tell"],
        "onApprove": ["yes"],
        "onDeny": ["no"],
    }
    assert ask.properties == {"denyBehavior": "FAIL", "autoApprove": "{{ 1 == 2 }}"}


def test_an_approval_needs_nothing() -> None:
    good(HEAD + "tasks: [{id: ask, type: core.flow.Approval}]\n")


def test_a_behavior_that_an_approval_does_not_know_is_reported() -> None:
    assert found(_APPROVAL.replace("FAIL", "RESUME")) == ["LNR024 6:19"]


def test_a_wrong_task_in_a_list_of_an_approval_is_reported_where_it_stands() -> None:
    source = _APPROVAL.replace("id: no, type: core.log.Log", "id: no, type: core.log.Lag")

    assert [problem.partition(" ")[2] for problem in found(source)] == ["12:29"]


def test_what_an_approval_does_not_ask_for_is_no_output() -> None:
    source = _APPROVAL.replace("inputs.ticket }}", "inputs.tocket }}")

    assert found(source) == ["LNR074 11:60"]


def test_what_runs_after_the_other_decision_is_no_output() -> None:
    source = _APPROVAL.replace("outputs.ask.comment", "outputs.yes")

    assert found(source) == ["LNR073 12:56"]
