"""Flows, their inputs and what is wrong with their sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import field

from lanner_console.models.state import State


class FlowText(msgspec.Struct, frozen=True, kw_only=True):
    """A source to be checked or applied.

    Attributes:
        name: For messages, for example the file's path.
        source: YAML text.
        if_revision: Revision that must be the current one; absent: any; 0: no such flow yet.
    """

    name: str
    source: str
    if_revision: int | None = None


class FlowDeletion(msgspec.Struct, frozen=True, kw_only=True):
    """A flow to be deleted together with applying others.

    Attributes:
        namespace: Of the flow.
        flow_id: Of the flow.
        if_revision: Revision that must be the current one.
    """

    namespace: str
    flow_id: str
    if_revision: int


class FlowProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One finding about a source.

    Attributes:
        is_error: Whether the flow cannot be stored; otherwise it is a warning.
        code: Stable, `LNR012`.
        message: A sentence.
        hint: What to do about it; may be empty.
        line: From 1; 0: the whole document.
        column: From 1.
        length: Characters from `column` on.
        path: Where in the flow, `tasks[1].timeout`; may be empty.
    """

    is_error: bool
    code: str
    message: str
    hint: str = ""
    line: int = 0
    column: int = 0
    length: int = 0
    path: str = ""


class FlowCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What the coordinator found in one source.

    Attributes:
        name: Of the source.
        namespace: Empty where the source does not get as far.
        flow_id: Empty where the source does not get as far.
        problems: In order of the source.
    """

    name: str
    namespace: str
    flow_id: str
    problems: tuple[FlowProblem, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether the flow can be stored."""
        return not any(problem.is_error for problem in self.problems)


class AppliedFlow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one source.

    Attributes:
        name: Of the source.
        namespace: Of the flow.
        flow_id: Of the flow.
        revision: The one that is current afterwards.
        change: `created`, `updated`, `unchanged` or `deleted`.
        warnings: About the source.
    """

    name: str
    namespace: str
    flow_id: str
    revision: int
    change: str
    warnings: tuple[FlowProblem, ...] = ()


class FlowRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a list shows of a flow.

    Attributes:
        namespace: Of the flow.
        flow_id: Of the flow.
        revision: The newest.
        description: Markdown; may be empty.
        is_disabled: Whether it starts no executions.
        labels: By key.
        applied_at: When this revision was applied.
        trigger_ids: In order of the source.
        last_state: Of its newest execution; absent: never run.
        last_started_at: Of its newest execution; absent: never run.
        next_at: Earliest date of its schedules; absent: none.
    """

    namespace: str
    flow_id: str
    revision: int
    description: str = ""
    is_disabled: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    applied_at: datetime | None = None
    trigger_ids: tuple[str, ...] = ()
    last_state: State | None = None
    last_started_at: datetime | None = None
    next_at: datetime | None = None


class InputField(msgspec.Struct, frozen=True, kw_only=True):
    """An input, as a form needs it.

    Attributes:
        id: Of the input.
        type: `STRING`, `INT`, `FLOAT`, `BOOLEAN`, `DATETIME`, `FILE`, `JSON`, `SELECT` …
        display_name: Empty: the id.
        description: May be empty.
        is_required: Whether it must be given.
        default_value: As text; absent: none.
        values: Choices of a SELECT.
        form: Title of the group that it stands in; empty: none.
    """

    id: str
    type: str
    display_name: str = ""
    description: str = ""
    is_required: bool = False
    default_value: str | None = None
    values: tuple[str, ...] = ()
    form: str = ""


class TaskNode(msgspec.Struct, frozen=True, kw_only=True):
    """A task in the drawing of a flow.

    Attributes:
        id: Of the task.
        type: Canonical name of the task type.
        parent_id: Task that holds it; empty: the flow itself.
        branch: `tasks`, `errors`, `then`, `else` …
        line: Of the source, from 1.
    """

    id: str
    type: str
    parent_id: str = ""
    branch: str = "tasks"
    line: int = 0


class FlowDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of a flow.

    Attributes:
        namespace: Of the flow.
        flow_id: Of the flow.
        revision: This one.
        description: Markdown; may be empty.
        is_disabled: Whether it starts no executions.
        labels: By key.
        source: YAML, as it was applied, to the letter.
        inputs: In order of the source.
        trigger_ids: In order of the source.
        applied_at: When this revision was applied.
        tasks: Every task, in order of the source.
    """

    namespace: str
    flow_id: str
    revision: int
    description: str = ""
    is_disabled: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    inputs: tuple[InputField, ...] = ()
    trigger_ids: tuple[str, ...] = ()
    applied_at: datetime | None = None
    tasks: tuple[TaskNode, ...] = ()


class RevisionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One applied change of a flow.

    Attributes:
        revision: From 1.
        applied_at: When.
        applied_by: A token's name, or `uid 1000` on the Unix socket.
    """

    revision: int
    applied_at: datetime | None
    applied_by: str = ""
