"""When a failed task is tried again (flow language 1.5).

The exponential delay is `interval * factor^(n-1)` for the n-th retry, bounded by `maxInterval`:
Kestra's first retry after 0 s was a bug, mended there too. The random delay is drawn from the
attempt's own id, so that a replay draws the same one.
"""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from lanner_coordinator.engine.execution import Execution, TaskRun
from lanner_coordinator.flow.model import Retry, RetryType

_DRAW_RANGE = 2**32


def next_attempt_at(retry: Retry, run: TaskRun, now: datetime) -> datetime | None:
    """When the next attempt of a task run starts whose last one failed now; absent.

    It failed for good.
    """
    counted = run.counted_attempts
    if retry.max_attempts is not None and len(counted) >= retry.max_attempts:
        return None
    at = now + _delay(retry, len(counted), run.attempts[-1].id)
    if retry.max_duration is not None:
        first_at = counted[0].started_at or counted[0].ended_at or now
        if at > first_at + retry.max_duration:
            return None
    return at


def next_execution_at(
    retry: Retry, execution: Execution, run: TaskRun, now: datetime
) -> datetime | None:
    """When a new execution takes the place of one in which a task failed now; absent.

    It failed for good. Executions are counted in place of attempts.
    """
    if retry.max_attempts is not None and execution.attempt_number >= retry.max_attempts:
        return None
    at = now + _delay(retry, execution.attempt_number, run.attempts[-1].id)
    first_at = execution.first_created_at or execution.created_at
    if retry.max_duration is not None and at > first_at + retry.max_duration:
        return None
    return at


def _delay(retry: Retry, failure_count: int, attempt_id: str) -> timedelta:
    match retry.type:
        case RetryType.CONSTANT:
            return retry.interval
        case RetryType.EXPONENTIAL:
            return _exponential_delay(retry, failure_count)
        case RetryType.RANDOM:
            spread = (retry.max_interval or retry.interval) - retry.interval
            return retry.interval + spread * (zlib.crc32(attempt_id.encode()) / _DRAW_RANGE)


def _exponential_delay(retry: Retry, failure_count: int) -> timedelta:
    bound = retry.max_interval or timedelta.max
    try:
        return min(retry.interval * retry.delay_factor ** (failure_count - 1), bound)
    except OverflowError:
        return bound if retry.max_interval else timedelta(days=36_500)
