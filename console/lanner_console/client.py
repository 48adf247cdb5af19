"""The console's view of the coordinator: one protocol, so that screens can be tested with a fake.

`grpc_client.connect` opens the real one. Everything here speaks in view models and in the errors of
`lanner_proto.errors`; protobuf stays in `calls/` and `wire/`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from lanner_console.models import (
    NO_DETAILS,
    ActDetails,
    ActOffer,
    AgentRow,
    AppliedFlow,
    BatchAct,
    BatchControl,
    BatchItemRow,
    BatchPreview,
    BatchSelection,
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
    ItemOutcome,
    KeyValueRow,
    LogLine,
    LogQuery,
    Page,
    PauseRow,
    RevisionRow,
    SecretRow,
    ServerStatus,
    State,
    TriggerKey,
    TriggerRow,
)
from lanner_console.namespace_client import NamespaceClient
from lanner_console.template_client import TemplateClient


class ConsoleClient(NamespaceClient, TemplateClient, Protocol):
    """All that the console and the command line ask of a coordinator.

    `async with` holds it open. Calls may run at the same time. Every call raises `LannerError`
    (`Unavailable` while there is no link); cancelling a call or leaving a stream ends it on the
    wire and undoes nothing. Streams that have begun are resumed by themselves for some minutes; the
    listener that `connect` was given is told.
    """

    @property
    def address(self) -> str:
        """Of the coordinator, for people."""
        ...

    async def __aenter__(self) -> Self:
        """Open nothing yet: the first call does."""
        ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the link."""
        ...

    async def validate_flows(self, sources: Sequence[FlowText]) -> list[FlowCheck]:
        """What is wrong with each source, in order."""
        ...

    async def apply_flows(
        self,
        sources: Sequence[FlowText],
        *,
        dry_run: bool = False,
        deletions: Sequence[FlowDeletion] = (),
    ) -> list[AppliedFlow]:
        """Store every source and delete flows, all or nothing; `InvalidInput` for errors."""
        ...

    async def get_flow(self, namespace: str, flow_id: str, *, revision: int = 0) -> FlowDetail:
        """One revision; 0 is the newest."""
        ...

    async def list_flows(
        self, *, namespace: str = "", text: str = "", limit: int = 100, offset: int = 0
    ) -> Page[FlowRow]:
        """Flows in order of namespace and id; `namespace` may end in `.*`."""
        ...

    async def list_revisions(self, namespace: str, flow_id: str) -> list[RevisionRow]:
        """Newest first."""
        ...

    async def delete_flow(self, namespace: str, flow_id: str) -> None:
        """Delete a flow; executions and revisions are kept."""
        ...

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
        """Start an execution; its id."""
        ...

    async def upload_input(self, path: Path, *, namespace: str, flow_id: str) -> str:
        """Store a file for a FILE input; its URI, the value of the input."""
        ...

    def download(self, uri: str) -> AsyncIterator[bytes]:
        """The bytes of a file in artifact storage."""
        ...

    async def list_execution_files(self, execution_id: str) -> list[FileRow]:
        """The files of an execution, by id, unique prefix, `@latest` or `@failed`."""
        ...

    async def get_execution(self, execution_id: str) -> ExecutionDetail:
        """By id, unique prefix, `@latest` or `@failed`."""
        ...

    async def list_executions(
        self, *, filter_text: str = "", limit: int = 50, offset: int = 0, sort: str = ""
    ) -> Page[ExecutionRow]:
        """Those that match, newest first unless `sort` says otherwise."""
        ...

    def watch_execution(self, execution_id: str) -> AsyncIterator[ExecutionUpdate]:
        """All of it, then what changes, until it ends; a new snapshot after a lost link."""
        ...

    def watch_executions(self, *, filter_text: str = "") -> AsyncIterator[ExecutionRow]:
        """Those that match, as they change, without end; list again after a lost link."""
        ...

    async def retry_execution(self, execution_id: str, *, reason: str = "") -> ExecutionRow:
        """Restart an ended execution from its failed tasks; `WrongState` when it may not be."""
        ...

    async def kill_execution(
        self,
        execution_id: str,
        *,
        reason: str = "",
        grace_seconds: float | None = None,
        spares_children: bool = False,
    ) -> ExecutionRow:
        """Ask for the end of an execution; `WrongState` when it has ended.

        With `spares_children` the executions that it started go on.
        """
        ...

    async def pause_execution(self, execution_id: str, *, reason: str = "") -> ExecutionRow:
        """Let nothing new begin in it; `WrongState` unless it runs."""
        ...

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
        """Let it go on, or decide its Approval.

        `WrongState` unless it is paused, `InvalidInput` when inputs are wrong.
        """
        ...

    async def list_pauses(self, execution_id: str) -> tuple[PauseRow, ...]:
        """What a paused execution waits for; empty when it is not paused."""
        ...

    async def act_on_execution(
        self,
        execution_id: str,
        act: BatchAct,
        details: ActDetails = NO_DETAILS,
        *,
        reason: str = "",
    ) -> ExecutionRow:
        """Do any act on an execution; `WrongState` when it is not allowed.

        Of a replay it answers the new execution.
        """
        ...

    async def mark_task_run(
        self, execution_id: str, task_run: str, state: State, *, reason: str = ""
    ) -> ExecutionRow:
        """Say in which state a task run has ended; the execution goes on from there."""
        ...

    async def list_execution_acts(self, execution_id: str, *, task_run: str = "") -> list[ActOffer]:
        """What can be done to an execution, or a task run of it, and why not."""
        ...

    async def evaluate_expression(
        self, execution_id: str, expression: str, *, task_run: str = ""
    ) -> Evaluation:
        """What a text with expressions comes to in an execution, or in a task run of it."""
        ...

    async def list_logs(
        self, query: LogQuery, *, after_position: int = 0, limit: int = 1000, tail: bool = False
    ) -> Page[LogLine]:
        """Stored lines, oldest first; with `tail` the last `limit` ones."""
        ...

    def follow_logs(self, query: LogQuery, *, after_position: int = 0) -> AsyncIterator[LogLine]:
        """Stored lines, then new ones, until the execution has ended; none twice."""
        ...

    async def set_key_value(
        self,
        namespace: str,
        key: str,
        value: object,
        *,
        type_: str = "",
        ttl_seconds: float | None = None,
        description: str | None = None,
        keep: bool = False,
    ) -> KeyValueRow:
        """Set a value; with `keep`, `AlreadyExists` where there is one."""
        ...

    async def get_key_value(
        self, namespace: str, key: str, *, inherited: bool = False
    ) -> KeyValueRow:
        """A value, with `inherited` also of the namespaces above; `NotFound` when there is none."""
        ...

    async def list_key_values(
        self, namespace: str, *, prefix: str = "", limit: int = 100, offset: int = 0
    ) -> Page[KeyValueRow]:
        """A page of the values of a namespace, in order of key."""
        ...

    async def delete_key_value(self, namespace: str, key: str) -> None:
        """Remove a value; `NotFound` when there is none."""
        ...

    async def set_secret(
        self,
        namespace: str,
        key: str,
        value: str,
        *,
        description: str | None = None,
        keep: bool = False,
        provider: str = "",
    ) -> SecretRow:
        """Set a secret; with `keep`, `AlreadyExists` where there is one."""
        ...

    async def list_secrets(
        self,
        namespace: str,
        *,
        prefix: str = "",
        inherited: bool = False,
        limit: int = 100,
        offset: int = 0,
        provider: str = "",
    ) -> Page[SecretRow]:
        """A page of the secrets of a namespace, without values, in order of key."""
        ...

    async def delete_secret(self, namespace: str, key: str, *, provider: str = "") -> None:
        """Remove a secret; `NotFound` when there is none."""
        ...

    async def rotate_key(self) -> int:
        """Change the master key; how many data keys were wrapped anew."""
        ...

    async def list_triggers(
        self, *, namespace: str = "", flow_id: str = "", limit: int = 100, offset: int = 0
    ) -> Page[TriggerRow]:
        """In order of namespace, flow and id."""
        ...

    async def set_trigger_enabled(self, key: TriggerKey, *, is_enabled: bool) -> TriggerRow:
        """Switch a trigger on or off."""
        ...

    async def create_backfill(
        self,
        key: TriggerKey,
        *,
        start: datetime,
        end: datetime | None = None,
        inputs: Mapping[str, object] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> TriggerRow:
        """Start one execution for each date of the schedule in the range."""
        ...

    async def delete_backfill(self, key: TriggerKey) -> TriggerRow:
        """End a backfill; executions that run go on."""
        ...

    async def preview_batch(self, act: BatchAct, selection: BatchSelection) -> BatchPreview:
        """What a batch would do, without doing it."""
        ...

    async def create_batch(
        self,
        act: BatchAct,
        selection: BatchSelection,
        *,
        max_parallel: int = 0,
        reason: str = "",
        request_id: str = "",
        details: ActDetails = NO_DETAILS,
    ) -> BatchView:
        """Freeze the set, store the batch and start it."""
        ...

    async def get_batch(self, batch_id: str) -> BatchView:
        """A batch as it is now."""
        ...

    async def list_batches(self, *, limit: int = 50, offset: int = 0) -> Page[BatchView]:
        """Newest first."""
        ...

    def watch_batch(self, batch_id: str) -> AsyncIterator[BatchView]:
        """The batch now, then at each change, until it has ended."""
        ...

    async def list_batch_items(
        self,
        batch_id: str,
        *,
        outcome: ItemOutcome | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> Page[BatchItemRow]:
        """What became of each execution of a batch."""
        ...

    async def control_batch(self, batch_id: str, control: BatchControl) -> BatchView:
        """Pause, resume or stop a batch; `WrongState` when it has ended."""
        ...

    async def get_status(self, *, timeout_seconds: float | None = None) -> ServerStatus:
        """How the coordinator is."""
        ...

    async def list_agents(self) -> list[AgentRow]:
        """In order of id, those seen in the last 24 hours too."""
        ...

    async def drain_agent(
        self,
        agent_id: str,
        *,
        deadline_seconds: float | None = None,
        cancel_at_deadline: bool = False,
        undo: bool = False,
    ) -> AgentRow:
        """Give an agent no new work, or with `undo` let it work again."""
        ...
