from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.duration_pb2 import Duration

from lanner_agent.errors import ProtocolViolation
from lanner_agent.ids import AttemptId
from lanner_agent.orders import AgentLostPolicy, Assign, Cancel, CancelReason, Unknown
from lanner_agent.reports import EndState, Finished, LogLine, Logs
from lanner_agent.tasks.contract import FailureCause, LogLevel
from lanner_agent.wire.decoding import decode
from lanner_agent.wire.encoding import batched, encode_ack, encode_report, numbered
from lanner_proto.v1 import agent_pb2, state_pb2

ATTEMPT = AttemptId("attempt-1")
AT = datetime(2026, 1, 5, 6, 7, 8, 123_456, tzinfo=UTC)


def assign_message(**changes: object) -> agent_pb2.CoordinatorMessage:
    fields: dict[str, object] = {"attempt_id": ATTEMPT, "type": "test.Echo", **changes}
    assign = agent_pb2.Assign(**fields)  # type: ignore[arg-type]  # as the fields are
    return agent_pb2.CoordinatorMessage(sequence=1, assign=assign)


def assigned(**changes: object) -> Assign:
    _, content = decode(assign_message(**changes))
    assert isinstance(content, Assign)
    return content


def test_a_numbered_report_is_a_whole_message() -> None:
    report = Finished(
        attempt_id=ATTEMPT,
        state=EndState.FAILED,
        outputs=b"{}",
        error="It failed.",
        cause=FailureCause.TIMEOUT,
        at=AT,
        last_line=7,
    )

    message = agent_pb2.AgentMessage.FromString(numbered(9, encode_report(report)))

    assert message.sequence == 9
    assert message.finished.state == state_pb2.STATE_FAILED
    assert message.finished.cause == agent_pb2.Finished.CAUSE_TIMEOUT
    assert message.finished.at.ToDatetime(UTC) == AT
    assert (message.finished.error, message.finished.last_line) == ("It failed.", 7)


def test_log_lines_keep_time_and_level() -> None:
    line = LogLine(at=AT, level=LogLevel.WARN, text="careful")
    report = Logs(attempt_id=ATTEMPT, first_line=5, lines=[line], dropped_count=2)

    logs = agent_pb2.AgentMessage.FromString(encode_report(report)).logs

    assert (logs.first_line, logs.dropped_count) == (5, 2)
    assert logs.lines[0].at.ToDatetime(UTC) == AT
    assert logs.lines[0].level == state_pb2.LOG_LEVEL_WARN


def test_an_absent_timeout_is_never() -> None:
    assert assigned().timeout is None
    assert assigned(timeout=Duration(seconds=90)).timeout == timedelta(seconds=90)


def test_a_max_disconnect_of_nothing_is_not_the_default() -> None:
    assert assigned().max_disconnect == timedelta(minutes=5)
    assert assigned(max_disconnect=Duration()).max_disconnect == timedelta()


def test_an_unspecified_policy_is_the_one_that_fences() -> None:
    assert assigned().on_agent_lost is AgentLostPolicy.RETRY


def test_secrets_do_not_show_in_the_text_of_an_order() -> None:
    order = assigned(properties=b'{"p":"hunter2"}', secrets=["hunter2"], credential="hunter2")

    assert "hunter2" not in repr(order)


@pytest.mark.parametrize("attempt_id", ["", "..", "../up", "a/b", "-a", "x" * 129, "a b"])
def test_an_attempt_id_that_is_no_plain_name_breaks_the_rules(attempt_id: str) -> None:
    with pytest.raises(ProtocolViolation, match="is no attempt id"):
        assigned(attempt_id=attempt_id)


def test_an_order_without_a_number_breaks_the_rules() -> None:
    message = assign_message()
    message.sequence = 0

    with pytest.raises(ProtocolViolation, match="came without a number"):
        decode(message)


def test_an_answer_with_a_number_breaks_the_rules() -> None:
    with pytest.raises(ProtocolViolation, match="came with a number"):
        decode(agent_pb2.CoordinatorMessage(sequence=3, ack=agent_pb2.Ack(sequence=1)))


def test_a_message_of_a_later_version_is_taken_and_ignored() -> None:
    assert decode(agent_pb2.CoordinatorMessage(sequence=3)) == (3, Unknown())


def test_an_unspecified_cancel_is_a_kill() -> None:
    cancel = agent_pb2.Cancel(attempt_id=ATTEMPT, grace=Duration(seconds=3))

    _, content = decode(agent_pb2.CoordinatorMessage(sequence=1, cancel=cancel))

    assert content == Cancel(
        attempt_id=ATTEMPT, reason=CancelReason.KILLED, grace=timedelta(seconds=3)
    )


@pytest.mark.parametrize("length", [0, 100, 127, 128, 20_000, 3_000_000])
def test_messages_of_a_batch_come_out_as_they_went_in(length: int) -> None:
    long = encode_report(
        Finished(
            attempt_id=ATTEMPT,
            state=EndState.SUCCESS,
            outputs=b'{"text":"%s"}' % (b"x" * length),
            error="",
            cause=None,
            at=AT,
            last_line=0,
        )
    )
    messages = [numbered(8, long), encode_ack(3), numbered(9, long)]

    batch = agent_pb2.AgentMessage.FromString(batched(messages))

    assert batch.WhichOneof("message") == "batch"
    assert list(batch.batch.messages) == [agent_pb2.AgentMessage.FromString(m) for m in messages]
