"""A batch that runs: what becomes of its executions."""

from __future__ import annotations

from datetime import UTC, datetime

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.batches.job import Job
from lanner_coordinator.store.batch_records import (
    BatchItemRecord,
    BatchOutcome,
    BatchRecord,
    BatchStatus,
)
from lanner_coordinator.store.records import ExecutionSummary

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def job_of(act: str, execution_id: str) -> Job:
    record = BatchRecord(
        id="B1",
        act=act,
        status=BatchStatus.RUNNING,
        reason="",
        by="",
        created_at=NOW,
        ended_at=None,
        max_parallel=10,
        total_count=1,
        counts={},
    )
    item = BatchItemRecord(
        batch_id="B1", index=0, execution_id=execution_id, outcome=BatchOutcome.WAITING
    )
    return Job(record, [item], {BatchOutcome.WAITING: 1})


def test_an_execution_that_ends_before_its_resume_is_answered_counts_once() -> None:
    job = job_of("resume", "E1")
    job.begin_next()
    ended = ExecutionSummary(
        id="E1",
        namespace="company",
        flow_id="etl",
        flow_revision=1,
        state=State.SUCCESS,
        created_at=NOW,
    )

    job.end(ended)
    job.succeed("E1")

    assert job.is_over
    assert job.record.counts[BatchOutcome.SUCCEEDED] == 1
