"""What the store keeps: one frozen record for each row that callers see. Dates are aware, UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lanner_coordinator.engine.state import State
from lanner_coordinator.store.batch_records import (
    BatchItemRecord,
    BatchRecord,
)
from lanner_coordinator.store.namespace_records import NamespaceFileRecord, NamespaceRecord
from lanner_coordinator.store.result_records import ResultRecord
from lanner_coordinator.store.secret_records import DataKeyRecord, SecretRecord
from lanner_coordinator.store.template_records import TemplateRecord
from lanner_coordinator.store.trigger_records import (
    TriggerRecord,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRecord:
    """One revision of a flow.

    Attributes:
        namespace: Of the flow.
        flow_id: Unique in the namespace.
        revision: From 1, without gaps but where old ones were removed.
        source: YAML text, to the letter.
        applied_at: When.
        applied_by: Who.
        is_deleted: The revision that says that the flow is gone; its source is the last one.
    """

    namespace: str
    flow_id: str
    revision: int
    source: str
    applied_at: datetime
    applied_by: str
    is_deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRecord:
    """One event of a live execution.

    Attributes:
        execution_id: Whose.
        sequence: From 1 for each execution, without gaps.
        record: JSON, as `encode_event` writes it.
    """

    execution_id: str
    sequence: int
    record: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionSummary:
    """What lists and filters see of an execution, live or ended.

    Attributes:
        id: Time-ordered: ids sort as their dates of creation.
        namespace: Of the flow.
        flow_id: Of the flow.
        flow_revision: Of the flow.
        state: Now.
        created_at: When it was asked for.
        started_at: When its first task run started; absent: not yet.
        ended_at: When it ended; absent: not yet.
        attempt_number: 1, and one more for each restart.
        labels: Its labels.
        trigger: `manual`, `schedule`, `backfill`, `webhook`, `flow`, `polling`, `subflow`.
        failed_task_id: Task that failed first; empty: none.
        error: First line of that failure; empty: none.
        task_run_count: Task runs so far.
        ended_task_run_count: Of those, the ended ones.
    """

    id: str
    namespace: str
    flow_id: str
    flow_revision: int
    state: State
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    attempt_number: int = 1
    labels: Mapping[str, str] = field(default_factory=dict)
    trigger: str = "manual"
    failed_task_id: str = ""
    error: str = ""
    task_run_count: int = 0
    ended_task_run_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRunRecord:
    """One ended task run, for queries over history.

    Attributes:
        execution_id: Whose.
        id: Of the task run.
        task_id: Of the task in the flow.
        type: Canonical name of the task type.
        parent_id: Task run above; empty: none.
        value: Value of the iteration; absent: not in a loop.
        state: At the end.
        attempt_count: How many attempts it took.
        agent_id: Agent of the last attempt; empty: the coordinator.
        created_at: When it came to be.
        started_at: When its first attempt started; absent: never.
        ended_at: When it ended.
        error: First line of its failure; empty: none.
    """

    execution_id: str
    id: str
    task_id: str
    type: str
    parent_id: str
    value: str | None
    state: State
    attempt_count: int
    agent_id: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedExecution:
    """An ended execution.

    Attributes:
        summary: What lists see.
        snapshot: JSON of all of it, as the engine's `snapshot` writes it.
        journal_sequence: Last event that the snapshot includes; journal records up to it are dead.
    """

    summary: ExecutionSummary
    snapshot: bytes
    journal_sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord:
    """One log line.

    Attributes:
        position: Grows with every line in the store, in order of commit; given by the caller.
        execution_id: Whose.
        task_run_id: Whose; empty: a line of the execution itself.
        task_id: Whose; empty likewise.
        attempt_id: Whose; empty likewise.
        attempt_number: From 1; 0: no attempt's.
        line: Number of the line in its attempt, from 1; 0: written by the coordinator.
        at: When it was written.
        level: TRACE, DEBUG, INFO, WARN or ERROR.
        text: One line, secrets masked.
        is_late: The attempt was not current any more.
    """

    position: int
    execution_id: str
    task_run_id: str
    task_id: str
    attempt_id: str
    attempt_number: int
    line: int
    at: datetime
    level: str
    text: str
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """Which lines of one execution.

    Attributes:
        execution_id: Whose.
        task_id: Empty: all tasks.
        task_run_id: Empty: all task runs.
        min_level: Lines of this level and above.
        text: Part of the text, case-insensitive; empty: all.
    """

    execution_id: str
    task_id: str = ""
    task_run_id: str = ""
    min_level: str = "TRACE"
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPurge:
    """Lines to drop; what is absent or empty does not matter.

    Attributes:
        namespace: Of archived executions in it or, without `flow_id`, below it.
        flow_id: Of archived executions of this flow.
        execution_ids: Of these executions, archived or not.
        levels: Of these levels.
        since: Not before.
        until: Not after.
    """

    namespace: str = ""
    flow_id: str = ""
    execution_ids: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotChange:
    """Another snapshot for an archived execution.

    Attributes:
        execution_id: Whose.
        before: What is archived, to the letter; where it is not, nothing is changed.
        after: What takes its place.
    """

    execution_id: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """An idempotency key and what its first request made.

    Attributes:
        request_id: Key, as the client gave it, with the verb before it (`execution/…`, `batch/…`).
        result_id: Id of the execution or batch.
        created_at: When; kept for 24 hours.
    """

    request_id: str
    result_id: str
    created_at: datetime


class PendingKind(StrEnum):
    """What an execution set off."""

    STATE = "state"
    """It reached a state that triggers wait for."""
    TOGGLE = "toggle"
    """A task of it enabled or disabled a trigger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRecord:
    """Something that an execution set off and that is still to be done.

    Attributes:
        id: Unique; the same thing has the same id.
        kind: What.
        at: When it was set off.
        execution_id: Which execution did.
        namespace: Of its flow, or of the trigger to enable or disable.
        flow_id: Likewise.
        flow_revision: Of its flow; 0: not needed.
        state: That it reached; empty: not needed.
        trigger_id: To enable or disable; empty: not needed.
        is_enabled: Whether to enable it.
    """

    id: str
    kind: PendingKind
    at: datetime
    execution_id: str
    namespace: str
    flow_id: str
    flow_revision: int = 0
    state: str = ""
    trigger_id: str = ""
    is_enabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRecord:
    """What is remembered of an agent while it is away.

    Attributes:
        agent_id: Its name.
        catalog: Its task types: JSON, as the runtime writes it.
        catalog_sha256: Their hash.
        seen_at: When it was last seen.
    """

    agent_id: str
    catalog: bytes
    catalog_sha256: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyValueRecord:
    """One value of the key-value store.

    Attributes:
        namespace: Where it lives; namespaces below see it too.
        key: Unique in the namespace.
        type: STRING, NUMBER, BOOLEAN, DATETIME, DATE, DURATION or JSON.
        value: JSON of the value; dates, times and durations are texts in it.
        description: For people; may be empty.
        created_at: When the key was set first.
        updated_at: When it was set last.
        version: 1, and one more for each time it was set.
        expires_at: From then on it is as if it were not there; absent: never.
    """

    namespace: str
    key: str
    type: str
    value: str
    description: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """All that is to become durable at once, or not at all.

    Attributes:
        journal: Events of live executions.
        ended: Executions to archive; an archived one of the same id is replaced, its journal up to
            `journal_sequence` is dropped.
        task_runs: Ended task runs of `ended`; those of an archived execution that is replaced are
            replaced too.
        logs: Log lines.
        requests: Idempotency keys.
        flows: New revisions.
        removed_revisions: Namespaces, ids and revisions to forget, never the newest of a flow.
        triggers: Replace those of the same key.
        removed_triggers: Keys (namespace, flow id, trigger id) to forget.
        pending: What is to be done later.
        done_pending: Ids of what was to be done and is done with this commit.
        batches: Replace those of the same id.
        batch_items: Replace those of the same batch and index.
        agents: Replace those of the same id.
        key_values: Replace those of the same namespace and key.
        removed_keys: Namespaces and keys to forget; a key is not in both.
        namespaces: Replace those of the same name.
        removed_namespaces: Names to forget; a name is not in both.
        namespace_files: Replace those of the same namespace, path and version.
        removed_namespace_files: Namespaces, paths and versions to forget; none is in both.
        secrets: Replace those of the same namespace and key.
        removed_secrets: Namespaces and keys to forget; a secret is not in both.
        data_keys: Replace those of the same id.
        templates: Replace those of the same namespace and id.
        removed_templates: Namespaces and ids to forget; a template is not in both.
        results: Replace those of the same key; those of a flow that `flows` deletes are forgotten.
        removed_executions: Ids of archived executions to drop, with their task runs and logs.
    """

    journal: Sequence[JournalRecord] = ()
    ended: Sequence[ArchivedExecution] = ()
    task_runs: Sequence[TaskRunRecord] = ()
    logs: Sequence[LogRecord] = ()
    requests: Sequence[RequestRecord] = ()
    flows: Sequence[FlowRecord] = ()
    removed_revisions: Sequence[tuple[str, str, int]] = ()
    triggers: Sequence[TriggerRecord] = ()
    removed_triggers: Sequence[tuple[str, str, str]] = ()
    pending: Sequence[PendingRecord] = ()
    done_pending: Sequence[str] = ()
    batches: Sequence[BatchRecord] = ()
    batch_items: Sequence[BatchItemRecord] = ()
    agents: Sequence[AgentRecord] = ()
    key_values: Sequence[KeyValueRecord] = ()
    removed_keys: Sequence[tuple[str, str]] = ()
    namespaces: Sequence[NamespaceRecord] = ()
    removed_namespaces: Sequence[str] = ()
    namespace_files: Sequence[NamespaceFileRecord] = ()
    removed_namespace_files: Sequence[tuple[str, str, int]] = ()
    secrets: Sequence[SecretRecord] = ()
    removed_secrets: Sequence[tuple[str, str]] = ()
    data_keys: Sequence[DataKeyRecord] = ()
    templates: Sequence[TemplateRecord] = ()
    removed_templates: Sequence[tuple[str, str]] = ()
    results: Sequence[ResultRecord] = ()
    removed_executions: Sequence[str] = ()

    @property
    def gone_flows(self) -> Set[tuple[str, str]]:
        """Namespaces and ids of the flows that it deletes."""
        return {(flow.namespace, flow.flow_id) for flow in self.flows if flow.is_deleted}
