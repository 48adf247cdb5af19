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
