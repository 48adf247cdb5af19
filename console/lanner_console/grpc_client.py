"""The real client of the console: asks over gRPC and answers in view models."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from lanner_console import models
from lanner_console.wire import batch, execution, flow, log, server, trigger
from lanner_proto.client import Client
from lanner_proto.link import LinkListener, ignore_link
from lanner_proto.v1 import batch_pb2


def connect(
    address: str,
    *,
    timeout_seconds: float = 30.0,
    retry_seconds: float = 0.0,
    resume_seconds: float = 300.0,
    on_link: LinkListener = ignore_link,
) -> GrpcConsoleClient:
    """A client of the coordinator at `address`; to be held by `async with`.

    Args:
        address: `unix:/path` or `host:port`.
        timeout_seconds: Deadline of one call that is not a stream.
        retry_seconds: How long such calls are tried again while there is no link; 0: not at all.
        resume_seconds: How long a stream that had begun is opened again while there is no link.
        on_link: Told when the link of a stream is lost and when it is back.

    Raises:
        InvalidInput: The address is not one.
    """
    return GrpcConsoleClient(
        Client(
            address,
            timeout_seconds=timeout_seconds,
            retry_seconds=retry_seconds,
            resume_seconds=resume_seconds,
            on_link=on_link,
        )
    )


class GrpcConsoleClient:
    """`ConsoleClient` over the typed client; see the protocol for what each call does."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def address(self) -> str:
        """Of the coordinator."""
        return self._client.address

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.close()

    async def validate_flows(self, sources: Sequence[models.FlowText]) -> list[models.FlowCheck]:
        """What is wrong with each source."""
        checks = await self._client.validate_flows([flow.source_message(text) for text in sources])
        return list(map(flow.check, checks))

    async def apply_flows(
        self, sources: Sequence[models.FlowText], *, dry_run: bool = False
    ) -> list[models.AppliedFlow]:
        """Store every source, all or nothing."""
        messages = [flow.source_message(text) for text in sources]
        return list(
            map(flow.applied_flow, await self._client.apply_flows(messages, dry_run=dry_run))
        )

    async def get_flow(
        self, namespace: str, flow_id: str, *, revision: int = 0
    ) -> models.FlowDetail:
        """One revision of a flow."""
        return flow.detail(await self._client.get_flow(namespace, flow_id, revision=revision))

    async def list_flows(
        self, *, namespace: str = "", text: str = "", limit: int = 100, offset: int = 0
    ) -> models.Page[models.FlowRow]:
        """A page of the flows."""
        response = await self._client.list_flows(
            namespace=namespace, text=text, limit=limit, offset=offset
        )
        return flow.page(response)

    async def list_revisions(self, namespace: str, flow_id: str) -> list[models.RevisionRow]:
        """Revisions of a flow."""
        return list(map(flow.revision, await self._client.list_revisions(namespace, flow_id)))

    async def delete_flow(self, namespace: str, flow_id: str) -> None:
        """Delete a flow."""
        await self._client.delete_flow(namespace, flow_id)

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
        """Start an execution."""
        return await self._client.create_execution(
            namespace,
            flow_id,
            inputs=inputs,
            labels=labels,
            revision=revision,
            request_id=request_id,
            schedule_at=schedule_at,
        )

    async def upload_input(self, path: Path, *, namespace: str, flow_id: str) -> str:
        """Store a file for a FILE input."""
        stored = await self._client.upload_artifact(path, namespace=namespace, flow_id=flow_id)
        return stored.uri

    def download(self, uri: str) -> AsyncIterator[bytes]:
        """The bytes of a file."""
        return self._client.download_artifact(uri)

    async def get_execution(self, execution_id: str) -> models.ExecutionDetail:
        """All of an execution."""
        return execution.detail(await self._client.get_execution(execution_id))

    async def list_executions(
        self, *, filter_text: str = "", limit: int = 50, offset: int = 0, sort: str = ""
    ) -> models.Page[models.ExecutionRow]:
        """A page of the executions that match."""
        response = await self._client.list_executions(
            filter_text=filter_text, limit=limit, offset=offset, sort=sort
        )
        return execution.page(response)

    async def watch_execution(
        self, execution_id: str
    ) -> AsyncGenerator[models.ExecutionUpdate, None]:
        """An execution, then what changes."""
        async with aclosing(self._client.watch_execution(execution_id)) as messages:
            async for message in messages:
                yield execution.update(message)

    async def watch_executions(
        self, *, filter_text: str = ""
    ) -> AsyncGenerator[models.ExecutionRow, None]:
        """Executions that match, as they change."""
        async with aclosing(self._client.watch_executions(filter_text=filter_text)) as messages:
            async for message in messages:
                yield execution.row(message)

    async def retry_execution(self, execution_id: str, *, reason: str = "") -> models.ExecutionRow:
        """Restart an execution."""
        return execution.row(await self._client.retry_execution(execution_id, reason=reason))

    async def kill_execution(
        self, execution_id: str, *, reason: str = "", grace_seconds: float | None = None
    ) -> models.ExecutionRow:
        """Ask for the end of an execution."""
        summary = await self._client.kill_execution(
            execution_id, reason=reason, grace_seconds=grace_seconds
        )
        return execution.row(summary)

    async def list_logs(
        self,
        query: models.LogQuery,
        *,
        after_position: int = 0,
        limit: int = 1000,
        tail: bool = False,
    ) -> models.Page[models.LogLine]:
        """A page of a log."""
        response = await self._client.list_logs(
            log.query_message(query), after_position=after_position, limit=limit, tail=tail
        )
        return log.page(response)

    async def follow_logs(
        self, query: models.LogQuery, *, after_position: int = 0
    ) -> AsyncGenerator[models.LogLine, None]:
        """Lines of a log, as they come."""
        entries = self._client.follow_logs(log.query_message(query), after_position=after_position)
        async with aclosing(entries):
            async for entry in entries:
                yield log.line(entry)

    async def list_triggers(
        self, *, namespace: str = "", flow_id: str = "", limit: int = 100, offset: int = 0
    ) -> models.Page[models.TriggerRow]:
        """A page of the triggers."""
        response = await self._client.list_triggers(
            namespace=namespace, flow_id=flow_id, limit=limit, offset=offset
        )
        return trigger.page(response)

    async def set_trigger_enabled(
        self, key: models.TriggerKey, *, is_enabled: bool
    ) -> models.TriggerRow:
        """Switch a trigger on or off."""
        return trigger.row(
            await self._client.set_trigger_enabled(trigger.key_message(key), is_enabled=is_enabled)
        )

    async def create_backfill(
        self,
        key: models.TriggerKey,
        *,
        start: datetime,
        end: datetime | None = None,
        inputs: Mapping[str, object] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> models.TriggerRow:
        """Start executions for past dates."""
        started = await self._client.create_backfill(
            trigger.key_message(key), start=start, end=end, inputs=inputs, labels=labels
        )
        return trigger.row(started)

    async def delete_backfill(self, key: models.TriggerKey) -> models.TriggerRow:
        """End a backfill."""
        return trigger.row(await self._client.delete_backfill(trigger.key_message(key)))

    async def preview_batch(
        self, act: models.BatchAct, selection: models.BatchSelection
    ) -> models.BatchPreview:
        """What a batch would do."""
        response = await self._client.preview_batch(
            batch.NUMBER_OF_ACT[act], batch.selection_message(selection)
        )
        return batch.preview(response)

    async def create_batch(
        self,
        act: models.BatchAct,
        selection: models.BatchSelection,
        *,
        max_parallel: int = 0,
        reason: str = "",
        request_id: str = "",
    ) -> models.BatchView:
        """Start a batch."""
        created = await self._client.create_batch(
            batch.NUMBER_OF_ACT[act],
            batch.selection_message(selection),
            max_parallel=max_parallel,
            reason=reason,
            request_id=request_id,
        )
        return batch.view(created)

    async def get_batch(self, batch_id: str) -> models.BatchView:
        """A batch as it is now."""
        return batch.view(await self._client.get_batch(batch_id))

    async def list_batches(
        self, *, limit: int = 50, offset: int = 0
    ) -> models.Page[models.BatchView]:
        """A page of the batches."""
        return batch.page(await self._client.list_batches(limit=limit, offset=offset))

    async def watch_batch(self, batch_id: str) -> AsyncGenerator[models.BatchView, None]:
        """A batch, at each change."""
        async with aclosing(self._client.watch_batch(batch_id)) as messages:
            async for message in messages:
                yield batch.view(message)

    async def list_batch_items(
        self,
        batch_id: str,
        *,
        outcome: models.ItemOutcome | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> models.Page[models.BatchItemRow]:
        """A page of the items of a batch."""
        response = await self._client.list_batch_items(
            batch_id,
            outcome=batch.NUMBER_OF_OUTCOME[outcome]
            if outcome
            else batch_pb2.BatchItem.OUTCOME_UNSPECIFIED,
            limit=limit,
            offset=offset,
        )
        return batch.item_page(response)

    async def control_batch(self, batch_id: str, control: models.BatchControl) -> models.BatchView:
        """Pause, resume or stop a batch."""
        return batch.view(
            await self._client.control_batch(batch_id, batch.NUMBER_OF_CONTROL[control])
        )

    async def get_status(self, *, timeout_seconds: float | None = None) -> models.ServerStatus:
        """How the coordinator is."""
        return server.status(await self._client.get_status(timeout_seconds=timeout_seconds))

    async def list_agents(self) -> list[models.AgentRow]:
        """Agents, in order of id."""
        return list(map(server.agent, await self._client.list_agents()))

    async def drain_agent(
        self,
        agent_id: str,
        *,
        deadline_seconds: float | None = None,
        cancel_at_deadline: bool = False,
        undo: bool = False,
    ) -> models.AgentRow:
        """Give an agent no new work, or end that."""
        drained = await self._client.drain_agent(
            agent_id,
            deadline_seconds=deadline_seconds,
            cancel_at_deadline=cancel_at_deadline,
            undo=undo,
        )
        return server.agent(drained)
