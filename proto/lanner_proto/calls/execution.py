"""Executions: start, read, follow and repair."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime

from lanner_proto.connection import Connection
from lanner_proto.v1 import batch_pb2, execution_pb2, state_pb2
from lanner_proto.v1.execution_pb2_grpc import ExecutionServiceStub
from lanner_proto.values import to_duration, to_struct, to_timestamp

FILE_SECONDS = 3_600.0
"""Deadline of a call that gives uploads to an execution: a storage elsewhere may copy them."""

_UNDECIDED = execution_pb2.REVIEW_DECISION_UNSPECIFIED


class ExecutionCalls(Connection):
    """Calls of `lanner.v1.ExecutionService`."""

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
        """Start an execution and return its id, once it is durable.

        Args:
            namespace: Of the flow.
            flow_id: Of the flow.
            inputs: Raw values by input id, converted by the declared type of each input.
            labels: Added to the flow's.
            revision: 0: the newest.
            request_id: Idempotency key; a repeated one gives the first call's execution. Without
                one, each call makes its own, so that a try that is repeated starts nothing twice.
            schedule_at: Not before this time.

        Raises:
            InvalidInput: Inputs are wrong; every one is named.
            NotFound: No such flow.
            WrongState: The flow is disabled.
        """
        request = execution_pb2.CreateExecutionRequest(
            namespace=namespace,
            flow_id=flow_id,
            revision=revision,
            inputs=to_struct(inputs or {}),
            labels=labels,
            request_id=request_id or secrets.token_hex(16),
            schedule_at=to_timestamp(schedule_at) if schedule_at else None,
        )
        has_files = any(_is_file(value) for value in (inputs or {}).values())
        response = await self._unary(
            lambda channel: ExecutionServiceStub(channel).CreateExecution,
            request,
            may_repeat=True,
            timeout_seconds=max(self._timeout_seconds, FILE_SECONDS) if has_files else None,
        )
        return response.execution_id

    async def get_execution(self, execution_id: str) -> execution_pb2.Execution:
        """An execution by its id, a unique prefix of it, `@latest` or `@failed`.

        Raises:
            NotFound: None, or several.
        """
        request = execution_pb2.GetExecutionRequest(execution_id=execution_id)
        response = await self._unary(
            lambda channel: ExecutionServiceStub(channel).GetExecution, request, may_repeat=True
        )
        return response.execution

    async def list_executions(
        self, *, filter_text: str = "", limit: int = 0, offset: int = 0, sort: str = ""
    ) -> execution_pb2.ListExecutionsResponse:
        """Executions that match the filter, newest first unless `sort` says otherwise.

        Raises:
            InvalidInput: The filter or the sort field is wrong.
        """
        request = execution_pb2.ListExecutionsRequest(
            filter=filter_text, limit=limit, offset=offset, sort=sort
        )
        return await self._unary(
            lambda channel: ExecutionServiceStub(channel).ListExecutions, request, may_repeat=True
        )

    async def watch_execution(
        self, execution_id: str
    ) -> AsyncGenerator[execution_pb2.WatchExecutionResponse, None]:
        """The whole execution, then what changes, until it ends.

        After a lost link it goes on with a new snapshot.

        Raises:
            NotFound: No such execution.
            Unavailable: There is no link, or it was not back in time.
        """
        request = execution_pb2.WatchExecutionRequest(execution_id=execution_id)
        messages = self._stream(
            lambda channel: ExecutionServiceStub(channel).WatchExecution, lambda: request
        )
        async with aclosing(messages):
            async for message in messages:
                yield message

    async def watch_executions(
        self, *, filter_text: str = ""
    ) -> AsyncGenerator[execution_pb2.ExecutionSummary, None]:
        """Executions that match, as they change, until the caller stops.

        Changes during a lost link are not repeated: list again when `on_link` says it is back.

        Raises:
            InvalidInput: The filter is wrong.
            Unavailable: There is no link, or it was not back in time.
        """
        request = execution_pb2.WatchExecutionsRequest(filter=filter_text)
        messages = self._stream(
            lambda channel: ExecutionServiceStub(channel).WatchExecutions, lambda: request
        )
        async with aclosing(messages):
            async for message in messages:
                for summary in message.changed:
                    yield summary

    async def retry_execution(
        self, execution_id: str, *, reason: str = ""
    ) -> execution_pb2.ExecutionSummary:
        """Restart an ended execution from its failed tasks, with the same id.

        Raises:
            NotFound: No such execution.
            WrongState: Its state does not allow it.
        """
        request = execution_pb2.RetryExecutionRequest(execution_id=execution_id, reason=reason)
        response = await self._unary(
            lambda channel: ExecutionServiceStub(channel).RetryExecution, request, may_repeat=False
        )
        return response.summary

    async def kill_execution(
        self,
        execution_id: str,
        *,
        reason: str = "",
        grace_seconds: float | None = None,
        spares_children: bool = False,
    ) -> execution_pb2.ExecutionSummary:
        """Ask for the end of an execution.

        Args:
            execution_id: Id, unique prefix, `@latest` or `@failed`.
            reason: Kept in the execution's history.
            grace_seconds: Between the polite and the hard signal to its tasks; absent: 10.
            spares_children: The executions that it started go on.

        Raises:
            NotFound: No such execution.
            WrongState: It has ended.
        """
        request = execution_pb2.KillExecutionRequest(
            execution_id=execution_id,
            reason=reason,
            grace=None if grace_seconds is None else to_duration(grace_seconds),
            spares_children=spares_children,
        )
        response = await self._unary(
            lambda channel: ExecutionServiceStub(channel).KillExecution, request, may_repeat=False
        )
        return response.summary

    async def pause_execution(
        self, execution_id: str, *, reason: str = ""
    ) -> execution_pb2.ExecutionSummary:
        """Let nothing new begin in a running execution until it is resumed.

        Raises:
            NotFound: No such execution.
            WrongState: It does not run.
        """
        request = execution_pb2.PauseExecutionRequest(execution_id=execution_id, reason=reason)
        response = await self._unary(
            lambda channel: ExecutionServiceStub(channel).PauseExecution, request, may_repeat=False
        )
        return response.summary

    async def resume_execution(
        self,
        execution_id: str,
        *,
        reason: str = "",
        task_run_id: str = "",
        inputs: Mapping[str, object] | None = None,
        decision: execution_pb2.ReviewDecision.ValueType = _UNDECIDED,
        comment: str = "",
    ) -> execution_pb2.ExecutionSummary:
        """Let a paused execution go on.

        Args:
            execution_id: Id, unique prefix, or `@latest`.
            reason: Kept in the execution's log.
            task_run_id: The paused task run; empty: the one that was paused first.
            inputs: What the pause asks for, by input id.
            decision: Of an Approval; where nothing is said it is approved.
            comment: Why.

        Raises:
            NotFound: No such execution.
            WrongState: It is not paused, or there is nothing to decide.
            InvalidInput: Names every input that is wrong.
        """
        request = execution_pb2.ResumeExecutionRequest(
            execution_id=execution_id,
            reason=reason,
            task_run_id=task_run_id,
            inputs=to_struct(dict(inputs or {})),
            decision=decision,
            comment=comment,
        )
        response = await self._unary(
            lambda channel: ExecutionServiceStub(channel).ResumeExecution, request, may_repeat=False
        )
        return response.summary

    async def list_pauses(self, execution_id: str) -> Sequence[execution_pb2.Pause]:
        """What a paused execution waits for; empty when it is not paused.

        Raises:
            NotFound: No such execution.
        """
        request = execution_pb2.ListPausesRequest(execution_id=execution_id)
        response = await self._unary(
            lambda channel: ExecutionServiceStub(channel).ListPauses, request, may_repeat=True
        )
        return response.pauses

    async def act_on_execution(
        self,
        execution_id: str,
        act: batch_pb2.BatchAct.ValueType,
        details: batch_pb2.ActDetails | None = None,
        *,
        reason: str = "",
        shows_execution: bool = False,
    ) -> execution_pb2.ActOnExecutionResponse:
        """Do any act: replay, change the state, set labels, force the run, unqueue, delete.

        Args:
            execution_id: Id, unique prefix, `@latest` or `@failed`.
            act: What is to be done.
            details: What else the act needs to know.
            reason: Kept in the execution's log.
            shows_execution: Answer with all of it as the act left it, before it goes on.

        Raises:
            NotFound: No such execution, task run or revision.
            WrongState: It is not allowed; says why.
            InvalidInput: The details or the inputs are wrong.
        """
        request = execution_pb2.ActOnExecutionRequest(
            execution_id=execution_id,
            act=act,
            details=details,
            reason=reason,
            shows_execution=shows_execution,
        )
        return await self._unary(
            lambda channel: ExecutionServiceStub(channel).ActOnExecution, request, may_repeat=False
        )

    async def mark_task_run(
        self,
        execution_id: str,
        task_run: str,
        state: state_pb2.State.ValueType,
        *,
        reason: str = "",
        shows_execution: bool = False,
    ) -> execution_pb2.MarkTaskRunResponse:
        """Say in which state an ended task run has ended; the execution goes on from there.

        `task_run` is its id, `task`, or `task[value]` in a loop.

        Raises as `act_on_execution`.
        """
        request = execution_pb2.MarkTaskRunRequest(
            execution_id=execution_id,
            task_run=task_run,
            state=state,
            reason=reason,
            shows_execution=shows_execution,
        )
        return await self._unary(
            lambda channel: ExecutionServiceStub(channel).MarkTaskRun, request, may_repeat=False
        )

    async def evaluate_expression(
        self, execution_id: str, expression: str, *, task_run: str = ""
    ) -> execution_pb2.EvaluateExpressionResponse:
        """What a text comes to in an execution, or as a task run of it sees it.

        Raises:
            NotFound: No such execution, task run or revision.
        """
        request = execution_pb2.EvaluateExpressionRequest(
            execution_id=execution_id, task_run=task_run, expression=expression
        )
        return await self._unary(
            lambda channel: ExecutionServiceStub(channel).EvaluateExpression,
            request,
            may_repeat=True,
        )

    async def list_execution_acts(
        self, execution_id: str, *, task_run: str = ""
    ) -> execution_pb2.ListExecutionActsResponse:
        """What can be done to an execution, or to a task run of it, and why not.

        Raises:
            NotFound: No such execution or task run.
        """
        request = execution_pb2.ListExecutionActsRequest(
            execution_id=execution_id, task_run=task_run
        )
        return await self._unary(
            lambda channel: ExecutionServiceStub(channel).ListExecutionActs,
            request,
            may_repeat=True,
        )


def _is_file(value: object) -> bool:
    """Whether an input names a file of the artifact storage."""
    return isinstance(value, str) and value.startswith(("kestra:///", "lanner:///"))
