from __future__ import annotations

import pytest

from tests.unit.flow.sources import HEAD, found, read

_LOG = "{id: %s, type: core.log.Log, message: Hello}"


def _tasks(*lines: str) -> str:
    return (
        HEAD
        + "inputs: [{id: yes, type: BOOLEAN}]\ntasks:\n"
        + "".join(f"  {line}\n" for line in lines)
    )


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (_tasks("- {id: stop, type: core.execution.Fail}", f"- {_LOG % 'a'}"), "LNR082 6:10"),
        (_tasks('- {id: a, type: core.log.Log, message: x, runIf: "false"}'), "LNR082 5:10"),
        (
            _tasks("- id: choose", "  type: core.flow.If", "  condition: 'true'", "  then:",
                   f"    - {_LOG % 'a'}", "  else:", f"    - {_LOG % 'b'}"),
            "LNR082 11:14",
        ),
        (
            _tasks("- id: choose", "  type: core.flow.Switch", "  value: one", "  cases:",
                   f"    one: [{_LOG % 'a'}]", f"    two: [{_LOG % 'b'}]"),
            "LNR082 10:18",
        ),
    ],
)  # fmt: skip
def test_a_task_that_never_runs_is_shown(source: str, place: str) -> None:
    assert found(source) == [place]


def test_the_reason_is_told() -> None:
    source = _tasks("- {id: stop, type: core.execution.Fail}", f"- {_LOG % 'a'}")

    (problem,) = read(source).problems

    assert problem.message == (
        "The task `a` never runs: `stop` before it always ends the tasks of this list"
    )


@pytest.mark.parametrize(
    "source",
    [
        _tasks("- {id: s, type: core.execution.Fail, condition: '{{ inputs.yes }}'}",
               f"- {_LOG % 'a'}"),
        _tasks("- {id: s, type: core.execution.Fail, runIf: '{{ inputs.yes }}'}",
               f"- {_LOG % 'a'}"),
        _tasks("- {id: s, type: core.execution.Fail, allowFailure: true}", f"- {_LOG % 'a'}"),
        _tasks("- id: both", "  type: core.flow.Parallel", "  tasks:",
               "    - {id: s, type: core.execution.Fail}", f"    - {_LOG % 'a'}"),
    ],
)  # fmt: skip
def test_a_task_that_may_run_is_left_alone(source: str) -> None:
    assert found(source) == []
