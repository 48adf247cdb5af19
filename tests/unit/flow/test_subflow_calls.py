from __future__ import annotations

from lanner_coordinator.flow.diagnostics import Severity
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.reader import read_flow
from tests.support.services_stage import flow_source, services

CALL = """
id: nightly
namespace: company
tasks:
  - id: call
    type: io.kestra.core.tasks.flows.Flow
    namespace: company
    flowId: {flow_id}
    outputs:
      found: "{{{{ outputs.only_in_the_child.value }}}}"
"""


def test_the_older_name_is_a_subflow_and_its_outputs_see_the_child() -> None:
    result = read_flow(CALL.format(flow_id="child"), KnownTypes())

    assert result.flow is not None
    assert result.flow.tasks[0].kind is TaskKind.SUBFLOW
    assert {problem.code for problem in result.problems} == {"LNR029"}


def test_a_flow_that_starts_itself_is_refused() -> None:
    result = read_flow(CALL.format(flow_id="nightly"), KnownTypes())

    errors = [one for one in result.problems if one.severity is Severity.ERROR]
    assert [error.code for error in errors] == ["LNR086"]
    assert errors[0].position.line == 8


async def test_a_flow_that_does_not_exist_yet_is_a_warning_until_it_is_given_too() -> None:
    async with services(is_running=False) as on:
        (alone,) = await on.apply(CALL.format(flow_id="child"))
        both = await on.apply(CALL.format(flow_id="other"), flow_source("other"))
        later = await on.apply(CALL.format(flow_id="child") + "# again", flow_source("child"))

        codes = [
            {problem.code for problem in applied.problems} for applied in (alone, both[0], later[0])
        ]
        assert codes == [{"LNR029", "LNR087"}, {"LNR029"}, {"LNR029"}]


_NAMED = """
id: nightly
namespace: company
tasks:
  - id: call
    type: core.flow.Subflow
    namespace: company
    flowId: lod
  - {id: dynamic, type: core.flow.Subflow, namespace: company, flowId: "{{ vars.f }}"}
  - {id: off, type: core.flow.Subflow, namespace: company, flowId: nobody, disabled: true}
  - id: each
    type: core.flow.ForEachItem
    items: "{{ inputs.f }}"
    namespace: company
    flowId: nothing
inputs: [{id: f, type: FILE}]
variables: {f: x}
triggers:
  - id: after
    type: core.trigger.Flow
    preconditions: {id: p, flows: [{namespace: company, flowId: laod}, {namespace: company}]}
  - id: old
    type: core.trigger.Flow
    conditions: [{type: core.condition.ExecutionFlow, namespace: elsewhere, flowId: x}]
"""


async def test_flows_that_do_not_exist_are_told_where_they_are_named_with_the_nearest() -> None:
    async with services(is_running=False) as on:
        await on.apply(flow_source("load"))
        (applied,) = await on.apply(_NAMED)

    found = [one for one in applied.problems if one.code == "LNR087"]
    assert [(one.position.line, one.path, one.message) for one in found] == [
        (
            8,
            "tasks[0].flowId",
            'Task "call" starts flow `company.lod`, which does not exist yet',
        ),
        (
            15,
            "tasks[3].flowId",
            'Task "each" starts flow `company.nothing`, which does not exist yet',
        ),
        (
            21,
            "triggers[0].preconditions.flows[0]",
            'Trigger "after" waits for flow `company.laod`, which does not exist yet',
        ),
        (
            24,
            "triggers[1].conditions[0]",
            'Trigger "old" waits for flow `elsewhere.x`, which does not exist yet',
        ),
    ]
    assert [one.hint for one in found] == [
        "Did you mean `load`?",
        "Apply that flow too before this one runs: the task fails without it.",
        "Did you mean `load`?",
        "Apply that flow too before this one runs: it waits in vain without it.",
    ]
