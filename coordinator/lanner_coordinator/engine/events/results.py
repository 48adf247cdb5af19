"""What came of looking for a kept result."""

from __future__ import annotations

from datetime import datetime

import msgspec

from lanner_coordinator.engine.events.base import EventBase
from lanner_coordinator.engine.state import State


class KeptResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A result that was kept.

    Attributes:
        task_run_id: Task run whose result it is.
        state: SUCCESS or WARNING.
        kept_at: When.
        outputs: With the files of them copied for the execution that gets them.
    """

    task_run_id: str
    state: State
    kept_at: datetime
    outputs: dict[str, object] = msgspec.field(default_factory=dict)


class ResultLookedUp(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="looked_up"):
    """Somebody looked whether a result of a task was kept.

    Attributes:
        attempt_id: Whose; ignored when it is not current or was told before.
        key: What a result is kept under; empty: it cannot be kept.
        result: What was found; absent: nothing.
    """

    attempt_id: str
    key: str = ""
    result: KeptResult | None = None
