"""Batches on the wire."""

from __future__ import annotations

from lanner_coordinator.rpc.convert_act import NUMBERS_OF_ACTS
from lanner_coordinator.rpc.convert_values import STATES, date_out
from lanner_coordinator.runtime.batches.selection import PreviewGroup, Selection
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.store.batch_records import (
    BatchItemRecord,
    BatchOutcome,
    BatchRecord,
    BatchStatus,
)
from lanner_proto.v1 import batch_pb2, state_pb2

_STATUSES = {
    BatchStatus.RUNNING: batch_pb2.Batch.STATUS_RUNNING,
    BatchStatus.PAUSED: batch_pb2.Batch.STATUS_PAUSED,
    BatchStatus.STOPPED: batch_pb2.Batch.STATUS_STOPPED,
    BatchStatus.ENDED: batch_pb2.Batch.STATUS_ENDED,
}

_CONTROLS = {
    batch_pb2.ControlBatchRequest.CONTROL_PAUSE: BatchStatus.PAUSED,
    batch_pb2.ControlBatchRequest.CONTROL_RESUME: BatchStatus.RUNNING,
    batch_pb2.ControlBatchRequest.CONTROL_STOP: BatchStatus.STOPPED,
}

_OUTCOMES = {
    BatchOutcome.WAITING: batch_pb2.BatchItem.OUTCOME_WAITING,
    BatchOutcome.RUNNING: batch_pb2.BatchItem.OUTCOME_RUNNING,
    BatchOutcome.SUCCEEDED: batch_pb2.BatchItem.OUTCOME_SUCCEEDED,
    BatchOutcome.FAILED: batch_pb2.BatchItem.OUTCOME_FAILED,
    BatchOutcome.REFUSED: batch_pb2.BatchItem.OUTCOME_REFUSED,
}
_OUTCOMES_IN = {number: outcome for outcome, number in _OUTCOMES.items()}


def control_in(control: batch_pb2.ControlBatchRequest.Control.ValueType) -> BatchStatus:
    """The status that a client wants.

    Raises:
        InvalidRequest: It names none.
    """
    if control not in _CONTROLS:
        raise InvalidRequest("`control` is missing: pause, resume or stop")
    return _CONTROLS[control]


def outcome_in(outcome: batch_pb2.BatchItem.Outcome.ValueType) -> BatchOutcome | None:
    """The outcome that a client asks for; absent: all."""
    return _OUTCOMES_IN.get(outcome)


def selection_in(selection: batch_pb2.BatchSelection) -> Selection:
    """Which executions a client means."""
    return Selection(
        execution_ids=list(selection.execution_ids),
        filter_text=selection.filter,
        excluded_ids=frozenset(selection.excluded_ids),
    )


def group_out(group: PreviewGroup) -> batch_pb2.BatchGroup:
    """Executions to which one answer applies."""
    return batch_pb2.BatchGroup(
        state=STATES[group.state] if group.state else state_pb2.STATE_UNSPECIFIED,
        count=group.count,
        reason=group.reason,
    )


def batch_out(record: BatchRecord) -> batch_pb2.Batch:
    """One batch."""
    counts = record.counts
    return batch_pb2.Batch(
        id=record.id,
        act=NUMBERS_OF_ACTS[record.act],
        status=_STATUSES[record.status],
        reason=record.reason,
        created_at=date_out(record.created_at),
        ended_at=date_out(record.ended_at),
        total_count=record.total_count,
        running_count=counts.get(BatchOutcome.RUNNING, 0),
        succeeded_count=counts.get(BatchOutcome.SUCCEEDED, 0),
        failed_count=counts.get(BatchOutcome.FAILED, 0),
        refused_count=counts.get(BatchOutcome.REFUSED, 0),
        max_parallel=record.max_parallel,
    )


def item_out(item: BatchItemRecord) -> batch_pb2.BatchItem:
    """One execution of a batch."""
    return batch_pb2.BatchItem(
        execution_id=item.execution_id,
        outcome=_OUTCOMES[item.outcome],
        message=item.message,
    )
