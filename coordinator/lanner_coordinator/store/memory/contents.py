"""What a store in memory holds, and how a commit changes it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from lanner_coordinator.store.batch_records import BatchItemRecord, BatchRecord
from lanner_coordinator.store.log_matching import purge_matches
from lanner_coordinator.store.namespace_records import NamespaceFileRecord, NamespaceRecord
from lanner_coordinator.store.records import (
    AgentRecord,
    ArchivedExecution,
    Commit,
    FlowRecord,
    JournalRecord,
    KeyValueRecord,
    LogPurge,
    LogRecord,
    PendingRecord,
    RequestRecord,
    SnapshotChange,
    TaskRunRecord,
)
from lanner_coordinator.store.result_records import ResultRecord, forget_flows
from lanner_coordinator.store.secret_records import DataKeyRecord, SecretRecord
from lanner_coordinator.store.template_records import TemplateRecord
from lanner_coordinator.store.trigger_records import TriggerRecord
from lanner_coordinator.store.validation import Revisions


@dataclass(slots=True, kw_only=True)
class Contents:
    """All records, by what they are looked up with.

    Attributes:
        epoch: From 1; one more in a backup.
        flows: Revisions by namespace, flow id and revision.
        journal: Events of live executions by execution, in order.
        ended: Archived executions by id.
        task_runs: Task runs of archived executions by execution.
        logs: All lines, in order of position.
        requests: By key.
        triggers: By namespace, flow id and id.
        pending: By id.
        batches: By id.
        batch_items: By batch and index.
        agents: By id.
        key_values: By namespace and key.
        namespaces: By name.
        namespace_files: By namespace, path and version.
        secrets: By namespace and key.
        data_keys: By id.
        templates: By namespace and id.
        results: By key.
    """

    epoch: int = 1
    flows: dict[tuple[str, str, int], FlowRecord] = field(default_factory=dict)
    journal: dict[str, list[JournalRecord]] = field(default_factory=dict)
    ended: dict[str, ArchivedExecution] = field(default_factory=dict)
    task_runs: dict[str, list[TaskRunRecord]] = field(default_factory=dict)
    logs: list[LogRecord] = field(default_factory=list)
    requests: dict[str, RequestRecord] = field(default_factory=dict)
    triggers: dict[tuple[str, str, str], TriggerRecord] = field(default_factory=dict)
    pending: dict[str, PendingRecord] = field(default_factory=dict)
    batches: dict[str, BatchRecord] = field(default_factory=dict)
    batch_items: dict[tuple[str, int], BatchItemRecord] = field(default_factory=dict)
    agents: dict[str, AgentRecord] = field(default_factory=dict)
    key_values: dict[tuple[str, str], KeyValueRecord] = field(default_factory=dict)
    namespaces: dict[str, NamespaceRecord] = field(default_factory=dict)
    namespace_files: dict[tuple[str, str, int], NamespaceFileRecord] = field(default_factory=dict)
    secrets: dict[tuple[str, str], SecretRecord] = field(default_factory=dict)
    data_keys: dict[str, DataKeyRecord] = field(default_factory=dict)
    templates: dict[tuple[str, str], TemplateRecord] = field(default_factory=dict)
    results: dict[str, ResultRecord] = field(default_factory=dict)

    def apply(self, commit: Commit) -> None:
        """Take all of a commit, or nothing of it.

        Raises:
            StoreError: A text cannot be stored, or a revision does not follow the newest one.
        """
        self._check(commit)
        for event in commit.journal:
            self.journal.setdefault(event.execution_id, []).append(event)
        for execution in commit.ended:
            self._archive(execution)
        for run in commit.task_runs:
            self.task_runs.setdefault(run.execution_id, []).append(run)
        self._remove(frozenset(commit.removed_executions))
        self.logs.extend(commit.logs)
        self.logs.sort(key=lambda line: line.position)
        self.flows |= {(flow.namespace, flow.flow_id, flow.revision): flow for flow in commit.flows}
        for revision in commit.removed_revisions:
            self.flows.pop(revision, None)
        self.requests |= {request.request_id: request for request in commit.requests}
        self._apply_upserts(commit)

    def _remove(self, execution_ids: Set[str]) -> None:
        """Drop archived executions with their task runs and logs."""
        if not execution_ids:
            return
        self.ended = {key: one for key, one in self.ended.items() if key not in execution_ids}
        self.task_runs = {
            key: runs for key, runs in self.task_runs.items() if key not in execution_ids
        }
        self.logs = [line for line in self.logs if line.execution_id not in execution_ids]

    def purge(self, before: datetime) -> int:
        """Drop requests, ended executions and ended batches from before; how many executions."""
        old = {
            execution_id
            for execution_id, execution in self.ended.items()
            if (execution.summary.ended_at or before) < before and execution_id not in self.journal
        }
        for execution_id in old:
            del self.ended[execution_id]
            self.task_runs.pop(execution_id, None)
        self.logs = [line for line in self.logs if line.execution_id not in old]
        self.requests = {
            key: request for key, request in self.requests.items() if request.created_at >= before
        }
        self.batches = {
            key: batch
            for key, batch in self.batches.items()
            if (batch.ended_at or before) >= before
        }
        self.batch_items = {
            key: item for key, item in self.batch_items.items() if key[0] in self.batches
        }
        return len(old)

    def drop_results(self, now: datetime, limit: int) -> int:
        """Drop results that have expired, and the oldest beyond `limit`; how many."""
        alive = [
            one for one in self.results.values() if one.expires_at is None or one.expires_at > now
        ]
        newest = sorted(alive, key=lambda one: one.kept_at, reverse=True)[:limit]
        dropped_count = len(self.results) - len(newest)
        self.results = {one.key: one for one in newest}
        return dropped_count

    def purge_logs(self, purge: LogPurge) -> int:
        """Drop the lines that match; how many."""
        kept = [line for line in self.logs if not purge_matches(purge, line, self.ended)]
        dropped_count, self.logs = len(self.logs) - len(kept), kept
        return dropped_count

    def change_snapshots(self, changes: Sequence[SnapshotChange]) -> list[str]:
        """Exchange the snapshots that are as they were; of which executions."""
        changed = []
        for change in changes:
            archived = self.ended.get(change.execution_id)
            if archived is None or archived.snapshot != change.before:
                continue
            if change.execution_id not in self.journal:
                self.ended[change.execution_id] = replace(archived, snapshot=change.after)
                changed.append(change.execution_id)
        return sorted(changed)

    def _check(self, commit: Commit) -> None:
        newest: dict[tuple[str, str], int] = {}
        for namespace, flow_id, revision in sorted(self.flows):
            newest[namespace, flow_id] = revision
        Revisions(newest).encode(commit)

    def _archive(self, execution: ArchivedExecution) -> None:
        """Replace what is archived of it and drop what the archive makes superfluous."""
        execution_id = execution.summary.id
        self.ended[execution_id] = execution
        self.task_runs.pop(execution_id, None)
        events = self.journal.pop(execution_id, [])
        alive = [event for event in events if event.sequence > execution.journal_sequence]
        if alive:
            self.journal[execution_id] = alive

    def _apply_upserts(self, commit: Commit) -> None:
        for trigger in commit.triggers:
            self.triggers[trigger.namespace, trigger.flow_id, trigger.trigger_id] = trigger
        for key in commit.removed_triggers:
            self.triggers.pop(key, None)
        self.pending |= {one.id: one for one in commit.pending}
        for pending_id in commit.done_pending:
            self.pending.pop(pending_id, None)
        self.batches |= {batch.id: batch for batch in commit.batches}
        self.batch_items |= {(item.batch_id, item.index): item for item in commit.batch_items}
        self.agents |= {agent.agent_id: agent for agent in commit.agents}
        self.key_values |= {(one.namespace, one.key): one for one in commit.key_values}
        for name in commit.removed_keys:
            self.key_values.pop(name, None)
        self.namespaces |= {one.name: one for one in commit.namespaces}
        for removed in commit.removed_namespaces:
            self.namespaces.pop(removed, None)
        self.namespace_files |= {one.key: one for one in commit.namespace_files}
        for file in commit.removed_namespace_files:
            self.namespace_files.pop(file, None)
        self.secrets |= {(one.namespace, one.key): one for one in commit.secrets}
        for name in commit.removed_secrets:
            self.secrets.pop(name, None)
        self.data_keys |= {one.id: one for one in commit.data_keys}
        self.templates |= {one.key: one for one in commit.templates}
        for template in commit.removed_templates:
            self.templates.pop(template, None)
        forget_flows(self.results, commit.gone_flows)
        self.results |= {one.key: one for one in commit.results}
