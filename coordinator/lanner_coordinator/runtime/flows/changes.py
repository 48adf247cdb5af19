"""What is asked of the flows, what is answered, and the seam to whoever keeps their triggers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from lanner_coordinator.flow.diagnostics import Problem
from lanner_coordinator.flow.model import Flow
from lanner_coordinator.store.trigger_records import TriggerRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenSource:
    """A source that somebody gives.

    Attributes:
        name: For messages, such as a file's path; may be empty.
        text: YAML.
        if_revision: Revision that must be current; 0: the flow must not exist; absent: any.
    """

    name: str
    text: str
    if_revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDeletion:
    """A flow that somebody deletes together with applying others.

    Attributes:
        namespace: Of the flow.
        flow_id: Of the flow.
        if_revision: Revision that must be current; absent: any.
    """

    namespace: str
    flow_id: str
    if_revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """What is wrong with a source.

    Attributes:
        name: As given.
        namespace: Of the flow; empty where the source has errors.
        flow_id: Of the flow; empty likewise.
        problems: In order of the source.
    """

    name: str
    namespace: str
    flow_id: str
    problems: Sequence[Problem]


class Change(StrEnum):
    """What an applied source does to its flow."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedFlow:
    """What became of one source.

    Attributes:
        name: As given.
        namespace: Of the flow.
        flow_id: Of the flow.
        revision: The current one afterwards.
        change: What was done.
        problems: Warnings.
    """

    name: str
    namespace: str
    flow_id: str
    revision: int
    change: Change
    problems: Sequence[Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowChange:
    """A flow on its way from one revision to the next.

    Attributes:
        namespace: Of the flow.
        flow_id: Of the flow.
        before: Absent: it did not exist, or could not be read any more.
        after: Absent: it is deleted.
    """

    namespace: str
    flow_id: str
    before: Flow | None
    after: Flow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerChanges:
    """What changes of flows mean to the records of their triggers.

    Attributes:
        changed: Records to replace or add.
        removed: Keys (namespace, flow id, trigger id) to forget.
    """

    changed: Sequence[TriggerRecord] = ()
    removed: Sequence[tuple[str, str, str]] = ()


class TriggerKeeper(Protocol):
    """Keeps what must be remembered of triggers."""

    def changing(
        self, changes: Sequence[FlowChange]
    ) -> AbstractAsyncContextManager[TriggerChanges]:
        """Hold the triggers of these flows while their new records are committed.

        The caller commits what it is given, together with the flows, before it leaves the context.
        When it leaves without an error, the records count; otherwise nothing has changed.
        """

    def next_at(self, namespace: str, flow_id: str) -> datetime | None:
        """Earliest next date of a flow's schedules; absent: none."""
