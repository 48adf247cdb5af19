"""The part of the console's view of the coordinator about templates."""

from __future__ import annotations

from typing import Protocol

from lanner_console.models import Page, TemplateRow


class TemplateClient(Protocol):
    """What is asked of templates; as `ConsoleClient`, of which it is a part."""

    async def apply_template(self, source: str) -> TemplateRow:
        """Store a template from YAML text; `InvalidInput` for errors."""
        ...

    async def get_template(self, namespace: str, template_id: str) -> TemplateRow:
        """A template with its source; `NotFound` when there is none."""
        ...

    async def list_templates(
        self, namespace: str = "", *, limit: int = 100, offset: int = 0
    ) -> Page[TemplateRow]:
        """Templates without their sources, of all namespaces with an empty one."""
        ...

    async def delete_template(self, namespace: str, template_id: str) -> None:
        """Remove a template; `NotFound` when there is none."""
        ...
