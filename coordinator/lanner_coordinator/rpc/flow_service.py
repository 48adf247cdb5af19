"""The FlowService."""

from __future__ import annotations

from lanner_coordinator.flow.model import Flow
from lanner_coordinator.rpc.callers import caller_of
from lanner_coordinator.rpc.convert_flow import (
    applied_out,
    check_out,
    deletion_in,
    flow_out,
    overview_out,
    revision_out,
    source_in,
)
from lanner_coordinator.rpc.interceptor import Context
from lanner_coordinator.rpc.limits import SOURCES_LIMIT, page_limit, page_offset, required
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.flows.editing import FlowEditor
from lanner_coordinator.runtime.flows.overview import FlowLists
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.store.records import FlowRecord
from lanner_proto.v1 import flow_pb2, flow_pb2_grpc


class FlowService(flow_pb2_grpc.FlowServiceServicer):
    """Serves flows; what each call means stands in `flow.proto`."""

    def __init__(self, *, flows: FlowRegistry, editor: FlowEditor, lists: FlowLists) -> None:
        self._flows = flows
        self._editor = editor
        self._lists = lists

    async def ValidateFlows(
        self, request: flow_pb2.ValidateFlowsRequest, context: Context
    ) -> flow_pb2.ValidateFlowsResponse:
        """Check sources."""
        _check_count(len(request.sources))
        checks = await self._editor.validate([source_in(one) for one in request.sources])
        return flow_pb2.ValidateFlowsResponse(checks=[check_out(check) for check in checks])

    async def ApplyFlows(
        self, request: flow_pb2.ApplyFlowsRequest, context: Context
    ) -> flow_pb2.ApplyFlowsResponse:
        """Store sources."""
        _check_count(len(request.sources) + len(request.deletions))
        applied = await self._editor.apply(
            [source_in(one) for one in request.sources],
            by=caller_of(context),
            dry_run=request.dry_run,
            deletions=[deletion_in(one) for one in request.deletions],
        )
        return flow_pb2.ApplyFlowsResponse(flows=[applied_out(one) for one in applied])

    async def GetFlow(
        self, request: flow_pb2.GetFlowRequest, context: Context
    ) -> flow_pb2.GetFlowResponse:
        """One revision."""
        record = await self._flows.record(
            required("namespace", request.namespace),
            required("flow_id", request.flow_id),
            request.revision,
        )
        return flow_pb2.GetFlowResponse(flow=flow_out(record, await self._flow_of(record)))

    async def ListFlows(
        self, request: flow_pb2.ListFlowsRequest, context: Context
    ) -> flow_pb2.ListFlowsResponse:
        """A page of flows."""
        page, total_count = await self._lists.page(
            namespace=request.namespace,
            text=request.text,
            limit=page_limit(request.limit, default=100, highest=1_000),
            offset=page_offset(request.offset),
        )
        return flow_pb2.ListFlowsResponse(
            flows=[overview_out(overview) for overview in page], total_count=total_count
        )

    async def ListRevisions(
        self, request: flow_pb2.ListRevisionsRequest, context: Context
    ) -> flow_pb2.ListRevisionsResponse:
        """Revisions of a flow."""
        records = await self._flows.revisions(
            required("namespace", request.namespace), required("flow_id", request.flow_id)
        )
        return flow_pb2.ListRevisionsResponse(
            revisions=[revision_out(record) for record in records]
        )

    async def DeleteFlow(
        self, request: flow_pb2.DeleteFlowRequest, context: Context
    ) -> flow_pb2.DeleteFlowResponse:
        """Delete a flow."""
        await self._editor.delete(
            required("namespace", request.namespace),
            required("flow_id", request.flow_id),
            by=caller_of(context),
        )
        return flow_pb2.DeleteFlowResponse()

    async def _flow_of(self, record: FlowRecord) -> Flow | None:
        """What a revision says; absent: it cannot be read any more, only looked at."""
        try:
            plan = await self._flows.plan(record.namespace, record.flow_id, record.revision)
        except InvalidRequest:
            return None
        return plan.flow


def _check_count(count: int) -> None:
    if not 0 < count <= SOURCES_LIMIT:
        raise InvalidRequest(
            f"a request has 1 to {SOURCES_LIMIT} sources and deletions, this one has {count}"
        )
