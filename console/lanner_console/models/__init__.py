"""What screens and tables show: frozen views of what the coordinator answers, free of protobuf.

They are msgspec structs: forty dataclasses would cost each command 20 ms of its start.
"""

from __future__ import annotations

from lanner_console.models.batch import (
    NO_DETAILS,
    ActDetails,
    ActOffer,
    BatchAct,
    BatchControl,
    BatchGroup,
    BatchItemRow,
    BatchPreview,
    BatchSelection,
    BatchStatus,
    BatchView,
    Evaluation,
    ItemOutcome,
)
from lanner_console.models.execution import (
    AttemptRow,
    ExecutionDetail,
    ExecutionRow,
    ExecutionUpdate,
    MetricValue,
    PauseRow,
    StateChange,
    TaskRunRow,
    applied,
)
from lanner_console.models.file import FileRow
from lanner_console.models.flow import (
    AppliedFlow,
    FlowCheck,
    FlowDeletion,
    FlowDetail,
    FlowProblem,
    FlowRow,
    FlowText,
    InputField,
    RevisionRow,
    TaskNode,
)
from lanner_console.models.key_value import KeyValueRow
from lanner_console.models.log import LogLine, LogQuery
from lanner_console.models.page import Page
from lanner_console.models.review import CommentRule, Decision, ReviewRow
from lanner_console.models.secret import SecretRow
from lanner_console.models.server import AgentRow, AgentStatus, ServerStatus
from lanner_console.models.state import LogLevel, State
from lanner_console.models.template import TemplateRow
from lanner_console.models.trigger import BackfillView, TriggerKey, TriggerRow

__all__ = [
    "NO_DETAILS",
    "ActDetails",
    "ActOffer",
    "AgentRow",
    "AgentStatus",
    "AppliedFlow",
    "AttemptRow",
    "BackfillView",
    "BatchAct",
    "BatchControl",
    "BatchGroup",
    "BatchItemRow",
    "BatchPreview",
    "BatchSelection",
    "BatchStatus",
    "BatchView",
    "CommentRule",
    "Decision",
    "Evaluation",
    "ExecutionDetail",
    "ExecutionRow",
    "ExecutionUpdate",
    "FileRow",
    "FlowCheck",
    "FlowDeletion",
    "FlowDetail",
    "FlowProblem",
    "FlowRow",
    "FlowText",
    "InputField",
    "ItemOutcome",
    "KeyValueRow",
    "LogLevel",
    "LogLine",
    "LogQuery",
    "MetricValue",
    "Page",
    "PauseRow",
    "ReviewRow",
    "RevisionRow",
    "SecretRow",
    "ServerStatus",
    "State",
    "StateChange",
    "TaskNode",
    "TaskRunRow",
    "TemplateRow",
    "TriggerKey",
    "TriggerRow",
    "applied",
]
