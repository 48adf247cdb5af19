from __future__ import annotations

import pytest

from lanner_coordinator.rpc.agent_convert import BrokenMessage, incoming, messages_of
from lanner_proto.v1 import agent_pb2


def test_the_messages_of_a_batch_are_taken_one_by_one() -> None:
    accepted = [
        agent_pb2.AgentMessage(
            sequence=number, accepted=agent_pb2.Accepted(attempt_id=f"a{number}")
        )
        for number in (1, 2)
    ]
    batch = agent_pb2.AgentMessage(batch=agent_pb2.AgentBatch(messages=accepted))

    assert list(messages_of(batch)) == accepted
    assert list(messages_of(accepted[0])) == accepted[:1]


def test_a_batch_within_a_batch_has_no_place() -> None:
    inner = agent_pb2.AgentMessage(batch=agent_pb2.AgentBatch())

    with pytest.raises(BrokenMessage, match="a message of kind batch has no place here"):
        incoming(inner)
