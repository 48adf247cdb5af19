"""Answers of a coordinator that is newer than this console."""

from __future__ import annotations

from lanner_console.models import AgentStatus, BatchStatus, ItemOutcome, LogLevel, State
from lanner_console.wire import batch, execution, flow, log, server
from lanner_proto.v1 import batch_pb2, execution_pb2, flow_pb2, log_pb2, server_pb2

SUMMARY_STATE = b"\x28\xe7\x07"  # field 5, the state, is 999


def test_a_state_that_is_not_known_is_unknown() -> None:
    message = execution_pb2.ExecutionSummary.FromString(SUMMARY_STATE)

    assert execution.row(message).state is State.UNKNOWN


def test_other_words_that_are_not_known_do_no_harm() -> None:
    agent = server_pb2.Agent.FromString(b"\x10\xe7\x07")
    one_batch = batch_pb2.Batch.FromString(b"\x18\xe7\x07")
    item = batch_pb2.BatchItem.FromString(b"\x10\xe7\x07")
    line = log_pb2.LogEntry.FromString(b"\x18\xe7\x07")
    applied = flow_pb2.AppliedFlow.FromString(b"\x28\xe7\x07")

    assert server.agent(agent).status is AgentStatus.UNKNOWN
    assert batch.view(one_batch).status is BatchStatus.UNKNOWN
    assert batch.item(item).outcome is ItemOutcome.UNKNOWN
    assert log.line(line).level is LogLevel.INFO
    assert flow.applied_flow(applied).change == "applied"


def test_what_is_absent_stays_absent() -> None:
    row = execution.row(execution_pb2.ExecutionSummary(id="e1"))
    run = execution.task_run(execution_pb2.TaskRun(id="r1"))
    field = flow.input_field(flow_pb2.Input(id="day"))

    assert (row.started_at, row.ended_at) == (None, None)
    assert run.value is None
    assert field.default_value is None


def test_an_empty_value_is_not_an_absent_one() -> None:
    run = execution.task_run(execution_pb2.TaskRun(id="r1", value=""))
    field = flow.input_field(flow_pb2.Input(id="day", default_value=""))

    assert (run.value, field.default_value) == ("", "")
