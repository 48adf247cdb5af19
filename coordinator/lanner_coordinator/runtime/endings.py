"""The ends of attempts as events, with the secrets in them out of sight."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from lanner_coordinator.engine import events
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.types.native_type import NativeMetric, NativeResult, VariableWish
from lanner_coordinator.runtime.encryption import TextCipher, sealed
from lanner_coordinator.runtime.masking import mask, masked_metrics
from lanner_coordinator.runtime.secrets.sealing import encrypted_parts, seal, seal_whole


def native_end(
    attempt_id: str, result: NativeResult, secrets: Collection[str], cipher: TextCipher | None
) -> events.AttemptFinished:
    """The end of an attempt that was run in the coordinator."""
    change = result.variables
    return events.AttemptFinished(
        attempt_id=attempt_id,
        state=State(result.state),
        outputs=seal(result.outputs, secrets, cipher),
        error=mask(result.error, secrets),
        cause="" if result.state != State.FAILED else "task",
        metrics=masked_metrics(map(_metric, result.metrics), secrets),
        labels={name: mask(text, secrets) for name, text in result.labels.items()},
        variables=_change(change, secrets, cipher) if change is not None else None,
        is_exit=result.is_exit,
    )


def without_secrets(
    event: events.AttemptFinished,
    secret_outputs: Collection[str],
    secrets: Collection[str] | None,
    cipher: TextCipher | None,
) -> events.AttemptFinished:
    """The end of an attempt that an agent reports.

    Args:
        event: As reported; what the agent knows is masked in its error already.
        secret_outputs: Names of those outputs that the task type calls secret.
        secrets: What may be in it; absent: nobody knows any more.
        cipher: Absent: nothing can be encrypted.
    """
    outputs = {
        name: sealed(value, cipher) if name in secret_outputs and isinstance(value, str) else value
        for name, value in event.outputs.items()
    }
    outputs = encrypted_parts(outputs, cipher)
    if secrets is None:
        return msgspec.structs.replace(event, outputs=seal_whole(outputs, cipher))
    if outputs == event.outputs and not secrets:
        return event
    return msgspec.structs.replace(
        event,
        outputs=seal(outputs, secrets, cipher),
        error=mask(event.error, secrets),
        metrics=masked_metrics(event.metrics, secrets),
    )


def _metric(metric: NativeMetric) -> events.MetricValue:
    return events.MetricValue(
        name=metric.name, kind=metric.type, value=metric.value, tags=dict(metric.tags)
    )


def _change(
    wish: VariableWish, secrets: Collection[str], cipher: TextCipher | None
) -> events.VariableChange:
    return events.VariableChange(
        values=seal(wish.values, secrets, cipher),
        removed=wish.removed,
        may_replace=wish.may_replace,
        may_be_missing=wish.may_be_missing,
    )
