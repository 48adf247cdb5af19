from __future__ import annotations

import pytest

from lanner_coordinator.flow.diagnostics import Severity
from tests.unit.flow.sources import HEAD, TASKS, found, only, read


def _log(message: str, *, head: str = "") -> str:
    return f"{HEAD}{head}tasks:\n  - {{id: a, type: core.log.Log, message: {message}}}\n"


def test_a_bad_expression_is_shown_where_it_stands_in_the_file() -> None:
    source = HEAD + (
        "tasks:\n  - id: a\n    type: core.log.Log\n    message: |\n"
        "      Good {{ execution.id }}\n      Bad {{ execution.id | uper }}\n"
    )

    assert found(source) == ["LNR060 8:29"]
    assert "Unknown filter `uper`" in only(source)


def test_a_bad_expression_does_not_keep_a_flow_from_being_stored() -> None:
    result = read(_log('"{{ 1 + }}"'))

    assert result.flow is not None
    assert [one.severity for one in result.problems] == [Severity.WARNING]


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("{{ inputs.nme }}", "LNR070"),
        ("{{ vars.nothing }}", "LNR072"),
        ("{{ outputs.nobody.value }}", "LNR071"),
    ],
)
def test_what_cannot_exist_is_shown(expression: str, code: str) -> None:
    head = "inputs: [{id: name, type: STRING}]\nvariables: {some: x}\n"

    assert [one.code for one in read(_log(f'"{expression}"', head=head)).problems] == [code]


@pytest.mark.parametrize(
    "expression",
    [
        "{{ inputs.name }}",
        "{{ inputs.deep }}",
        "{{ inputs.deep.one }}",
        "{{ inputs['deep']['one'] }}",
        "{{ inputs.name.further }}",
        "{{ vars.some }}",
        "{{ inputs.nothing ?? 'x' }}",
        "{{ inputs.nothing is defined }}",
        "{{ inputs.nothing | default('x') }}",
        "{% if inputs.nothing is defined %}x{% endif %}",
        "{{ trigger.date }} {{ execution.id }} {{ labels.x }}",
    ],
)
def test_what_may_exist_is_not_shown(expression: str) -> None:
    head = "inputs: [{id: name, type: JSON}, {id: deep.one, type: STRING}]\nvariables: {some: x}\n"

    assert found(_log(f'"{expression}"', head=head)) == []


def test_an_unknown_input_suggests_the_nearest() -> None:
    head = "inputs: [{id: name, type: STRING}]\n"

    assert only(_log('"{{ inputs.nme }}"', head=head)) == (
        "The flow has no input `nme` | Did you mean `name`?"
    )


def _two(first: str, second: str) -> str:
    return HEAD + (
        f'tasks:\n  - {{id: a, type: core.debug.Return, format: "{first}"}}\n'
        f'  - {{id: b, type: core.debug.Return, format: "{second}"}}\n'
    )


def test_the_output_of_a_later_task_does_not_exist_yet() -> None:
    assert found(_two("{{ outputs.b.value }}", "{{ outputs.a.value }}")) == ["LNR073 4:50"]


def test_the_outputs_of_parallel_siblings_may_be_missing() -> None:
    source = (
        HEAD
        + """\
tasks:
  - id: p
    type: core.flow.Parallel
    tasks:
      - {id: a, type: core.debug.Return, format: "{{ outputs.b.value }}"}
      - {id: b, type: core.debug.Return, format: x}
"""
    )

    assert found(source) == ["LNR073 7:54"]
    assert found(source.replace("Parallel", "Parallel\n    concurrent: 1")) == []


def test_in_a_loop_a_later_task_may_have_run_before() -> None:
    source = (
        HEAD
        + """\
tasks:
  - id: each
    type: core.flow.ForEach
    values: [1, 2]
    tasks:
      - {id: a, type: core.debug.Return, format: "{{ outputs.b['1'].value }}"}
      - {id: b, type: core.debug.Return, format: "{{ outputs.last.value }}"}
  - {id: last, type: core.debug.Return, format: x}
"""
    )

    assert found(source) == ["LNR073 9:54"]


def test_the_other_arm_of_an_if_has_no_outputs() -> None:
    source = (
        HEAD
        + """\
inputs: [{id: yes, type: BOOLEAN}]
tasks:
  - id: choose
    type: core.flow.If
    condition: "{{ inputs.yes }}"
    then:
      - {id: a, type: core.debug.Return, format: "{{ outputs.c.value }}"}
    else:
      - {id: b, type: core.debug.Return, format: x}
      - {id: c, type: core.debug.Return, format: x}
"""
    )

    assert found(source) == ["LNR073 9:54"]


def test_tasks_see_no_outputs_of_the_errors_after_them() -> None:
    source = (
        HEAD
        + """\
tasks:
  - {id: a, type: core.debug.Return, format: "{{ outputs.late.value }}"}
errors:
  - {id: late, type: core.debug.Return, format: "{{ outputs.a.value }}"}
"""
    )

    assert found(source) == ["LNR073 4:50"]


def test_a_task_of_unknown_type_may_have_any_outputs() -> None:
    source = (
        HEAD
        + """\
tasks:
  - {id: loop, type: core.kv.Version, tasks: []}
  - {id: a, type: core.debug.Return, format: "{{ outputs.child.value }} {{ vars.new }}"}
"""
    )

    assert found(source) == ["LNR041 4:22"]


def test_the_inputs_of_a_trigger_see_the_trigger_and_no_outputs() -> None:
    source = (
        HEAD
        + """\
tasks: [{id: a, type: core.log.Log, message: x}]
inputs: [{id: x, type: STRING}]
triggers:
  - {id: t, type: core.trigger.Schedule, cron: "@daily", inputs: {x: "{{ trigger.date }}"}}
  - {id: u, type: core.trigger.Schedule, cron: "@daily", inputs: {x: "{{ outputs.a }}", y: 1}}
  - {id: f, type: core.trigger.Flow, when: "{{ outputs.rows > 1 }}", inputs: {x: "{{ state }}"}}
"""
    )

    assert found(source) == ["LNR073 7:74", "LNR070 7:89"]


@pytest.mark.parametrize(
    ("expression", "code", "hint"),
    [
        ("{{ outputs.a.value }}", "LNR073", "Read them in a task behind it."),
        ("{{ outputs.before.valu }}", "LNR074", "Did you mean `value`?"),
        ("{{ input.name }}", "LNR075", "Did you mean `inputs`?"),
        ("{{ name | upper }}", "LNR075", "Did you mean `inputs.name`?"),
        ("{{ some }}", "LNR075", "Did you mean `vars.some`?"),
    ],
)
def test_an_expression_that_must_fail_is_shown_with_what_was_meant(
    expression: str, code: str, hint: str
) -> None:
    source = HEAD + (
        "inputs: [{id: name, type: STRING}]\nvariables: {some: x}\ntasks:\n"
        "  - {id: before, type: core.debug.Return, format: x}\n"
        f'  - {{id: a, type: core.log.Log, message: "{expression}"}}\n'
    )

    (problem,) = read(source).problems

    assert (problem.code, problem.hint) == (code, hint)


@pytest.mark.parametrize(
    "expression",
    [
        "{{ outputs.each.x.value }}",
        "{{ anything }}",
        "{{ outputs.before['value'] }}",
        "{{ parents[0] }}",
    ],
)
def test_what_may_be_there_is_left_alone(expression: str) -> None:
    source = HEAD + (
        "tasks:\n  - {id: before, type: core.debug.Return, format: x}\n"
        "  - id: loop\n    type: core.flow.ForEach\n    values: [x]\n    tasks:\n"
        "      - {id: each, type: core.debug.Return, format: x}\n"
        f'  - {{id: a, type: core.log.Log, message: "{expression}"}}\n'
    )

    assert found(source) == []


def test_a_type_that_writes_no_outputs_has_none_to_read() -> None:
    reading = "{id: b, type: core.log.Log, message: '{{ outputs.hello.value }}'}"
    source = f"{HEAD}{TASKS}  - {reading}\n"

    (problem,) = read(source).problems

    assert problem.code == "LNR074"
    assert problem.message.endswith("has no output `value`; it has none")
