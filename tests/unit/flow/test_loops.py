"""What the reader makes of a Loop, and what it finds wrong with it."""

from __future__ import annotations

import pytest

from lanner_coordinator.flow.types.loop import ITERATION_TYPE
from tests.unit.flow.sources import HEAD, read

LOOP = """tasks:
  - id: l
    type: core.flow.Loop
    values: [1, 2]
    outputs: [{id: n, type: STRING, value: "{{ outputs.a.value }} {{ item.index }}"}]
    errors: [{id: e, type: core.log.Log, message: "{{ item.value }}"}]
    tasks:
      - {id: a, type: core.debug.Return, format: "{{ item.value }}"}
      - {id: b, type: core.log.Log, message: "{{ outputs.a.value }}"}
"""


def problems(more: str) -> list[str]:
    """What is wrong with a flow that goes on after the loop."""
    return [f"{one.code} {one.message}" for one in read(HEAD + LOOP + more).problems]


def test_a_loop_stands_over_its_iterations() -> None:
    result = read(HEAD + LOOP)

    assert result.flow is not None, result.problems
    (loop,) = result.flow.tasks
    (iteration,) = loop.branches["tasks"]
    assert (iteration.id, iteration.type) == ("l_iteration", ITERATION_TYPE)
    assert {name: [task.id for task in tasks] for name, tasks in iteration.branches.items()} == {
        "tasks": ["a", "b"],
        "errors": ["e"],
    }
    assert [output.id for output in iteration.outputs] == ["n"]
    assert dict(loop.properties) == {"values": [1, 2]}
    assert result.problems == ()


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ("{id: c, type: core.log.Log, message: '{{ outputs.l.outputs }}'}", []),
        (
            "{id: c, type: core.log.Log, message: '{{ outputs.a.value }}'}",
            ["LNR071 The outputs of `a` are seen inside the Loop `l` only"],
        ),
        (
            "{id: c, type: core.log.Log, message: '{{ item.value }}'}",
            ["LNR075 `item` does not exist here: the task stands in no loop"],
        ),
        ("{id: c, type: core.log.Log, message: '{{ item.value ?? 1 }}'}", []),
        (
            "{id: c, type: core.flow.ForEach, values: [1], tasks: "
            "[{id: d, type: core.log.Log, message: '{{ item.value }}'}]}",
            ["LNR075 `item` exists in the tasks of a Loop only"],
        ),
    ],
)
def test_what_is_seen_in_iterations_only_is_found_outside(more: str, found: list[str]) -> None:
    assert problems(f"  - {more}\n") == found


def test_the_id_of_the_iterations_is_taken() -> None:
    assert [
        one[:6] for one in problems("  - {id: l_iteration, type: core.log.Log, message: x}\n")
    ] == ["LNR033"]


def test_a_task_behind_one_that_always_fails_never_runs_in_an_iteration_either() -> None:
    source = HEAD + LOOP.replace("core.debug.Return, format:", "core.execution.Fail, errorMessage:")

    assert "LNR082" in [one.code for one in read(source).problems]


def test_a_loop_needs_values_and_tasks() -> None:
    source = f"{HEAD}tasks:\n  - {{id: l, type: core.flow.Loop}}\n"

    assert len([one for one in read(source).problems if one.severity == "error"]) == 2
