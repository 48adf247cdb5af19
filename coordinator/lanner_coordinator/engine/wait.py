"""What a flowable waits for when it has begun and no child of it runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec


class WaitKind(StrEnum):
    """What ends a wait."""

    PAUSE = "pause"
    """A person or service; or its date, if it has one."""
    TIME = "time"
    """Its date."""
    CHECK = "check"
    """The evaluation of what the control asks for."""


class WaitAnswer(StrEnum):
    """What follows when a wait ends."""

    RESUME = "RESUME"
    """The flowable goes on."""
    WARN = "WARN"
    """It ends with a warning."""
    FAIL = "FAIL"
    """It fails."""
    CANCEL = "CANCEL"
    """It ends CANCELLED, and with it what is above."""


class Wait(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One wait of a container. It counts as a child that runs.

    Attributes:
        kind: What ends it.
        number: From 1 within the container, which tells its timer from earlier ones; 0: its control
            wants it and the step has not set it up yet.
        duration: How long at most; absent: for ever, or until the evaluation is there.
        until: The date that comes of it.
        answer: What follows when its date comes.
        error: Why it fails then; a sentence.
    """

    kind: WaitKind
    number: int = 0
    duration: timedelta | None = None
    until: datetime | None = None
    answer: WaitAnswer = WaitAnswer.RESUME
    error: str = ""


def wait_timer(run_id: str, wait: Wait) -> str:
    """Id of the timer of a wait."""
    return f"wait:{run_id}:{wait.number}"
