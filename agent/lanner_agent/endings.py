"""How an attempt ended: from what its task returned or raised to what is reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from lanner_agent.errors import ImageUnavailable, RunnerUnavailable
from lanner_agent.ids import AttemptId
from lanner_agent.masking import Masker
from lanner_agent.metrics import masked_metric
from lanner_agent.reports import EndState, Finished, Metric
from lanner_agent.sealing import sealed_for
from lanner_agent.stops import Ending
from lanner_agent.tasks.contract import FailureCause, TaskFailed, TaskResult

# A report travels as one message; larger values belong into artifact storage.
MAX_OUTPUTS_BYTES = 4 * 1024 * 1024
MAX_ERROR_LENGTH = 16 * 1024

_encode = msgspec.json.Encoder().encode


def of_result(result: TaskResult) -> Ending:
    """The end of a task that did its work."""
    state = EndState.WARNING if result.is_warning else EndState.SUCCESS
    return Ending(state=state, outputs=dict(result.outputs))


def of_error(error: Exception) -> Ending:
    """The end of a task that raised."""
    if isinstance(error, TaskFailed):
        return Ending(
            state=EndState.FAILED,
            cause=error.cause,
            error=error.message,
            outputs=dict(error.outputs),
        )
    text = str(error) or type(error).__name__
    return Ending(state=EndState.FAILED, cause=cause_of(error), error=text)


def cause_of(error: Exception) -> FailureCause:
    """Why a command could not be run or watched."""
    match error:
        case ImageUnavailable():
            return FailureCause.IMAGE
        case RunnerUnavailable():
            return FailureCause.CONTAINER_ENGINE
        case _:
            return FailureCause.TASK


def report_of(
    ending: Ending,
    *,
    attempt_id: AttemptId,
    at: datetime,
    metrics: Sequence[Metric],
    last_line: int,
    masker: Masker,
    outputs_key: bytes = b"",
    secret_outputs: frozenset[str] = frozenset(),
    log_file: str = "",
) -> Finished:
    """The report of an end; outputs that cannot be sent make it a failure.

    Args:
        ending: How it ended.
        attempt_id: Which attempt.
        at: When.
        metrics: What it published.
        last_line: Number of its last log line.
        masker: Its secrets.
        outputs_key: To seal outputs with that may have secrets in them; empty: there is none.
        secret_outputs: Names of outputs that are secrets whatever is in them.
        log_file: URI of the file with its log; empty: its lines were sent.
    """
    try:
        outputs = _encode(ending.outputs)
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        ending, outputs = _failed(f"The task's outputs are no JSON: {error}."), b"{}"
    if len(outputs) > MAX_OUTPUTS_BYTES:
        ending = _failed(
            f"The task's outputs take {len(outputs)} bytes; at most {MAX_OUTPUTS_BYTES} can be"
            " sent. Store larger values as files."
        )
        outputs = b"{}"
    is_secret = masker.hides_anything or any(
        ending.outputs.get(name) is not None for name in secret_outputs
    )
    is_sealed = bool(outputs_key and ending.outputs and is_secret)
    return Finished(
        attempt_id=attempt_id,
        state=ending.state,
        outputs=b"" if is_sealed else outputs,
        sealed_outputs=sealed_for(outputs_key, outputs, attempt_id) if is_sealed else b"",
        error=masker.mask(ending.error)[:MAX_ERROR_LENGTH],
        cause=ending.cause,
        at=at,
        metrics=[masked_metric(metric, masker) for metric in metrics],
        last_line=last_line,
        log_file=log_file,
    )


def _failed(error: str) -> Ending:
    return Ending(state=EndState.FAILED, cause=FailureCause.TASK, error=error)
