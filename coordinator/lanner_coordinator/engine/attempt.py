"""One try of a task run."""

from __future__ import annotations

from datetime import datetime

import msgspec

from lanner_coordinator.engine.children import Children
from lanner_coordinator.engine.event_parts import MetricValue
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import TaskKind


class Attempt(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """One try of a task run.

    Attributes:
        id: The fencing token: id of the task run and number.
        number: From 1; restarts go on counting.
        state: CREATED, SUBMITTED, RUNNING, or how it ended.
        agent_id: Agent that holds it; empty: none yet, or the coordinator.
        runner: Where it runs, for people.
        submitted_at: When an agent was chosen.
        started_at: When its work began.
        ended_at: When it ended.
        error: A sentence; empty: none.
        cause: Why it failed, in the words of the agent protocol.
        metrics: What it measured.
        is_lost: It ended with its agent and does not count for the retry rule.
        wakes_at: When it ends by itself, in the engine; absent: its work is done elsewhere.
        children: Executions that do its work; absent: it started none.
        restarted_ids: Children of the attempt before that a restart goes on with, by index.
        task_type: Type of the task that the text of a templated one says; empty: not known yet, or
            not templated.
        task_kind: Where the work of that type is done.
        result_key: What its result is kept under, empty: it is not kept; absent: nobody has looked
            yet whether there is a result already.
        log_file: URI of the file with its log; empty: its lines are in the execution's log.
        result_of: Task run whose kept result is its own; empty: it did its work itself.
    """

    id: str
    number: int
    state: State = State.CREATED
    agent_id: str = ""
    runner: str = ""
    submitted_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: str = ""
    cause: str = ""
    metrics: list[MetricValue] = []
    is_lost: bool = False
    wakes_at: datetime | None = None
    children: Children | None = None
    restarted_ids: list[str] = []
    task_type: str = ""
    task_kind: TaskKind | None = None
    result_key: str | None = None
    result_of: str = ""
    log_file: str = ""
