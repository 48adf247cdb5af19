"""Batches."""

from __future__ import annotations

from lanner_console.models import (
    ActDetails,
    BatchAct,
    BatchControl,
    BatchGroup,
    BatchItemRow,
    BatchPreview,
    BatchSelection,
    BatchStatus,
    BatchView,
    ItemOutcome,
    Page,
)
from lanner_console.wire.state import NUMBER_OF_STATE, instant, state
from lanner_proto.v1 import batch_pb2, state_pb2
from lanner_proto.values import to_struct

NUMBER_OF_ACT = {act: batch_pb2.BatchAct.Value(f"BATCH_ACT_{act.value}") for act in BatchAct}
ACT_OF_NUMBER = {number: act for act, number in NUMBER_OF_ACT.items()}
STATUSES = {
    batch_pb2.Batch.STATUS_RUNNING: BatchStatus.RUNNING,
    batch_pb2.Batch.STATUS_PAUSED: BatchStatus.PAUSED,
    batch_pb2.Batch.STATUS_STOPPED: BatchStatus.STOPPED,
    batch_pb2.Batch.STATUS_ENDED: BatchStatus.ENDED,
}
NUMBER_OF_CONTROL = {
    BatchControl.PAUSE: batch_pb2.ControlBatchRequest.CONTROL_PAUSE,
    BatchControl.RESUME: batch_pb2.ControlBatchRequest.CONTROL_RESUME,
    BatchControl.STOP: batch_pb2.ControlBatchRequest.CONTROL_STOP,
}
NUMBER_OF_OUTCOME = {
    ItemOutcome.WAITING: batch_pb2.BatchItem.OUTCOME_WAITING,
    ItemOutcome.RUNNING: batch_pb2.BatchItem.OUTCOME_RUNNING,
    ItemOutcome.SUCCEEDED: batch_pb2.BatchItem.OUTCOME_SUCCEEDED,
    ItemOutcome.FAILED: batch_pb2.BatchItem.OUTCOME_FAILED,
    ItemOutcome.REFUSED: batch_pb2.BatchItem.OUTCOME_REFUSED,
}
OUTCOME_OF_NUMBER = {number: outcome for outcome, number in NUMBER_OF_OUTCOME.items()}


def selection_message(selection: BatchSelection) -> batch_pb2.BatchSelection:
    """A selection for the wire."""
    return batch_pb2.BatchSelection(
        execution_ids=selection.execution_ids,
        filter=selection.filter_text,
        excluded_ids=selection.excluded_ids,
    )


def details_message(details: ActDetails) -> batch_pb2.ActDetails:
    """What else an act needs to know, for the wire."""
    return batch_pb2.ActDetails(
        state=NUMBER_OF_STATE[details.state] if details.state else state_pb2.STATE_UNSPECIFIED,
        labels=details.labels,
        removed_labels=details.removed_labels,
        replaces_labels=details.replaces_labels,
        revision=details.revision,
        task_run=details.task_run,
        inputs=to_struct(details.inputs),
    )


def preview(message: batch_pb2.PreviewBatchResponse) -> BatchPreview:
    """What a batch would do."""
    groups = tuple(
        BatchGroup(state=state(group.state), count=group.count, reason=group.reason)
        for group in message.groups
    )
    return BatchPreview(
        eligible_count=message.eligible_count, refused_count=message.refused_count, groups=groups
    )


def view(message: batch_pb2.Batch) -> BatchView:
    """A batch."""
    return BatchView(
        id=message.id,
        act=ACT_OF_NUMBER.get(message.act, BatchAct.RETRY),
        status=STATUSES.get(message.status, BatchStatus.UNKNOWN),
        reason=message.reason,
        created_at=instant(message.created_at, is_set=message.HasField("created_at")),
        ended_at=instant(message.ended_at, is_set=message.HasField("ended_at")),
        total_count=message.total_count,
        running_count=message.running_count,
        succeeded_count=message.succeeded_count,
        failed_count=message.failed_count,
        refused_count=message.refused_count,
        max_parallel=message.max_parallel,
    )


def page(message: batch_pb2.ListBatchesResponse) -> Page[BatchView]:
    """A page of the list of batches."""
    return Page(rows=tuple(map(view, message.batches)), total_count=message.total_count)


def item(message: batch_pb2.BatchItem) -> BatchItemRow:
    """One execution of a batch."""
    return BatchItemRow(
        execution_id=message.execution_id,
        outcome=OUTCOME_OF_NUMBER.get(message.outcome, ItemOutcome.UNKNOWN),
        message=message.message,
    )


def item_page(message: batch_pb2.ListBatchItemsResponse) -> Page[BatchItemRow]:
    """A page of the items of a batch."""
    return Page(rows=tuple(map(item, message.items)), total_count=message.total_count)
