"""One attempt before it runs: what is remembered of it, and the code that does its work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lanner_agent.attempt_context import AttemptContext
from lanner_agent.attempt_record import AttemptRecord
from lanner_agent.masking import Masker
from lanner_agent.spool_record import Progress
from lanner_agent.tasks.contract import TaskResult

Work = Callable[[AttemptContext], Awaitable[TaskResult]]
"""The task type's own code, for a new attempt or for one that is gone on with."""

Adopt = Callable[[AttemptContext], Awaitable[None]]
"""Finds the command of an earlier boot again, only to have it removed with the attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What one attempt is and does.

    Attributes:
        record: What is remembered of it.
        work: The task type's code.
        variables: What scripts see beside their properties.
        masker: Its secrets.
        secrets: The same, to be kept for a restart.
        secret_outputs: Names of outputs that its type calls secret.
        shipped: How far its logs are, from before a restart.
        may_resume: Its type can go on with a command that was found again.
        adopt: For an attempt that is ended before its command was found again; absent: it has none
            from an earlier boot.
    """

    record: AttemptRecord
    work: Work
    variables: Mapping[str, object] = field(default_factory=dict, repr=False)
    masker: Masker
    secrets: Sequence[str] = field(default=(), repr=False)
    secret_outputs: frozenset[str] = frozenset()
    shipped: Progress = field(default_factory=Progress)
    may_resume: bool
    adopt: Adopt | None = None
