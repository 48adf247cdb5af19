"""A `ConsoleClient` over data in memory: for tests of screens, which know no wire.

Every call is noted in `calls`. `fail_with` makes every call raise until it is None again; streams
give what is in memory, then what `push` and `push_line` bring, and break off when `fail_with` is
set. The contract that it stands for is `lanner_console.client.ConsoleClient`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from lanner_console.models import (
    NO_DETAILS,
    ActDetails,
    ActOffer,
    AgentRow,
    AgentStatus,
    AppliedFlow,
    BackfillView,
    BatchAct,
    BatchItemRow,
    BatchView,
    Decision,
    Evaluation,
    ExecutionDetail,
    ExecutionRow,
    ExecutionUpdate,
    FileRow,
    FlowCheck,
    FlowDeletion,
    FlowDetail,
    FlowRow,
    FlowText,
    KeyValueRow,
    LogLine,
    LogQuery,
    Page,
    PauseRow,
    RevisionRow,
    SecretRow,
    ServerStatus,
    State,
    TemplateRow,
    TriggerKey,
    TriggerRow,
)
from lanner_console.models.namespace import NamespaceFileRow, NamespaceRow
from lanner_proto.errors import LannerError, NotFound, WrongState
from tests.support.fake_batches import FakeBatches, matches, refusal
from tests.support.fake_key_values import FakeKeyValues
from tests.support.fake_namespaces import FakeNamespaces
from tests.support.fake_secrets import FakeSecrets
from tests.support.fake_templates import FakeTemplates

Call = tuple[str, tuple[Any, ...]]


@dataclass
class FakeConsoleClient(FakeNamespaces, FakeKeyValues, FakeTemplates, FakeSecrets, FakeBatches):
    """What the coordinator knows, and what it was asked."""

    executions: dict[str, ExecutionDetail] = field(default_factory=dict)
    flows: dict[tuple[str, str], FlowDetail] = field(default_factory=dict)
    flow_rows: list[FlowRow] = field(default_factory=list)
    revisions: list[RevisionRow] = field(default_factory=list)
    triggers: list[TriggerRow] = field(default_factory=list)
    key_values: dict[tuple[str, str], KeyValueRow] = field(default_factory=dict)
    templates: dict[tuple[str, str], TemplateRow] = field(default_factory=dict)
    namespaces: dict[str, NamespaceRow] = field(default_factory=dict)
    namespace_files: dict[tuple[str, str], NamespaceFileRow] = field(default_factory=dict)
    secrets: dict[tuple[str, str], SecretRow] = field(default_factory=dict)
    agents: list[AgentRow] = field(default_factory=list)
    logs: dict[str, list[LogLine]] = field(default_factory=dict)
    batches: dict[str, BatchView] = field(default_factory=dict)
    pauses: dict[str, tuple[PauseRow, ...]] = field(default_factory=dict)
    items: list[BatchItemRow] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    status: ServerStatus = field(
        default_factory=lambda: ServerStatus(
            software_version="0.1.0", protocol_version=1, is_ready=True
        )
    )
    calls: list[Call] = field(default_factory=list)
    fail_with: LannerError | None = None
    refuse_create: LannerError | None = None
    address: str = "coord-1:7443"

    def __post_init__(self) -> None:
        self._changed = asyncio.Condition()
        self._changes: list[ExecutionRow] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def asked(self, name: str) -> list[tuple[Any, ...]]:
        """Give what a call was made with, each time."""
        return [arguments for call, arguments in self.calls if call == name]

    async def _called(self, name: str, *arguments: Any) -> None:
        self.calls.append((name, arguments))
        await asyncio.sleep(0)
        if self.fail_with is not None:
            raise self.fail_with

    # ── changes ────────────────────────────────────────────────────────────────────────────────

    async def push(self, detail: ExecutionDetail) -> None:
        """Let an execution come or change, and tell the streams."""
        self.executions[detail.row.id] = detail
        self._changes.append(detail.row)
        await self.notify()

    async def push_line(self, line: LogLine) -> None:
        """Let a line be logged, and tell the streams."""
        self.logs.setdefault(line.execution_id, []).append(line)
        await self.notify()

    async def notify(self) -> None:
        """Have the streams look again."""
        async with self._changed:
            self._changed.notify_all()

    async def _next_change(self) -> None:
        async with self._changed:
            await self._changed.wait()
        if self.fail_with is not None:
            raise self.fail_with

    # ── flows ──────────────────────────────────────────────────────────────────────────────────

    async def validate_flows(self, sources: Sequence[FlowText]) -> list[FlowCheck]:
        await self._called("validate_flows", sources)
        return []

    async def apply_flows(
        self,
        sources: Sequence[FlowText],
        *,
        dry_run: bool = False,
        deletions: Sequence[FlowDeletion] = (),
    ) -> list[AppliedFlow]:
        await self._called("apply_flows", sources, dry_run)
        return []

    async def get_flow(self, namespace: str, flow_id: str, *, revision: int = 0) -> FlowDetail:
        await self._called("get_flow", namespace, flow_id, revision)
        found = self.flows.get((namespace, flow_id))
        if found is None:
            raise NotFound(f'there is no flow "{namespace}/{flow_id}"')
        return msgspec.structs.replace(found, revision=revision or found.revision)

    async def list_flows(
        self, *, namespace: str = "", text: str = "", limit: int = 100, offset: int = 0
    ) -> Page[FlowRow]:
        await self._called("list_flows", namespace, text)
        kept = [row for row in self.flow_rows if text in f"{row.namespace}/{row.flow_id}"]
        return Page(rows=tuple(kept[offset : offset + limit]), total_count=len(kept))

    async def list_revisions(self, namespace: str, flow_id: str) -> list[RevisionRow]:
        await self._called("list_revisions", namespace, flow_id)
        return self.revisions

    async def delete_flow(self, namespace: str, flow_id: str) -> None:
        await self._called("delete_flow", namespace, flow_id)

    # ── executions ─────────────────────────────────────────────────────────────────────────────

    async def create_execution(
        self,
        namespace: str,
        flow_id: str,
        *,
        inputs: Mapping[str, object] | None = None,
        labels: Mapping[str, str] | None = None,
        revision: int = 0,
        request_id: str = "",
        schedule_at: datetime | None = None,
    ) -> str:
        await self._called(
            "create_execution", namespace, flow_id, dict(inputs or {}), dict(labels or {})
        )
        if self.refuse_create is not None:
            raise self.refuse_create
        row = ExecutionRow(
            id=f"new{len(self.asked('create_execution'))}",
            namespace=namespace,
            flow_id=flow_id,
            flow_revision=revision,
            state=State.CREATED,
            created_at=datetime(2026, 11, 23, 12, 5, tzinfo=UTC),
        )
        await self.push(ExecutionDetail(row=row))
        return row.id

    async def upload_input(self, path: Path, *, namespace: str, flow_id: str) -> str:
        await self._called("upload_input", path, namespace, flow_id)
        return f"kestra:///{flow_id}/{path.name}"

    async def download(self, uri: str) -> AsyncIterator[bytes]:
        await self._called("download", uri)
        yield self.files[uri]

    async def list_execution_files(self, execution_id: str) -> list[FileRow]:
        await self._called("list_execution_files", execution_id)
        return [
            FileRow(uri=uri, name=uri.rpartition("/")[2], size_bytes=len(content))
            for uri, content in self.files.items()
        ]

    async def get_execution(self, execution_id: str) -> ExecutionDetail:
        await self._called("get_execution", execution_id)
        return self._execution(execution_id)

    async def list_executions(
        self, *, filter_text: str = "", limit: int = 50, offset: int = 0, sort: str = ""
    ) -> Page[ExecutionRow]:
        await self._called("list_executions", filter_text, limit, offset, sort)
        kept = [one.row for one in self.executions.values() if matches(one.row, filter_text)]
        kept.sort(key=lambda row: str(row.created_at), reverse=True)
        return Page(rows=tuple(kept[offset : offset + limit]), total_count=len(kept))

    async def watch_execution(self, execution_id: str) -> AsyncIterator[ExecutionUpdate]:
        await self._called("watch_execution", execution_id)
        detail = self._execution(execution_id)
        yield ExecutionUpdate(row=detail.row, snapshot=detail)
        while not detail.row.state.is_terminal:
            await self._next_change()
            latest = self._execution(execution_id)
            runs = tuple(
                run for run in latest.task_runs.values() if run != detail.task_runs.get(run.id)
            )
            detail = latest
            yield ExecutionUpdate(row=detail.row, changed_task_runs=runs, outputs=detail.outputs)

    async def watch_executions(self, *, filter_text: str = "") -> AsyncIterator[ExecutionRow]:
        await self._called("watch_executions", filter_text)
        told = len(self._changes)
        while True:
            await self._next_change()
            for row in self._changes[told:]:
                if matches(row, filter_text):
                    yield row
            told = len(self._changes)

    async def retry_execution(self, execution_id: str, *, reason: str = "") -> ExecutionRow:
        await self._called("retry_execution", execution_id, reason)
        return await self._become(execution_id, State.RESTARTED)

    async def kill_execution(
        self,
        execution_id: str,
        *,
        reason: str = "",
        grace_seconds: float | None = None,
        spares_children: bool = False,
    ) -> ExecutionRow:
        spared = (True,) if spares_children else ()
        await self._called("kill_execution", execution_id, reason, *spared)
        if self._execution(execution_id).row.state.is_terminal:
            raise WrongState("it has ended")
        return await self._become(execution_id, State.KILLING)

    async def pause_execution(self, execution_id: str, *, reason: str = "") -> ExecutionRow:
        await self._called("pause_execution", execution_id, reason)
        return await self._become(execution_id, State.PAUSED)

    async def resume_execution(
        self,
        execution_id: str,
        *,
        reason: str = "",
        task_run_id: str = "",
        inputs: Mapping[str, object] | None = None,
        decision: Decision | None = None,
        comment: str = "",
    ) -> ExecutionRow:
        await self._called(
            "resume_execution", execution_id, reason, task_run_id, dict(inputs or {})
        )
        if decision is not None:
            await self._called("review", execution_id, decision, comment)
        return await self._become(execution_id, State.RUNNING)

    async def list_pauses(self, execution_id: str) -> tuple[PauseRow, ...]:
        await self._called("list_pauses", execution_id)
        return self.pauses.get(execution_id, ())

    async def act_on_execution(
        self,
        execution_id: str,
        act: BatchAct,
        details: ActDetails = NO_DETAILS,
        *,
        reason: str = "",
    ) -> ExecutionRow:
        await self._called("act_on_execution", execution_id, act, details, reason)
        row = self._execution(execution_id).row
        if act is BatchAct.CHANGE_STATE and details.state:
            return await self._become(execution_id, details.state)
        if act is BatchAct.SET_LABELS:
            row = msgspec.structs.replace(row, labels={**row.labels, **details.labels})
        return row

    async def mark_task_run(
        self, execution_id: str, task_run: str, state: State, *, reason: str = ""
    ) -> ExecutionRow:
        await self._called("mark_task_run", execution_id, task_run, state, reason)
        return await self._become(execution_id, State.RESTARTED)

    async def list_execution_acts(self, execution_id: str, *, task_run: str = "") -> list[ActOffer]:
        await self._called("list_execution_acts", execution_id, task_run)
        state = self._execution(execution_id).row.state
        ended = "" if state.is_terminal else f"it has not ended ({state})"
        if task_run:
            return [ActOffer(act=None, reason=ended), ActOffer(act=BatchAct.REPLAY, reason=ended)]
        return [ActOffer(act=act, reason=refusal(act, state)) for act in BatchAct]

    async def evaluate_expression(
        self, execution_id: str, expression: str, *, task_run: str = ""
    ) -> Evaluation:
        await self._called("evaluate_expression", execution_id, expression, task_run)
        self._execution(execution_id)
        if "missing" in expression:
            return Evaluation(error="Unknown variable `missing` at line 1, column 4")
        return Evaluation(result=expression)

    async def _become(self, execution_id: str, state: State) -> ExecutionRow:
        detail = self._execution(execution_id)
        row = msgspec.structs.replace(detail.row, state=state)
        await self.push(msgspec.structs.replace(detail, row=row))
        return row

    def _execution(self, execution_id: str) -> ExecutionDetail:
        found = [one for id, one in self.executions.items() if id.startswith(execution_id)]
        if len(found) != 1:
            raise NotFound(f'there is no execution "{execution_id}"')
        return found[0]

    # ── logs ───────────────────────────────────────────────────────────────────────────────────

    async def list_logs(
        self, query: LogQuery, *, after_position: int = 0, limit: int = 1000, tail: bool = False
    ) -> Page[LogLine]:
        await self._called("list_logs", query)
        lines = self.logs.get(query.execution_id, [])
        return Page(rows=tuple(lines[:limit]), total_count=len(lines))

    async def follow_logs(
        self, query: LogQuery, *, after_position: int = 0
    ) -> AsyncIterator[LogLine]:
        await self._called("follow_logs", query.execution_id, after_position)
        told = after_position
        while True:
            for line in self.logs.get(query.execution_id, []):
                if line.position > told:
                    told = line.position
                    yield line
            if self._execution(query.execution_id).row.state.is_terminal:
                return
            await self._next_change()

    # ── triggers ───────────────────────────────────────────────────────────────────────────────

    async def list_triggers(
        self, *, namespace: str = "", flow_id: str = "", limit: int = 100, offset: int = 0
    ) -> Page[TriggerRow]:
        await self._called("list_triggers", namespace, flow_id)
        return Page(rows=tuple(self.triggers[offset:]), total_count=len(self.triggers))

    async def set_trigger_enabled(self, key: TriggerKey, *, is_enabled: bool) -> TriggerRow:
        await self._called("set_trigger_enabled", key, is_enabled)
        return self._replace_trigger(key, is_enabled=is_enabled)

    async def create_backfill(
        self,
        key: TriggerKey,
        *,
        start: datetime,
        end: datetime | None = None,
        inputs: Mapping[str, object] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> TriggerRow:
        await self._called("create_backfill", key, start, end)
        view = BackfillView(start=start, end=end, current=start, total_count=24, done_count=0)
        return self._replace_trigger(key, backfill=view)

    async def delete_backfill(self, key: TriggerKey) -> TriggerRow:
        await self._called("delete_backfill", key)
        return self._replace_trigger(key, backfill=None)

    def _replace_trigger(self, key: TriggerKey, **changes: Any) -> TriggerRow:
        index = [row.key for row in self.triggers].index(key)
        self.triggers[index] = msgspec.structs.replace(self.triggers[index], **changes)
        return self.triggers[index]

    # ── server ─────────────────────────────────────────────────────────────────────────────────

    async def get_status(self, *, timeout_seconds: float | None = None) -> ServerStatus:
        await self._called("get_status")
        return self.status

    async def list_agents(self) -> list[AgentRow]:
        await self._called("list_agents")
        return self.agents

    async def drain_agent(
        self,
        agent_id: str,
        *,
        deadline_seconds: float | None = None,
        cancel_at_deadline: bool = False,
        undo: bool = False,
    ) -> AgentRow:
        await self._called("drain_agent", agent_id, undo)
        index = [row.id for row in self.agents].index(agent_id)
        status = AgentStatus.READY if undo else AgentStatus.DRAINING
        self.agents[index] = msgspec.structs.replace(self.agents[index], status=status)
        return self.agents[index]
