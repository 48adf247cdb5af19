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
