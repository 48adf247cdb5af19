"""Executions: asked over gRPC, answered in view models."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import datetime

from lanner_console.calls.asker import Asker
from lanner_console.models import (
    NO_DETAILS,
    ActDetails,
    ActOffer,
    BatchAct,
    Decision,
    Evaluation,
    ExecutionDetail,
    ExecutionRow,
    ExecutionUpdate,
    Page,
    PauseRow,
    State,
)
from lanner_console.wire import execution as wire
from lanner_console.wire.batch import NUMBER_OF_ACT, details_message
from lanner_console.wire.review import NUMBER_OF_DECISION
from lanner_console.wire.state import NUMBER_OF_STATE


class ExecutionCalls(Asker):
    """The part of `ConsoleClient` about executions."""

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

    async def get_execution(self, execution_id: str) -> ExecutionDetail:
        """All of an execution."""
        return wire.detail(await self._client.get_execution(execution_id))

    async def list_executions(
        self, *, filter_text: str = "", limit: int = 50, offset: int = 0, sort: str = ""
    ) -> Page[ExecutionRow]:
        """A page of the executions that match."""
        response = await self._client.list_executions(
            filter_text=filter_text, limit=limit, offset=offset, sort=sort
        )
        return wire.page(response)

    async def watch_execution(self, execution_id: str) -> AsyncGenerator[ExecutionUpdate, None]:
        """An execution, then what changes."""
        async with aclosing(self._client.watch_execution(execution_id)) as messages:
            async for message in messages:
                yield wire.update(message)

    async def watch_executions(
        self, *, filter_text: str = ""
    ) -> AsyncGenerator[ExecutionRow, None]:
        """Executions that match, as they change."""
        async with aclosing(self._client.watch_executions(filter_text=filter_text)) as messages:
            async for message in messages:
                yield wire.row(message)

    async def retry_execution(self, execution_id: str, *, reason: str = "") -> ExecutionRow:
        """Restart an execution."""
        return wire.row(await self._client.retry_execution(execution_id, reason=reason))

    async def kill_execution(
        self,
        execution_id: str,
        *,
        reason: str = "",
        grace_seconds: float | None = None,
        spares_children: bool = False,
    ) -> ExecutionRow:
        """Ask for the end of an execution."""
        summary = await self._client.kill_execution(
            execution_id,
            reason=reason,
            grace_seconds=grace_seconds,
            spares_children=spares_children,
        )
        return wire.row(summary)

    async def pause_execution(self, execution_id: str, *, reason: str = "") -> ExecutionRow:
        """Let nothing new begin."""
        return wire.row(await self._client.pause_execution(execution_id, reason=reason))

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
        """Let a paused execution go on."""
        summary = await self._client.resume_execution(
            execution_id,
            reason=reason,
            task_run_id=task_run_id,
            inputs=inputs,
            decision=NUMBER_OF_DECISION[decision],
            comment=comment,
        )
        return wire.row(summary)

    async def list_pauses(self, execution_id: str) -> tuple[PauseRow, ...]:
        """What a paused execution waits for."""
        return tuple(map(wire.pause, await self._client.list_pauses(execution_id)))

    async def act_on_execution(
        self,
        execution_id: str,
        act: BatchAct,
        details: ActDetails = NO_DETAILS,
        *,
        reason: str = "",
    ) -> ExecutionRow:
        """Do any act."""
        response = await self._client.act_on_execution(
            execution_id, NUMBER_OF_ACT[act], details_message(details), reason=reason
        )
        return wire.row(response.summary)

    async def mark_task_run(
        self, execution_id: str, task_run: str, state: State, *, reason: str = ""
    ) -> ExecutionRow:
        """Say in which state a task run has ended."""
        response = await self._client.mark_task_run(
            execution_id, task_run, NUMBER_OF_STATE[state], reason=reason
        )
        return wire.row(response.summary)

    async def list_execution_acts(self, execution_id: str, *, task_run: str = "") -> list[ActOffer]:
        """What can be done, and why not."""
        return wire.offers(await self._client.list_execution_acts(execution_id, task_run=task_run))

    async def evaluate_expression(
        self, execution_id: str, expression: str, *, task_run: str = ""
    ) -> Evaluation:
        """What a text comes to in an execution."""
        response = await self._client.evaluate_expression(
            execution_id, expression, task_run=task_run
        )
        return wire.evaluation(response)
