"""The fake ExecutionService."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio

from lanner_proto.v1 import batch_pb2, execution_pb2, execution_pb2_grpc, state_pb2
from lanner_proto.values import to_struct
from tests.support.fake_coordinator.data import (
    ENDED_STATES,
    make_execution,
    make_log,
    make_task_run,
)
from tests.support.fake_coordinator.filters import FilterError, matches
from tests.support.fake_coordinator.state import FakeState

Context = grpc.aio.ServicerContext[Any, Any]
RETRYABLE = frozenset({state_pb2.STATE_FAILED, state_pb2.STATE_KILLED, state_pb2.STATE_WARNING})


class FakeExecutionService(execution_pb2_grpc.ExecutionServiceServicer):
    """Serves the executions of the state; retry sets RESTARTED and kill KILLED, at once."""

    def __init__(self, state: FakeState) -> None:
        self._state = state

    async def CreateExecution(
        self, request: execution_pb2.CreateExecutionRequest, context: Context
    ) -> execution_pb2.CreateExecutionResponse:
        await self._state.enter("CreateExecution", request, context)
        if request.request_id in self._state.request_ids:
            known = self._state.request_ids[request.request_id]
            return execution_pb2.CreateExecutionResponse(execution_id=known, is_repeat=True)
        if (request.namespace, request.flow_id) not in self._state.flows:
            await context.abort(
                grpc.StatusCode.NOT_FOUND,
                f'there is no flow "{request.namespace}/{request.flow_id}"',
            )
        execution_id = f"exec{len(self._state.executions) + 1:04d}"
        if request.request_id:
            self._state.request_ids[request.request_id] = execution_id
        self._state.executions[execution_id] = self._begin(execution_id, request)
        self._state.notify()
        return execution_pb2.CreateExecutionResponse(execution_id=execution_id)

    async def GetExecution(
        self, request: execution_pb2.GetExecutionRequest, context: Context
    ) -> execution_pb2.GetExecutionResponse:
        await self._state.enter("GetExecution", request, context)
        execution = await self._find(request.execution_id, context)
        return execution_pb2.GetExecutionResponse(execution=execution)

    async def ListExecutions(
        self, request: execution_pb2.ListExecutionsRequest, context: Context
    ) -> execution_pb2.ListExecutionsResponse:
        await self._state.enter("ListExecutions", request, context)
        try:
            rows = [row for row in self._rows() if matches(request.filter, row)]
        except FilterError as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        if not request.sort.startswith("-") and request.sort:
            rows.reverse()
        end = request.offset + (request.limit or 50)
        return execution_pb2.ListExecutionsResponse(
            executions=rows[request.offset : end], total_count=len(rows)
        )

    async def WatchExecution(
        self, request: execution_pb2.WatchExecutionRequest, context: Context
    ) -> AsyncIterator[execution_pb2.WatchExecutionResponse]:
        await self._state.enter("WatchExecution", request, context)
        execution_id = (await self._find(request.execution_id, context)).summary.id
        drops, count = self._state.drops, 0
        last: execution_pb2.Execution | None = None
        while True:
            now = self._state.executions[execution_id]
            has_ended = now.summary.state in ENDED_STATES
            if last != now:
                yield _update(last, now, has_ended=has_ended)
                last = execution_pb2.Execution()
                last.CopyFrom(now)
                count += 1
                await self._state.sent("WatchExecution", count, context)
            if has_ended:
                return
            await self._wait(drops, context)

    async def WatchExecutions(
        self, request: execution_pb2.WatchExecutionsRequest, context: Context
    ) -> AsyncIterator[execution_pb2.WatchExecutionsResponse]:
        await self._state.enter("WatchExecutions", request, context)
        drops, count = self._state.drops, 0
        seen = {row.id: row.SerializeToString() for row in self._rows()}
        while True:
            await self._wait(drops, context)
            changed = [row for row in self._rows() if seen.get(row.id) != row.SerializeToString()]
            seen.update({row.id: row.SerializeToString() for row in changed})
            changed = [row for row in changed if matches(request.filter, row)]
            if changed:
                yield execution_pb2.WatchExecutionsResponse(changed=changed)
                count += 1
                await self._state.sent("WatchExecutions", count, context)

    async def RetryExecution(
        self, request: execution_pb2.RetryExecutionRequest, context: Context
    ) -> execution_pb2.RetryExecutionResponse:
        await self._state.enter("RetryExecution", request, context)
        summary = (await self._find(request.execution_id, context)).summary
        if summary.state not in RETRYABLE:
            await context.abort(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"execution {summary.id} is {_state_word(summary.state)}, "
                "only FAILED, KILLED and WARNING ones are retried",
            )
        summary.state = state_pb2.STATE_RESTARTED
        summary.attempt_number += 1
        self._state.notify()
        return execution_pb2.RetryExecutionResponse(summary=summary)

    async def KillExecution(
        self, request: execution_pb2.KillExecutionRequest, context: Context
    ) -> execution_pb2.KillExecutionResponse:
        await self._state.enter("KillExecution", request, context)
        summary = (await self._find(request.execution_id, context)).summary
        if summary.state in ENDED_STATES:
            await context.abort(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"execution {summary.id} has ended: {_state_word(summary.state)}",
            )
        summary.state = state_pb2.STATE_KILLED
        self._state.notify()
        return execution_pb2.KillExecutionResponse(summary=summary)

    async def PauseExecution(
        self, request: execution_pb2.PauseExecutionRequest, context: Context
    ) -> execution_pb2.PauseExecutionResponse:
        await self._state.enter("PauseExecution", request, context)
        summary = await self._become(
            request.execution_id, state_pb2.STATE_RUNNING, state_pb2.STATE_PAUSED, context
        )
        return execution_pb2.PauseExecutionResponse(summary=summary)

    async def ResumeExecution(
        self, request: execution_pb2.ResumeExecutionRequest, context: Context
    ) -> execution_pb2.ResumeExecutionResponse:
        await self._state.enter("ResumeExecution", request, context)
        summary = await self._become(
            request.execution_id, state_pb2.STATE_PAUSED, state_pb2.STATE_RUNNING, context
        )
        return execution_pb2.ResumeExecutionResponse(summary=summary)

    async def ListPauses(
        self, request: execution_pb2.ListPausesRequest, context: Context
    ) -> execution_pb2.ListPausesResponse:
        await self._state.enter("ListPauses", request, context)
        summary = (await self._find(request.execution_id, context)).summary
        return execution_pb2.ListPausesResponse(pauses=self._state.pauses.get(summary.id, ()))

    async def _become(
        self,
        wanted: str,
        before: state_pb2.State.ValueType,
        after: state_pb2.State.ValueType,
        context: Context,
    ) -> execution_pb2.ExecutionSummary:
        summary = (await self._find(wanted, context)).summary
        if summary.state != before:
            await context.abort(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"execution {summary.id} is {_state_word(summary.state)}",
            )
        summary.state = after
        self._state.notify()
        return summary

    async def ActOnExecution(
        self, request: execution_pb2.ActOnExecutionRequest, context: Context
    ) -> execution_pb2.ActOnExecutionResponse:
        await self._state.enter("ActOnExecution", request, context)
        summary = (await self._find(request.execution_id, context)).summary
        if request.act == batch_pb2.BATCH_ACT_CHANGE_STATE:
            summary.state = request.details.state
        for key, value in request.details.labels.items():
            summary.labels[key] = value
        self._state.notify()
        return execution_pb2.ActOnExecutionResponse(summary=summary)

    async def MarkTaskRun(
        self, request: execution_pb2.MarkTaskRunRequest, context: Context
    ) -> execution_pb2.MarkTaskRunResponse:
        await self._state.enter("MarkTaskRun", request, context)
        summary = (await self._find(request.execution_id, context)).summary
        summary.state = state_pb2.STATE_RESTARTED
        self._state.notify()
        return execution_pb2.MarkTaskRunResponse(summary=summary)

    async def ListExecutionActs(
        self, request: execution_pb2.ListExecutionActsRequest, context: Context
    ) -> execution_pb2.ListExecutionActsResponse:
        await self._state.enter("ListExecutionActs", request, context)
        await self._find(request.execution_id, context)
        response = execution_pb2.ListExecutionActsResponse()
        response.offers.add(act=batch_pb2.BATCH_ACT_REPLAY)
        response.offers.add(act=batch_pb2.BATCH_ACT_KILL, reason="it has already ended (FAILED)")
        return response

    async def EvaluateExpression(
        self, request: execution_pb2.EvaluateExpressionRequest, context: Context
    ) -> execution_pb2.EvaluateExpressionResponse:
        await self._state.enter("EvaluateExpression", request, context)
        await self._find(request.execution_id, context)
        if "missing" in request.expression:
            error = "Unknown variable `missing` at line 1, column 4"
            return execution_pb2.EvaluateExpressionResponse(error=error)
        return execution_pb2.EvaluateExpressionResponse(result=request.expression)

    def _rows(self) -> list[execution_pb2.ExecutionSummary]:
        """Newest first."""
        rows = [execution.summary for execution in self._state.executions.values()]
        return sorted(rows, key=lambda row: row.created_at.ToNanoseconds(), reverse=True)

    async def _find(self, wanted: str, context: Context) -> execution_pb2.Execution:
        rows = self._rows()
        if wanted == "@failed":
            rows = [row for row in rows if row.state == state_pb2.STATE_FAILED]
        found = rows[:1] if wanted.startswith("@") else [r for r in rows if r.id.startswith(wanted)]
        if len(found) != 1:
            count = f"{len(found)} executions have" if found else "no execution has"
            await context.abort(grpc.StatusCode.NOT_FOUND, f'{count} the id "{wanted}"')
        return self._state.executions[found[0].id]

    def _begin(
        self, execution_id: str, request: execution_pb2.CreateExecutionRequest
    ) -> execution_pb2.Execution:
        outcome = self._state.outcomes.get((request.namespace, request.flow_id))
        runs = [make_task_run("load", outcome.state, error=outcome.error)] if outcome else []
        execution = make_execution(
            execution_id,
            outcome.state if outcome else state_pb2.STATE_CREATED,
            namespace=request.namespace,
            flow_id=request.flow_id,
            age_seconds=-len(self._state.executions) - 1,
            task_runs=runs,
            labels=dict(request.labels),
            error=outcome.error if outcome else "",
        )
        execution.inputs.CopyFrom(request.inputs)
        if outcome:
            execution.outputs.CopyFrom(to_struct(outcome.outputs))
            self._state.logs[execution_id] = [
                make_log(execution_id, position, text)
                for position, text in enumerate(outcome.log_texts, start=1)
            ]
        return execution

    async def _wait(self, drops: int, context: Context) -> None:
        """Wait for a change; abort when the streams of this opening are dropped."""
        self._state.open_streams += 1
        try:
            await self._state.changed()
        finally:
            self._state.open_streams -= 1
        if self._state.drops != drops:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "the coordinator is stopping")


def _state_word(state: state_pb2.State.ValueType) -> str:
    return state_pb2.State.Name(state).removeprefix("STATE_")


def _update(
    last: execution_pb2.Execution | None, now: execution_pb2.Execution, *, has_ended: bool
) -> execution_pb2.WatchExecutionResponse:
    if last is None:
        return execution_pb2.WatchExecutionResponse(snapshot=now)
    before = {run.id: run for run in last.task_runs}
    return execution_pb2.WatchExecutionResponse(
        summary=now.summary,
        changed_task_runs=[run for run in now.task_runs if before.get(run.id) != run],
        outputs=now.outputs if has_ended else None,
    )
