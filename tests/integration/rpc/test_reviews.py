"""Approvals over the wire: what they ask, who decides, and what is refused."""

from __future__ import annotations

import pytest

from lanner_proto.client import Client
from lanner_proto.errors import InvalidInput, WrongState
from lanner_proto.v1 import execution_pb2, state_pb2
from lanner_proto.values import from_struct
from tests.support.eventually import eventually
from tests.support.services_stage import Services

APPROVED = execution_pb2.REVIEW_DECISION_APPROVED
DENIED = execution_pb2.REVIEW_DECISION_DENIED
APPROVAL = """\
id: nightly
namespace: company
tasks:
  - id: release
    type: core.flow.Approval
    commentRequired: ALWAYS
    decisions: {approve: Ship it, deny: "{{ 'Hold' }} it"}
    timeout: PT1H
    inputs:
      - {id: ticket, type: INT}
    onWait: [{id: tell, type: core.log.Log, message: it waits}]
    onApprove: [{id: yes_, type: core.log.Log, message: "{{ outputs.release.comment }}"}]
    onDeny: [{id: no_, type: core.log.Log, message: "{{ outputs.release.by }}"}]
  - {id: say, type: core.log.Log, message: "{{ outputs.release.inputs.ticket }}"}
"""


async def _waiting(client: Client, on: Services, source: str = APPROVAL) -> str:
    await on.apply(source)
    execution_id = await on.create()

    async def is_paused() -> bool:
        return bool(await client.list_pauses(execution_id))

    await eventually(is_paused)
    return execution_id


async def _ends(client: Client, execution_id: str, state: state_pb2.State.ValueType) -> None:
    async def has_ended() -> bool:
        return (await client.get_execution(execution_id)).summary.state == state

    await eventually(has_ended)


async def test_an_approval_tells_what_is_to_be_decided(client: Client, on: Services) -> None:
    execution_id = await _waiting(client, on)

    (pause,) = await client.list_pauses(execution_id)

    assert [one.id for one in pause.inputs] == ["ticket"]
    assert (pause.review.approve_label, pause.review.deny_label) == ("Ship it", "Hold it")
    assert pause.review.comment_rule == execution_pb2.COMMENT_RULE_ALWAYS
    assert pause.ends_at.seconds - pause.paused_at.seconds == 3_600


async def test_who_approves_says_why(client: Client, on: Services) -> None:
    execution_id = await _waiting(client, on)

    await client.resume_execution(
        execution_id, inputs={"ticket": "7"}, decision=APPROVED, comment="all is green"
    )

    await _ends(client, execution_id, state_pb2.STATE_SUCCESS)
    execution = await client.get_execution(execution_id)
    outputs = from_struct(execution.task_runs[0].outputs)
    assert outputs["decision"] == "APPROVED"
    assert (outputs["comment"], outputs["inputs"]) == ("all is green", {"ticket": 7})
    assert all(outputs[name] for name in ("by", "on", "due"))
    assert [run.task_id for run in execution.task_runs] == ["release", "tell", "yes_", "say"]


async def test_a_denial_cancels_the_execution(client: Client, on: Services) -> None:
    execution_id = await _waiting(client, on)

    await client.resume_execution(
        execution_id, inputs={"ticket": 7}, decision=DENIED, comment="not today"
    )

    await _ends(client, execution_id, state_pb2.STATE_CANCELLED)
    execution = await client.get_execution(execution_id)
    assert [run.task_id for run in execution.task_runs] == ["release", "tell", "no_"]


@pytest.mark.parametrize("decision", [APPROVED, DENIED, 0])
async def test_a_decision_without_its_comment_is_refused(
    client: Client, on: Services, decision: execution_pb2.ReviewDecision.ValueType
) -> None:
    execution_id = await _waiting(client, on)

    with pytest.raises(InvalidInput, match=r'task "release" needs a comment to (approve|deny) it'):
        await client.resume_execution(execution_id, inputs={"ticket": 7}, decision=decision)

    assert await client.list_pauses(execution_id)


async def test_wrong_inputs_leave_it_undecided(client: Client, on: Services) -> None:
    execution_id = await _waiting(client, on)

    with pytest.raises(InvalidInput, match="ticket"):
        await client.resume_execution(
            execution_id, inputs={"ticket": "x"}, decision=APPROVED, comment="fine"
        )

    assert await client.list_pauses(execution_id)


async def test_a_pause_is_not_decided(client: Client, on: Services) -> None:
    source = "id: nightly\nnamespace: company\ntasks: [{id: wait, type: core.flow.Pause}]\n"
    execution_id = await _waiting(client, on, source)

    with pytest.raises(WrongState, match='task "wait" cannot be denied: it is no Approval'):
        await client.resume_execution(execution_id, decision=DENIED)
    with pytest.raises(InvalidInput, match="keeps a comment"):
        await client.resume_execution(execution_id, comment="fine")


async def test_the_task_resume_approves(client: Client, on: Services) -> None:
    source = APPROVAL.replace("ALWAYS", "ON_DENY")
    execution_id = await _waiting(client, on, source)
    await on.apply(
        "id: other\nnamespace: company\ntasks:\n"
        f"  - {{id: go, type: core.execution.Resume, executionId: {execution_id}, "
        "inputs: {ticket: 3}}\n"
    )

    await on.create("other")

    await _ends(client, execution_id, state_pb2.STATE_SUCCESS)
