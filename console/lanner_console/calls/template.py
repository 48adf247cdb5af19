"""Templates: asked over gRPC, answered in view models."""

from __future__ import annotations

from lanner_console.calls.asker import Asker
from lanner_console.models import Page, TemplateRow
from lanner_console.wire import template as wire


class TemplateCalls(Asker):
    """The part of `ConsoleClient` about templates."""

    async def apply_template(self, source: str) -> TemplateRow:
        """Store a template."""
        return wire.row(await self._client.apply_template(source))

    async def get_template(self, namespace: str, template_id: str) -> TemplateRow:
        """A template with its source."""
        return wire.row(await self._client.get_template(namespace, template_id))

    async def list_templates(
        self, namespace: str = "", *, limit: int = 100, offset: int = 0
    ) -> Page[TemplateRow]:
        """A page of templates."""
        return wire.page(await self._client.list_templates(namespace, limit=limit, offset=offset))

    async def delete_template(self, namespace: str, template_id: str) -> None:
        """Remove a template."""
        await self._client.delete_template(namespace, template_id)
