from __future__ import annotations

import pytest

from tests.unit.flow.sources import HEAD, read

WD = f"{HEAD}tasks:\n  - id: wd\n    type: core.flow.WorkingDirectory\n"
LOG = "      - {id: a, type: core.log.Log, message: Hello"


def test_a_working_directory_has_files_a_cache_and_tasks() -> None:
    source = (
        f"{WD}    inputFiles: {{a.txt: Hello}}\n    outputFiles: ['*.txt']\n"
        f"    cache: {{patterns: ['*.txt'], ttl: PT1H}}\n    tasks:\n{LOG}}}\n"
    )

    result = read(source)

    assert not result.problems
    assert result.flow is not None
    task = result.flow.tasks[0]
    assert task.properties["cache"] == {"patterns": ["*.txt"], "ttl": "PT1H"}
    assert [child.id for child in task.branches["tasks"]] == ["a"]


@pytest.mark.parametrize(
    "child",
    [
        "{id: s, type: core.flow.Sequential, tasks: [{id: b, type: core.log.Log, message: a}]}",
        "{id: s, type: core.flow.Subflow, namespace: a, flowId: b}",
        "{id: s, type: core.flow.Pause}",
    ],
)
def test_what_holds_tasks_or_starts_flows_cannot_share_a_folder(child: str) -> None:
    (problem,) = read(f"{WD}    tasks:\n      - {child}\n").problems

    assert problem.code == "LNR043"
    assert problem.message == (
        "Only runnable tasks are allowed as children of a WorkingDirectory task, and `s` is not one"
    )


@pytest.mark.parametrize("key", ["workerGroup: {key: x}", "agentLabels: {a: b}"])
def test_a_task_of_a_working_directory_cannot_choose_its_agent(key: str) -> None:
    (problem,) = read(f"{WD}    tasks:\n{LOG}, {key}}}\n").problems

    assert problem.code == "LNR027"
    assert "cannot stand at a task of a WorkingDirectory" in problem.message


def test_errors_of_a_working_directory_may_hold_tasks() -> None:
    errors = "{id: s, type: core.flow.Sequential, tasks: [{id: b, type: core.log.Log, message: a}]}"

    assert not read(f"{WD}    tasks:\n{LOG}}}\n    errors:\n      - {errors}\n").problems


def test_a_working_directory_needs_tasks() -> None:
    assert [one.code for one in read(f"{WD}    tasks: []\n").problems] == ["LNR023"]
