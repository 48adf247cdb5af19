"""The fake FlowService."""

from __future__ import annotations

import re
from typing import Any, NoReturn

import grpc
import grpc.aio

from lanner_proto.v1 import flow_pb2, flow_pb2_grpc, state_pb2
from lanner_proto.values import to_timestamp
from tests.support.fake_coordinator.state import START, FakeState

Context = grpc.aio.ServicerContext[Any, Any]
TOP_LEVEL_KEY = re.compile(r"^(id|namespace):\s*(\S+)\s*$", re.MULTILINE)


class FakeFlowService(flow_pb2_grpc.FlowServiceServicer):
    """Knows of a source its `id` and `namespace` lines, and what `checks` holds by its name."""

    def __init__(self, state: FakeState) -> None:
        self._state = state

    async def ValidateFlows(
        self, request: flow_pb2.ValidateFlowsRequest, context: Context
    ) -> flow_pb2.ValidateFlowsResponse:
        await self._state.enter("ValidateFlows", request, context)
        return flow_pb2.ValidateFlowsResponse(checks=map(self._check, request.sources))

    async def ApplyFlows(
        self, request: flow_pb2.ApplyFlowsRequest, context: Context
    ) -> flow_pb2.ApplyFlowsResponse:
        await self._state.enter("ApplyFlows", request, context)
        for source in request.sources:
            if any(problem.severity == 1 for problem in self._check(source).problems):
                await context.abort(
                    grpc.StatusCode.INVALID_ARGUMENT, f'source "{source.name}" has errors'
                )
        applied = [self._apply(source, dry_run=request.dry_run) for source in request.sources]
        deleted = [self._delete(one, dry_run=request.dry_run) for one in request.deletions]
        return flow_pb2.ApplyFlowsResponse(flows=[*applied, *deleted])

    async def GetFlow(
        self, request: flow_pb2.GetFlowRequest, context: Context
    ) -> flow_pb2.GetFlowResponse:
        await self._state.enter("GetFlow", request, context)
        revisions = self._state.flows.get((request.namespace, request.flow_id), [])
        wanted = [flow for flow in revisions if request.revision in (0, flow.revision)]
        if not wanted:
            await self._not_found(request.namespace, request.flow_id, context)
        return flow_pb2.GetFlowResponse(flow=wanted[-1])

    async def ListFlows(
        self, request: flow_pb2.ListFlowsRequest, context: Context
    ) -> flow_pb2.ListFlowsResponse:
        await self._state.enter("ListFlows", request, context)
        prefix = request.namespace.removesuffix(".*")
        is_tree = request.namespace.endswith(".*")
        matching = [
            self._summary(revisions[-1])
            for (namespace, flow_id), revisions in sorted(self._state.flows.items())
            if (
                not prefix
                or namespace == prefix
                or (is_tree and namespace.startswith(f"{prefix}."))
            )
            and request.text in f"{namespace}/{flow_id}"
        ]
        end = request.offset + (request.limit or 100)
        return flow_pb2.ListFlowsResponse(
            flows=matching[request.offset : end], total_count=len(matching)
        )

    async def ListRevisions(
        self, request: flow_pb2.ListRevisionsRequest, context: Context
    ) -> flow_pb2.ListRevisionsResponse:
        await self._state.enter("ListRevisions", request, context)
        revisions = self._state.flows.get((request.namespace, request.flow_id), [])
        return flow_pb2.ListRevisionsResponse(
            revisions=[
                flow_pb2.Revision(
                    revision=flow.revision, applied_at=flow.applied_at, applied_by="uid 1000"
                )
                for flow in reversed(revisions)
            ]
        )

    async def DeleteFlow(
        self, request: flow_pb2.DeleteFlowRequest, context: Context
    ) -> flow_pb2.DeleteFlowResponse:
        await self._state.enter("DeleteFlow", request, context)
        if self._state.flows.pop((request.namespace, request.flow_id), None) is None:
            await self._not_found(request.namespace, request.flow_id, context)
        return flow_pb2.DeleteFlowResponse()

    async def _not_found(self, namespace: str, flow_id: str, context: Context) -> NoReturn:
        await context.abort(grpc.StatusCode.NOT_FOUND, f'there is no flow "{namespace}/{flow_id}"')

    def _check(self, source: flow_pb2.FlowSource) -> flow_pb2.FlowCheck:
        keys = dict(TOP_LEVEL_KEY.findall(source.source))
        check = flow_pb2.FlowCheck(
            name=source.name, namespace=keys.get("namespace", ""), flow_id=keys.get("id", "")
        )
        if source.name in self._state.checks:
            check.problems.extend(self._state.checks[source.name].problems)
        return check

    def _delete(self, one: flow_pb2.FlowDeletion, *, dry_run: bool) -> flow_pb2.AppliedFlow:
        key = (one.namespace, one.flow_id)
        revision = self._state.flows[key][-1].revision
        if not dry_run:
            del self._state.flows[key]
        return flow_pb2.AppliedFlow(
            namespace=one.namespace,
            flow_id=one.flow_id,
            revision=revision + 1,
            change=flow_pb2.AppliedFlow.CHANGE_DELETED,
        )

    def _apply(self, source: flow_pb2.FlowSource, *, dry_run: bool) -> flow_pb2.AppliedFlow:
        check = self._check(source)
        revisions = self._state.flows.get((check.namespace, check.flow_id), [])
        applied = flow_pb2.AppliedFlow(
            name=source.name,
            namespace=check.namespace,
            flow_id=check.flow_id,
            problems=check.problems,
        )
        if revisions and revisions[-1].source == source.source:
            applied.change = flow_pb2.AppliedFlow.CHANGE_UNCHANGED
            applied.revision = revisions[-1].revision
            return applied
        applied.change = (
            flow_pb2.AppliedFlow.CHANGE_UPDATED
            if revisions
            else flow_pb2.AppliedFlow.CHANGE_CREATED
        )
        applied.revision = len(revisions) + 1
        if not dry_run:
            flow = flow_pb2.Flow(
                namespace=check.namespace,
                flow_id=check.flow_id,
                revision=applied.revision,
                source=source.source,
                applied_at=to_timestamp(START),
            )
            self._state.flows.setdefault((check.namespace, check.flow_id), []).append(flow)
        return applied

    def _summary(self, flow: flow_pb2.Flow) -> flow_pb2.FlowSummary:
        runs = [
            execution.summary
            for execution in self._state.executions.values()
            if (execution.summary.namespace, execution.summary.flow_id)
            == (flow.namespace, flow.flow_id)
        ]
        runs.sort(key=lambda run: run.created_at.ToNanoseconds())
        return flow_pb2.FlowSummary(
            namespace=flow.namespace,
            flow_id=flow.flow_id,
            revision=flow.revision,
            description=flow.description,
            is_disabled=flow.is_disabled,
            labels=flow.labels,
            applied_at=flow.applied_at,
            trigger_ids=flow.trigger_ids,
            last_state=runs[-1].state if runs else state_pb2.STATE_UNSPECIFIED,
            last_started_at=runs[-1].started_at if runs else None,
        )
