"""What happened to an execution: the journal's records.

An execution is the fold of its events by `decide`. Events are facts: they hold every value that
came from outside (dates, rendered values, results), so that the fold is the same at every replay.
They are msgspec structs because the journal writes and reads them by the thousand; fields may be
added with defaults, never renamed or removed.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from lanner_coordinator.engine.event_parts import MetricValue as MetricValue
from lanner_coordinator.engine.event_parts import TriggerInfo as TriggerInfo
from lanner_coordinator.engine.events.acts import EndStateSet as EndStateSet
from lanner_coordinator.engine.events.acts import KillRequested as KillRequested
from lanner_coordinator.engine.events.acts import LabelsSet as LabelsSet
from lanner_coordinator.engine.events.acts import PauseRequested as PauseRequested
from lanner_coordinator.engine.events.acts import Proceeded as Proceeded
from lanner_coordinator.engine.events.acts import RestartRequested as RestartRequested
from lanner_coordinator.engine.events.acts import ResumeRequested as ResumeRequested
from lanner_coordinator.engine.events.acts import TaskRunMarked as TaskRunMarked
from lanner_coordinator.engine.events.attempts import AttemptFellAsleep as AttemptFellAsleep
from lanner_coordinator.engine.events.attempts import AttemptFinished as AttemptFinished
from lanner_coordinator.engine.events.attempts import AttemptLost as AttemptLost
from lanner_coordinator.engine.events.attempts import AttemptReturned as AttemptReturned
from lanner_coordinator.engine.events.attempts import AttemptStarted as AttemptStarted
from lanner_coordinator.engine.events.attempts import AttemptSubmitted as AttemptSubmitted
from lanner_coordinator.engine.events.attempts import AttemptTemplated as AttemptTemplated
from lanner_coordinator.engine.events.attempts import EvaluationFailed as EvaluationFailed
from lanner_coordinator.engine.events.attempts import FolderLost as FolderLost
from lanner_coordinator.engine.events.attempts import TaskRunEvaluated as TaskRunEvaluated
from lanner_coordinator.engine.events.attempts import TimerFired as TimerFired
from lanner_coordinator.engine.events.attempts import VariableChange as VariableChange
from lanner_coordinator.engine.events.begin import ExecutionCreated as ExecutionCreated
from lanner_coordinator.engine.events.begin import ExecutionReplayed as ExecutionReplayed
from lanner_coordinator.engine.events.begin import ExecutionRestored as ExecutionRestored
from lanner_coordinator.engine.events.begin import SlotAnswered as SlotAnswered
from lanner_coordinator.engine.events.begin import StartAllowed as StartAllowed
from lanner_coordinator.engine.events.begin import Verdict as Verdict
from lanner_coordinator.engine.events.children import SubflowEnded as SubflowEnded
from lanner_coordinator.engine.events.children import SubflowReplaced as SubflowReplaced
from lanner_coordinator.engine.events.children import SubflowStarted as SubflowStarted
from lanner_coordinator.engine.events.ending import ListenersChosen as ListenersChosen
from lanner_coordinator.engine.events.ending import OutputsEvaluated as OutputsEvaluated
from lanner_coordinator.engine.events.ending import OutputsFailed as OutputsFailed
from lanner_coordinator.engine.events.ending import SlaBroken as SlaBroken
from lanner_coordinator.engine.events.results import KeptResult as KeptResult
from lanner_coordinator.engine.events.results import ResultLookedUp as ResultLookedUp

Event = (
    ExecutionCreated
    | SlotAnswered
    | StartAllowed
    | TaskRunEvaluated
    | EvaluationFailed
    | ResultLookedUp
    | AttemptSubmitted
    | AttemptReturned
    | AttemptTemplated
    | AttemptStarted
    | AttemptFellAsleep
    | AttemptFinished
    | AttemptLost
    | FolderLost
    | SubflowStarted
    | SubflowEnded
    | SubflowReplaced
    | TimerFired
    | KillRequested
    | RestartRequested
    | PauseRequested
    | ResumeRequested
    | SlaBroken
    | ListenersChosen
    | OutputsEvaluated
    | OutputsFailed
    | ExecutionRestored
    | ExecutionReplayed
    | Proceeded
    | TaskRunMarked
    | EndStateSet
    | LabelsSet
)
"""Everything that can happen to an execution."""


FirstEvent = ExecutionCreated | ExecutionRestored | ExecutionReplayed
"""Events that begin the journal of an execution."""


class RecordedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event in the journal, with the date that `decide` was given.

    Attributes:
        at: Aware, UTC.
        event: What happened.
    """

    at: datetime
    event: Event


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(RecordedEvent)


def encode_event(recorded: RecordedEvent) -> bytes:
    """JSON of a record, one line."""
    return _ENCODER.encode(recorded)


def decode_event(record: bytes | str) -> RecordedEvent:
    """The record of its JSON.

    Raises:
        msgspec.DecodeError: The JSON is not of this version's events.
    """
    return _DECODER.decode(record)
