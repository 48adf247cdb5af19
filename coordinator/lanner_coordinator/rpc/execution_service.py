"""The ExecutionService."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing

from lanner_coordinator.engine.rules.eligibility import Act
from lanner_coordinator.rpc.callers import caller_of
from lanner_coordinator.rpc.convert_act import Shown, act_in, details_in, offer_out, state_in
from lanner_coordinator.rpc.convert_execution import execution_out, moment_out, summary_out
from lanner_coordinator.rpc.convert_pause import decision_in, pauses_out
from lanner_coordinator.rpc.convert_values import values_in
from lanner_coordinator.rpc.interceptor import Context
from lanner_coordinator.rpc.limits import (
    given_labels,
    page_limit,
    page_offset,
    required,
    short_text,
)
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.executions.acts import Acts
from lanner_coordinator.runtime.executions.creation import ExecutionCreator, NewExecution
from lanner_coordinator.runtime.executions.evaluating import Evaluator
from lanner_coordinator.runtime.executions.listing import ExecutionLists
from lanner_coordinator.runtime.executions.offers import Offer, offers, run_offers
from lanner_coordinator.runtime.executions.reading import ExecutionReader
from lanner_coordinator.runtime.executions.references import References
from lanner_coordinator.runtime.executions.views import ExecutionView
from lanner_coordinator.runtime.executions.watching import Watching
from lanner_coordinator.runtime.executions.wishes import GRACE_SECONDS, Details, Wish
from lanner_proto.v1 import execution_pb2, execution_pb2_grpc
from lanner_proto.values import from_timestamp

HIGHEST_GRACE_SECONDS = 3_600.0
"""Longest time between the polite and the hard signal of a kill."""


class ExecutionService(execution_pb2_grpc.ExecutionServiceServicer):
    """Serves executions; what each call means stands in `execution.proto`."""

    def __init__(
        self,
        *,
        creator: ExecutionCreator,
        reader: ExecutionReader,
        references: References,
        lists: ExecutionLists,
        watching: Watching,
        acts: Acts,
        evaluator: Evaluator,
    ) -> None:
        self._creator = creator
        self._reader = reader
        self._references = references
        self._lists = lists
        self._watching = watching
        self._acts = acts
        self._evaluator = evaluator

    async def CreateExecution(
        self, request: execution_pb2.CreateExecutionRequest, context: Context
    ) -> execution_pb2.CreateExecutionResponse:
        """Start an execution."""
        has_date = request.HasField("schedule_at")
        wanted = NewExecution(
            namespace=required("namespace", request.namespace),
            flow_id=required("flow_id", request.flow_id),
            revision=request.revision,
            inputs=values_in(request.inputs),
            labels=given_labels(request.labels),
            request_id=request.request_id,
            schedule_at=from_timestamp(request.schedule_at) if has_date else None,
            by=caller_of(context),
        )
        execution_id, is_repeat = await self._creator.create(wanted)
        return execution_pb2.CreateExecutionResponse(execution_id=execution_id, is_repeat=is_repeat)

    async def GetExecution(
        self, request: execution_pb2.GetExecutionRequest, context: Context
    ) -> execution_pb2.GetExecutionResponse:
        """All of an execution."""
        execution = await self._reader.read(request.execution_id, execution_out)
        return execution_pb2.GetExecutionResponse(execution=execution)

    async def ListExecutions(
        self, request: execution_pb2.ListExecutionsRequest, context: Context
    ) -> execution_pb2.ListExecutionsResponse:
        """A page of executions."""
        page = await self._lists.page(
            self._lists.filter_of(request.filter),
            sort=request.sort,
            limit=page_limit(request.limit, default=50, highest=1_000),
            offset=page_offset(request.offset),
        )
        return execution_pb2.ListExecutionsResponse(
            executions=[summary_out(row) for row in page.rows], total_count=page.total_count
        )

    async def WatchExecution(
        self, request: execution_pb2.WatchExecutionRequest, context: Context
    ) -> AsyncIterator[execution_pb2.WatchExecutionResponse]:
        """An execution and what changes of it."""
        messages = self._watching.watch(request.execution_id, moment_out)
        async with aclosing(messages):
            async for message in messages:
                yield message

    async def WatchExecutions(
        self, request: execution_pb2.WatchExecutionsRequest, context: Context
    ) -> AsyncIterator[execution_pb2.WatchExecutionsResponse]:
        """Executions that match, as they change."""
        changes = self._watching.watch_list(self._lists.filter_of(request.filter))
        async with aclosing(changes):
            async for changed in changes:
                if changed:
                    rows = [summary_out(row) for row in changed]
                    yield execution_pb2.WatchExecutionsResponse(changed=rows)
                else:
                    # Whoever lists after this misses nothing.
                    await context.send_initial_metadata(())

    async def RetryExecution(
        self, request: execution_pb2.RetryExecutionRequest, context: Context
    ) -> execution_pb2.RetryExecutionResponse:
        """Restart an execution."""
        execution_id = await self._references.resolve(request.execution_id)
        wish = Wish(by=caller_of(context), reason=short_text("reason", request.reason))
        summary = await self._acts.do(Act.RETRY, execution_id, wish)
        return execution_pb2.RetryExecutionResponse(summary=summary_out(summary))

    async def KillExecution(
        self, request: execution_pb2.KillExecutionRequest, context: Context
    ) -> execution_pb2.KillExecutionResponse:
        """Kill an execution."""
        execution_id = await self._references.resolve(request.execution_id)
        wish = Wish(
            by=caller_of(context),
            reason=short_text("reason", request.reason),
            grace_seconds=_grace_seconds(request),
            details=Details(spares_children=request.spares_children),
        )
        summary = await self._acts.do(Act.KILL, execution_id, wish)
        return execution_pb2.KillExecutionResponse(summary=summary_out(summary))

    async def PauseExecution(
        self, request: execution_pb2.PauseExecutionRequest, context: Context
    ) -> execution_pb2.PauseExecutionResponse:
        """Let nothing new begin."""
        execution_id = await self._references.resolve(request.execution_id)
        wish = Wish(by=caller_of(context), reason=short_text("reason", request.reason))
        summary = await self._acts.do(Act.PAUSE, execution_id, wish)
        return execution_pb2.PauseExecutionResponse(summary=summary_out(summary))

    async def ResumeExecution(
        self, request: execution_pb2.ResumeExecutionRequest, context: Context
    ) -> execution_pb2.ResumeExecutionResponse:
        """Let a paused execution go on."""
        execution_id = await self._references.resolve(request.execution_id)
        wish = Wish(
            by=caller_of(context),
            reason=short_text("reason", request.reason),
            details=Details(
                task_run=request.task_run_id,
                inputs=values_in(request.inputs),
                decision=decision_in(request.decision),
                comment=short_text("comment", request.comment),
            ),
        )
        summary = await self._acts.do(Act.RESUME, execution_id, wish)
        return execution_pb2.ResumeExecutionResponse(summary=summary_out(summary))

    async def ListPauses(
        self, request: execution_pb2.ListPausesRequest, context: Context
    ) -> execution_pb2.ListPausesResponse:
        """What a paused execution waits for."""
        pauses = await self._reader.read(request.execution_id, pauses_out)
        return execution_pb2.ListPausesResponse(pauses=pauses)

    async def ActOnExecution(
        self, request: execution_pb2.ActOnExecutionRequest, context: Context
    ) -> execution_pb2.ActOnExecutionResponse:
        """Do any act."""
        act = act_in(request.act)
        execution_id = await self._references.resolve(request.execution_id)
        shown = Shown()
        wish = Wish(
            by=caller_of(context),
            reason=short_text("reason", request.reason),
            details=details_in(request.details),
            look=shown.look(is_wanted=request.shows_execution),
        )
        summary = await self._acts.do(act, execution_id, wish)
        return execution_pb2.ActOnExecutionResponse(
            summary=summary_out(summary), execution=shown.execution
        )

    async def MarkTaskRun(
        self, request: execution_pb2.MarkTaskRunRequest, context: Context
    ) -> execution_pb2.MarkTaskRunResponse:
        """Say in which state a task run has ended."""
        execution_id = await self._references.resolve(request.execution_id)
        shown = Shown()
        wish = Wish(
            by=caller_of(context),
            reason=short_text("reason", request.reason),
            look=shown.look(is_wanted=request.shows_execution),
        )
        task_run, state = required("task_run", request.task_run), state_in(request.state)
        summary = await self._acts.mark(execution_id, task_run, state, wish)
        return execution_pb2.MarkTaskRunResponse(
            summary=summary_out(summary), execution=shown.execution
        )

    async def ListExecutionActs(
        self, request: execution_pb2.ListExecutionActsRequest, context: Context
    ) -> execution_pb2.ListExecutionActsResponse:
        """What can be done, and why not."""

        def show(view: ExecutionView) -> Sequence[Offer]:
            if request.task_run:
                return run_offers(view.execution, request.task_run)
            return offers(view.execution)

        found = await self._reader.read(request.execution_id, show)
        return execution_pb2.ListExecutionActsResponse(offers=[offer_out(one) for one in found])

    async def EvaluateExpression(
        self, request: execution_pb2.EvaluateExpressionRequest, context: Context
    ) -> execution_pb2.EvaluateExpressionResponse:
        """What a text comes to in an execution."""
        text = required("expression", request.expression)
        found = await self._evaluator.evaluate(request.execution_id, request.task_run, text)
        return execution_pb2.EvaluateExpressionResponse(result=found.result, error=found.error)


def _grace_seconds(request: execution_pb2.KillExecutionRequest) -> float:
    if not request.HasField("grace"):
        return GRACE_SECONDS
    seconds = request.grace.seconds + request.grace.nanos / 1e9
    if not 0 <= seconds <= HIGHEST_GRACE_SECONDS:
        raise InvalidRequest(
            f"`grace` is {seconds:g} s; it must be between 0 and {HIGHEST_GRACE_SECONDS:g} s"
        )
    return seconds
