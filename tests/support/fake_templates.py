"""The templates of the console's fake client."""

from __future__ import annotations

from typing import Any

from lanner_console.models import Page, TemplateRow
from lanner_proto.errors import NotFound


class FakeTemplates:
    """The part of the fake about templates; `templates` holds them by namespace and id."""

    templates: dict[tuple[str, str], TemplateRow]

    async def _called(self, name: str, *arguments: Any) -> None:
        """Note a call."""

    async def apply_template(self, source: str) -> TemplateRow:
        await self._called("apply_template", source)
        row = TemplateRow(namespace="company", id=f"t{len(self.templates)}", source=source)
        self.templates[row.namespace, row.id] = row
        return row

    async def get_template(self, namespace: str, template_id: str) -> TemplateRow:
        await self._called("get_template", namespace, template_id)
        row = self.templates.get((namespace, template_id))
        if row is None:
            raise NotFound(f"there is no template {namespace}/{template_id}")
        return row

    async def list_templates(
        self, namespace: str = "", *, limit: int = 100, offset: int = 0
    ) -> Page[TemplateRow]:
        await self._called("list_templates", namespace)
        rows = [row for row in self.templates.values() if namespace in ("", row.namespace)]
        return Page(rows=tuple(rows[offset : offset + limit]), total_count=len(rows))

    async def delete_template(self, namespace: str, template_id: str) -> None:
        await self._called("delete_template", namespace, template_id)
        del self.templates[namespace, template_id]
