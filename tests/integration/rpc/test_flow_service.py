from __future__ import annotations

import os

import pytest

from lanner_proto.client import Client
from lanner_proto.errors import Conflict, InvalidInput, NotFound
from lanner_proto.v1 import flow_pb2, state_pb2
from tests.support.services_stage import Services, flow_source

RICH = """id: rich
namespace: company
description: All kinds of things
labels: {team: etl}
inputs:
  - {id: day, type: STRING, displayName: Day, defaults: monday}
  - {id: size, type: SELECT, values: [small, large], required: false}
tasks:
  - id: outer
    type: core.flow.Sequential
    tasks:
      - {id: inner, type: core.log.Log, message: hello}
errors:
  - {id: alarm, type: core.log.Log, message: oh}
triggers:
  - {id: daily, type: core.trigger.Schedule, cron: '0 6 * * *'}
"""


def source(text: str, name: str = "a.yaml", **more: int) -> flow_pb2.FlowSource:
    return flow_pb2.FlowSource(name=name, source=text, **more)


async def test_validation_gives_every_problem_with_its_place(client: Client) -> None:
    good, bad = await client.validate_flows(
        [source(flow_source()), source("id: x\nnamespace: company\ntasks: 7\nlables: {}\n")]
    )

    assert (good.namespace, good.flow_id, len(good.problems)) == ("company", "nightly", 0)
    assert [(problem.line, problem.severity) for problem in bad.problems] == [
        (3, flow_pb2.Problem.SEVERITY_ERROR),
        (4, flow_pb2.Problem.SEVERITY_ERROR),
    ]
    assert all(problem.code.startswith("LNR") for problem in bad.problems)


async def test_a_request_without_sources_is_refused(client: Client) -> None:
    with pytest.raises(InvalidInput, match="1 to 1000 sources"):
        await client.validate_flows([])


async def test_applied_sources_tell_their_revision(client: Client) -> None:
    (created,) = await client.apply_flows([source(flow_source())])
    (unchanged,) = await client.apply_flows([source(flow_source())])
    (updated,) = await client.apply_flows([source(flow_source(task="log"))], dry_run=True)

    assert [(one.change, one.revision) for one in (created, unchanged, updated)] == [
        (flow_pb2.AppliedFlow.CHANGE_CREATED, 1),
        (flow_pb2.AppliedFlow.CHANGE_UNCHANGED, 1),
        (flow_pb2.AppliedFlow.CHANGE_UPDATED, 2),
    ]


async def test_a_source_with_errors_is_not_applied(client: Client) -> None:
    with pytest.raises(InvalidInput, match="nothing was applied"):
        await client.apply_flows([source("id: x\n")])


async def test_a_flow_at_another_revision_is_a_conflict(client: Client) -> None:
    with pytest.raises(Conflict, match="does not exist"):
        await client.apply_flows([source(flow_source(), if_revision=3)])


async def test_a_flow_is_given_with_all_that_a_form_and_a_drawing_need(client: Client) -> None:
    await client.apply_flows([source(RICH)])

    flow = await client.get_flow("company", "rich")

    assert flow.source == RICH
    assert flow.description == "All kinds of things"
    assert dict(flow.labels) == {"team": "etl"}
    assert list(flow.trigger_ids) == ["daily"]
    assert [(one.id, one.type, one.is_required, one.default_value) for one in flow.inputs] == [
        ("day", "STRING", True, "monday"),
        ("size", "SELECT", False, ""),
    ]
    assert not flow.inputs[1].HasField("default_value")
    assert list(flow.inputs[1].values) == ["small", "large"]
    assert [(one.id, one.parent_id, one.branch, one.line) for one in flow.tasks] == [
        ("outer", "", "tasks", 9),
        ("inner", "outer", "tasks", 12),
        ("alarm", "", "errors", 14),
    ]


async def test_the_inputs_of_a_form_tell_its_title(client: Client) -> None:
    form = "  - {id: place, type: FORM, displayName: Where, inputs: [{id: region, type: STRING}]}\n"
    tasks = "tasks:\n  - {id: a, type: core.log.Log, message: hi}\n"
    text = f"id: grouped\nnamespace: company\ninputs:\n{form}  - {{id: day, type: DATE}}\n{tasks}"
    await client.apply_flows([source(text)])

    flow = await client.get_flow("company", "grouped")

    assert [(one.id, one.form) for one in flow.inputs] == [("place.region", "Where"), ("day", "")]


async def test_an_unknown_revision_is_not_found(client: Client) -> None:
    await client.apply_flows([source(flow_source())])

    with pytest.raises(NotFound, match="no revision 7 of flow company/nightly"):
        await client.get_flow("company", "nightly", revision=7)


async def test_a_name_that_is_missing_is_said(client: Client) -> None:
    with pytest.raises(InvalidInput, match="`flow_id` is missing"):
        await client.get_flow("company", "")


async def test_a_list_of_flows_shows_their_last_state(client: Client, on: Services) -> None:
    await client.apply_flows([source(RICH, "b"), source(flow_source(task="fail"), "c")])
    await on.create()

    response = await client.list_flows(namespace="company.*")

    nightly, rich = response.flows
    assert response.total_count == 2
    assert (nightly.flow_id, nightly.last_state) == ("nightly", state_pb2.STATE_FAILED)
    assert nightly.HasField("last_started_at")
    assert (rich.flow_id, rich.description) == ("rich", "All kinds of things")
    assert rich.HasField("next_at")
    assert not rich.HasField("last_started_at")


@pytest.mark.parametrize(("limit", "offset"), [(-1, 0), (1_001, 0), (0, -1)])
async def test_a_page_out_of_bounds_is_refused(client: Client, limit: int, offset: int) -> None:
    with pytest.raises(InvalidInput):
        await client.list_flows(limit=limit, offset=offset)


async def test_revisions_say_who_applied_them_newest_first(client: Client) -> None:
    await client.apply_flows([source(flow_source())])
    await client.apply_flows([source(flow_source(task="log"))])

    revisions = await client.list_revisions("company", "nightly")

    assert [(one.revision, one.applied_by) for one in revisions] == [
        (2, f"uid {os.getuid()}"),
        (1, f"uid {os.getuid()}"),
    ]


async def test_revisions_of_nobody_are_not_found(client: Client) -> None:
    with pytest.raises(NotFound):
        await client.list_revisions("company", "nobody")


async def test_a_deleted_flow_is_not_found(client: Client) -> None:
    await client.apply_flows([source(flow_source())])
    await client.delete_flow("company", "nightly")

    with pytest.raises(NotFound):
        await client.get_flow("company", "nightly")
    with pytest.raises(NotFound):
        await client.delete_flow("company", "nightly")
