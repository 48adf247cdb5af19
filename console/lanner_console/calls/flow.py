"""Flows: asked over gRPC, answered in view models."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_console.calls.asker import Asker
from lanner_console.models import (
    AppliedFlow,
    FlowCheck,
    FlowDeletion,
    FlowDetail,
    FlowRow,
    FlowText,
    Page,
    RevisionRow,
)
from lanner_console.wire import flow as wire


class FlowCalls(Asker):
    """The part of `ConsoleClient` about flows."""

    async def validate_flows(self, sources: Sequence[FlowText]) -> list[FlowCheck]:
        """What is wrong with each source."""
        checks = await self._client.validate_flows([wire.source_message(text) for text in sources])
        return list(map(wire.check, checks))

    async def apply_flows(
        self,
        sources: Sequence[FlowText],
        *,
        dry_run: bool = False,
        deletions: Sequence[FlowDeletion] = (),
    ) -> list[AppliedFlow]:
        """Store every source and delete flows, all or nothing."""
        applied = await self._client.apply_flows(
            [wire.source_message(text) for text in sources],
            dry_run=dry_run,
            deletions=[wire.deletion_message(one) for one in deletions],
        )
        return list(map(wire.applied_flow, applied))

    async def get_flow(self, namespace: str, flow_id: str, *, revision: int = 0) -> FlowDetail:
        """One revision of a flow."""
        return wire.detail(await self._client.get_flow(namespace, flow_id, revision=revision))

    async def list_flows(
        self, *, namespace: str = "", text: str = "", limit: int = 100, offset: int = 0
    ) -> Page[FlowRow]:
        """A page of the flows."""
        response = await self._client.list_flows(
            namespace=namespace, text=text, limit=limit, offset=offset
        )
        return wire.page(response)

    async def list_revisions(self, namespace: str, flow_id: str) -> list[RevisionRow]:
        """Revisions of a flow."""
        return list(map(wire.revision, await self._client.list_revisions(namespace, flow_id)))

    async def delete_flow(self, namespace: str, flow_id: str) -> None:
        """Delete a flow."""
        await self._client.delete_flow(namespace, flow_id)
