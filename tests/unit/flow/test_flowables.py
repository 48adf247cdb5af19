from __future__ import annotations

import pytest

from tests.unit.flow.sources import HEAD, found, good, only, read

_LOG = "type: core.log.Log, message: x"


def _flow(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{HEAD}tasks:\n  - id: top\n{lines}"


def test_a_flowable_holds_its_children_by_branch() -> None:
    flow = good(
        _flow(
            f"type: core.flow.Sequential\ntasks: [{{id: a, {_LOG}}}]\n"
            f"errors: [{{id: b, {_LOG}}}]\nfinally: [{{id: c, {_LOG}}}]"
        )
    )

    branches = flow.tasks[0].branches
    assert {name: [one.id for one in tasks] for name, tasks in branches.items()} == {
        "tasks": ["a"],
        "errors": ["b"],
        "finally": ["c"],
    }
    assert flow.tasks[0].properties == {}


def test_an_if_has_then_and_else() -> None:
    flow = good(
        _flow(
            'type: core.flow.If\ncondition: "{{ true }}"\n'
            f"then: [{{id: a, {_LOG}}}]\nelse: [{{id: b, {_LOG}}}]"
        )
    )

    assert list(flow.tasks[0].branches) == ["then", "else"]
    assert flow.tasks[0].properties == {"condition": "{{ true }}"}


def test_a_switch_has_a_branch_for_each_case() -> None:
    flow = good(
        _flow(
            'type: core.flow.Switch\nvalue: "{{ 1 }}"\n'
            f"cases:\n  true: [{{id: a, {_LOG}}}]\n  2: [{{id: b, {_LOG}}}]\n"
            f"defaults: [{{id: c, {_LOG}}}]"
        )
    )

    assert list(flow.tasks[0].branches) == ["cases.true", "cases.2", "defaults"]


def test_a_switch_without_any_task_is_refused() -> None:
    source = _flow("type: core.flow.Switch\nvalue: x\ncases: {}\ndefaults: null")

    assert found(source) == ["LNR023 4:5"]


def test_a_dag_keeps_what_its_children_wait_for() -> None:
    flow = good(
        _flow(
            f"type: core.flow.Dag\ntasks:\n  - task: {{id: a, {_LOG}}}\n"
            f"  - task: {{id: b, {_LOG}}}\n    dependsOn: [a]"
        )
    )

    assert [one.id for one in flow.tasks[0].branches["tasks"]] == ["a", "b"]
    assert flow.tasks[0].dependencies == {"a": (), "b": ("a",)}


def test_a_circle_in_a_dag_is_shown_with_its_members() -> None:
    source = _flow(
        f"type: core.flow.Dag\ntasks:\n  - task: {{id: a, {_LOG}}}\n    dependsOn: [c]\n"
        f"  - task: {{id: b, {_LOG}}}\n    dependsOn: [a]\n"
        f"  - task: {{id: c, {_LOG}}}\n    dependsOn: [b]"
    )

    message = only(source)
    assert [one.code for one in read(source).problems] == ["LNR081"]
    assert "a → c → b → a" in message or "b → a → c → b" in message or "c → b → a → c" in message


def test_a_dag_task_may_not_wait_for_itself_or_for_nobody() -> None:
    source = _flow(
        f"type: core.flow.Dag\ntasks:\n  - task: {{id: aa, {_LOG}}}\n    dependsOn: [aa]\n"
        f"  - task: {{id: bb, {_LOG}}}\n    dependsOn: [cc]"
    )

    assert found(source) == ["LNR081 8:21", "LNR080 10:21"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("type: core.flow.Parallel", "LNR023 4:5"),
        ("type: core.flow.Parallel\ntasks: null", "LNR023 6:5"),
        ("type: core.flow.Parallel\ntasks: []", "LNR023 6:5"),
        ("type: core.flow.Sequential\ntasks: {a: 1}", "LNR022 6:12"),
        (f"type: core.flow.If\nelse: [{{id: a, {_LOG}}}]", "LNR023 4:5"),
        (f"type: core.flow.ForEach\ntasks: [{{id: a, {_LOG}}}]", "LNR021 4:5"),
        (
            f"type: core.flow.Parallel\nconcurrent: some\ntasks: [{{id: a, {_LOG}}}]",
            "LNR022 6:17",
        ),
        ("type: core.flow.Dag\ntasks: [{dependsOn: []}]", "LNR021 6:13"),
    ],
)
def test_what_a_flowable_lacks_is_shown(body: str, problem: str) -> None:
    assert problem in found(_flow(body))


@pytest.mark.parametrize("values", ["[1, 2]", "'[1, 2]'", '"{{ inputs.x ?? [] }}"', "{a: 1}"])
def test_the_values_of_a_loop_are_a_list_or_give_one(values: str) -> None:
    body = f"type: core.flow.ForEach\nvalues: {values}\ntasks: [{{id: a, {_LOG}}}]"

    assert found(_flow(body)) == []


def test_problems_deep_inside_name_their_path() -> None:
    source = _flow(
        "type: core.flow.Sequential\ntasks:\n  - id: inner\n    type: core.flow.Parallel\n"
        "    tasks:\n      - {id: a, type: core.log.Log, message: x, levl: INFO}"
    )

    assert [one.path for one in read(source).problems] == ["tasks[0].tasks[0].tasks[0].levl"]


def test_flowables_may_stand_many_levels_deep() -> None:
    source = f"{HEAD}tasks:\n"
    for level in range(30):
        source += f"{'  ' * level}- id: t{level}\n{'  ' * level}  type: core.flow.Sequential\n"
        source += f"{'  ' * level}  tasks:\n"
    source += f"{'  ' * 30}- {{id: last, {_LOG}}}\n"

    assert found(source) == []


@pytest.mark.parametrize("values", ["3", "'a, b'", "true"])
def test_what_can_never_be_a_list_of_values_is_refused(values: str) -> None:
    loop = f"type: core.flow.ForEach, values: {values}, tasks: [{{id: b, {_LOG}}}]"

    (problem,) = read(f"{HEAD}tasks: [{{id: a, {loop}}}]\n").problems

    assert problem.code == "LNR022"
    assert "is no list: write `[" in problem.message
