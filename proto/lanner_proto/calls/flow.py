"""Flows: check, apply, read and delete."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_proto.connection import Connection
from lanner_proto.v1 import flow_pb2
from lanner_proto.v1.flow_pb2_grpc import FlowServiceStub


class FlowCalls(Connection):
    """Calls of `lanner.v1.FlowService`."""

    async def validate_flows(
        self, sources: Sequence[flow_pb2.FlowSource]
    ) -> list[flow_pb2.FlowCheck]:
        """What is wrong with each source; stores nothing."""
        request = flow_pb2.ValidateFlowsRequest(sources=sources)
        response = await self._unary(
            lambda channel: FlowServiceStub(channel).ValidateFlows, request, may_repeat=True
        )
        return list(response.checks)

    async def apply_flows(
        self,
        sources: Sequence[flow_pb2.FlowSource],
        *,
        dry_run: bool = False,
        deletions: Sequence[flow_pb2.FlowDeletion] = (),
    ) -> list[flow_pb2.AppliedFlow]:
        """Store every source as a new revision of its flow and delete flows, all or nothing.

        Raises:
            InvalidInput: A source has errors; `validate_flows` tells which.
            NotFound: A flow to delete does not exist.
            Conflict: A flow is not at the revision that `if_revision` names.
        """
        request = flow_pb2.ApplyFlowsRequest(sources=sources, dry_run=dry_run, deletions=deletions)
        # A second apply of the same source finds it unchanged, unless it is tied to a revision.
        is_tied = any(source.HasField("if_revision") for source in sources)
        may_repeat = dry_run or not (is_tied or deletions)
        response = await self._unary(
            lambda channel: FlowServiceStub(channel).ApplyFlows, request, may_repeat=may_repeat
        )
        return list(response.flows)

    async def get_flow(self, namespace: str, flow_id: str, *, revision: int = 0) -> flow_pb2.Flow:
        """One revision of a flow; 0 is the newest.

        Raises:
            NotFound: No such flow or revision.
        """
        request = flow_pb2.GetFlowRequest(namespace=namespace, flow_id=flow_id, revision=revision)
        response = await self._unary(
            lambda channel: FlowServiceStub(channel).GetFlow, request, may_repeat=True
        )
        return response.flow

    async def list_flows(
        self, *, namespace: str = "", text: str = "", limit: int = 0, offset: int = 0
    ) -> flow_pb2.ListFlowsResponse:
        """Flows in order of namespace and id, and how many match."""
        request = flow_pb2.ListFlowsRequest(
            namespace=namespace, text=text, limit=limit, offset=offset
        )
        return await self._unary(
            lambda channel: FlowServiceStub(channel).ListFlows, request, may_repeat=True
        )

    async def list_revisions(self, namespace: str, flow_id: str) -> list[flow_pb2.Revision]:
        """Revisions of a flow, newest first."""
        request = flow_pb2.ListRevisionsRequest(namespace=namespace, flow_id=flow_id)
        response = await self._unary(
            lambda channel: FlowServiceStub(channel).ListRevisions, request, may_repeat=True
        )
        return list(response.revisions)

    async def delete_flow(self, namespace: str, flow_id: str) -> None:
        """Delete a flow; its executions and revisions are kept.

        Raises:
            NotFound: No such flow.
        """
        request = flow_pb2.DeleteFlowRequest(namespace=namespace, flow_id=flow_id)
        await self._unary(
            lambda channel: FlowServiceStub(channel).DeleteFlow, request, may_repeat=False
        )
