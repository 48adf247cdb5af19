"""Merges commits into one change of the tables, leaving out what would be dead on arrival.

Most executions begin and end within one batch: they are written as one row of history, and their
events never. Whether an archived execution replaces an older row is known without looking: one
whose first event is in the journal has never been archived, and neither has one that is newer than
all that are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lanner_coordinator.store.batch_records import BatchItemRecord, BatchRecord
from lanner_coordinator.store.namespace_records import NamespaceFileRecord, NamespaceRecord
from lanner_coordinator.store.records import (
    AgentRecord,
    ArchivedExecution,
    Commit,
    FlowRecord,
    JournalRecord,
    KeyValueRecord,
    LogRecord,
    PendingRecord,
    RequestRecord,
    TaskRunRecord,
)
from lanner_coordinator.store.result_records import ResultRecord, forget_flows
from lanner_coordinator.store.secret_records import DataKeyRecord, SecretRecord
from lanner_coordinator.store.template_records import TemplateRecord
from lanner_coordinator.store.trigger_records import TriggerRecord


@dataclass(slots=True, kw_only=True)
class Batch:
    """The sum of some commits.

    Attributes:
        ended: The last archive of each execution.
        task_runs: Those of the last archive, by execution.
        replaced: Ids in `ended` that may have rows already.
        removed: Ids of executions of which the tables are to hold nothing any more.
        journal: Events that are alive at the end.
        journal_ends: Executions of which the tables hold events that are dead now, and the last.
        logs: In order of commit.
        requests: In order of commit.
        flows: In order of commit.
        removed_revisions: Of flows, as they were removed.
        triggers: By key; absent: removed.
        pending: By id; absent: done.
        batches: By id.
        batch_items: By batch and index.
        agents: By id.
        key_values: By namespace and key; absent: removed.
        namespaces: By name; absent: removed.
        namespace_files: By namespace, path and version; absent: removed.
        secrets: By namespace and key; absent: removed.
        data_keys: By id.
        templates: By namespace and id; absent: removed.
    """

    ended: dict[str, ArchivedExecution] = field(default_factory=dict)
    task_runs: dict[str, list[TaskRunRecord]] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    journal: list[JournalRecord] = field(default_factory=list)
    journal_ends: dict[str, int] = field(default_factory=dict)
    logs: list[LogRecord] = field(default_factory=list)
    requests: list[RequestRecord] = field(default_factory=list)
    flows: list[FlowRecord] = field(default_factory=list)
    removed_revisions: list[tuple[str, str, int]] = field(default_factory=list)
    triggers: dict[tuple[str, str, str], TriggerRecord | None] = field(default_factory=dict)
    pending: dict[str, PendingRecord | None] = field(default_factory=dict)
    batches: dict[str, BatchRecord] = field(default_factory=dict)
    batch_items: dict[tuple[str, int], BatchItemRecord] = field(default_factory=dict)
    agents: dict[str, AgentRecord] = field(default_factory=dict)
    key_values: dict[tuple[str, str], KeyValueRecord | None] = field(default_factory=dict)
    namespaces: dict[str, NamespaceRecord | None] = field(default_factory=dict)
    namespace_files: dict[tuple[str, str, int], NamespaceFileRecord | None] = field(
        default_factory=dict
    )
    secrets: dict[tuple[str, str], SecretRecord | None] = field(default_factory=dict)
    data_keys: dict[str, DataKeyRecord] = field(default_factory=dict)
    templates: dict[tuple[str, str], TemplateRecord | None] = field(default_factory=dict)
    results: dict[str, ResultRecord] = field(default_factory=dict)
    gone_flows: set[tuple[str, str]] = field(default_factory=set)


class History:
    """What must be known of the tables to merge into them; starts from what they hold.

    Attributes:
        first_events: Sequence of the first living event that the tables hold of each execution.
        newest_id: Largest id that was ever archived; empty: none.
    """

    def __init__(self, first_events: dict[str, int], newest_id: str) -> None:
        self.first_events = first_events
        self.newest_id = newest_id

    def merge(self, commits: Iterable[Commit]) -> Batch:
        """The sum of some commits; `take` it once the tables have it."""
        batch = Batch()
        events: dict[str, list[JournalRecord]] = {}
        for commit in commits:
            for event in commit.journal:
                events.setdefault(event.execution_id, []).append(event)
            for execution in commit.ended:
                self._archive(execution, batch, events)
            for run in commit.task_runs:
                batch.task_runs.setdefault(run.execution_id, []).append(run)
            _remove(commit.removed_executions, batch)
            batch.logs.extend(commit.logs)
            batch.requests.extend(commit.requests)
            batch.flows.extend(commit.flows)
            batch.removed_revisions.extend(commit.removed_revisions)
            _merge_upserts(commit, batch)
        batch.journal = [event for records in events.values() for event in records]
        return batch

    def take(self, batch: Batch) -> None:
        """Remember what the tables hold now."""
        for execution_id in batch.journal_ends:
            self.first_events.pop(execution_id, None)
        for event in batch.journal:
            self.first_events.setdefault(event.execution_id, event.sequence)
        self.newest_id = max(self.newest_id, max(batch.ended, default=""))

    def _archive(
        self,
        execution: ArchivedExecution,
        batch: Batch,
        events: dict[str, list[JournalRecord]],
    ) -> None:
        execution_id = execution.summary.id
        unwritten = events.pop(execution_id, [])
        if not self._is_first_archive(execution_id, unwritten):
            batch.replaced.add(execution_id)
        batch.ended[execution_id] = execution
        batch.task_runs.pop(execution_id, None)
        alive = [event for event in unwritten if event.sequence > execution.journal_sequence]
        if alive:
            events[execution_id] = alive
        if execution_id in self.first_events:
            batch.journal_ends[execution_id] = execution.journal_sequence

    def _is_first_archive(self, execution_id: str, unwritten: list[JournalRecord]) -> bool:
        if execution_id > self.newest_id:
            return True
        first = self.first_events.get(execution_id)
        if first is None:
            first = unwritten[0].sequence if unwritten else 0
        return first == 1


def _remove(execution_ids: Sequence[str], batch: Batch) -> None:
    """Leave archived executions out, and have what the tables hold of them deleted."""
    if not execution_ids:
        return
    batch.removed.update(execution_ids)
    for execution_id in execution_ids:
        batch.ended.pop(execution_id, None)
        batch.task_runs.pop(execution_id, None)
    batch.logs = [line for line in batch.logs if line.execution_id not in batch.removed]


def _merge_upserts(commit: Commit, batch: Batch) -> None:
    for trigger in commit.triggers:
        batch.triggers[trigger.namespace, trigger.flow_id, trigger.trigger_id] = trigger
    for key in commit.removed_triggers:
        batch.triggers[key] = None
    batch.pending |= {record.id: record for record in commit.pending}
    batch.pending |= dict.fromkeys(commit.done_pending)
    for item in commit.batch_items:
        batch.batch_items[item.batch_id, item.index] = item
    batch.batches |= {record.id: record for record in commit.batches}
    batch.agents |= {agent.agent_id: agent for agent in commit.agents}
    for one in commit.key_values:
        batch.key_values[one.namespace, one.key] = one
    for name in commit.removed_keys:
        batch.key_values[name] = None
    batch.namespaces |= {one.name: one for one in commit.namespaces}
    batch.namespaces |= dict.fromkeys(commit.removed_namespaces)
    batch.namespace_files |= {one.key: one for one in commit.namespace_files}
    batch.namespace_files |= dict.fromkeys(commit.removed_namespace_files)
    batch.secrets |= {(one.namespace, one.key): one for one in commit.secrets}
    batch.secrets |= dict.fromkeys(commit.removed_secrets)
    batch.data_keys |= {one.id: one for one in commit.data_keys}
    batch.templates |= {one.key: one for one in commit.templates}
    batch.templates |= dict.fromkeys(commit.removed_templates)
    gone = commit.gone_flows
    batch.gone_flows |= gone
    forget_flows(batch.results, gone)
    batch.results |= {one.key: one for one in commit.results}
