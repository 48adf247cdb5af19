"""Templates for people: read at once, changed durably."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from lanner_coordinator.flow.templates import Template
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import InvalidRequest, NotFound
from lanner_coordinator.runtime.flows.reading import FlowReader, told
from lanner_coordinator.runtime.templates.book import TemplateBook
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit
from lanner_coordinator.store.template_records import TemplateRecord


class TemplateEditor:
    """Reads and changes the book, and makes changes durable before they count."""

    def __init__(
        self, *, book: TemplateBook, store: Store, clock: Clock, reader: FlowReader
    ) -> None:
        self._book = book
        self._store = store
        self._clock = clock
        self._reader = reader
        self._lock = asyncio.Lock()

    def get(self, namespace: str, template_id: str) -> TemplateRecord:
        """A template.

        Raises:
            NotFound: There is none.
        """
        record = self._book.get(namespace, template_id)
        if record is None:
            raise NotFound(f"there is no template {namespace}/{template_id}")
        return record

    def page(
        self, namespace: str, *, limit: int, offset: int
    ) -> tuple[Sequence[TemplateRecord], int]:
        """Templates of a namespace, or all with an empty one, in order, and how many there are."""
        found = self._book.list(namespace)
        return found[offset : offset + limit], len(found)

    async def apply(self, source: str, *, by: str) -> TemplateRecord:
        """Store a template; the same source again changes nothing.

        Executions that have begun keep the template that they began with.

        Raises:
            InvalidRequest: The source has errors.
        """
        template, problems = self._reader.read_template(source)
        if template is None:
            raise InvalidRequest(f"the template was not stored: {told(problems)}", problems)
        # A caller that goes away must not part what is durable from what is in memory.
        return await asyncio.shield(self._apply(template, source, by=by))

    async def _apply(self, template: Template, source: str, *, by: str) -> TemplateRecord:
        async with self._lock:
            before = self._book.get(template.namespace, template.id)
            if before is not None and before.source == source:
                return before
            now = self._clock.now()
            record = TemplateRecord(
                namespace=template.namespace,
                template_id=template.id,
                source=source,
                description=template.description,
                uses=template.uses,
                version=before.version + 1 if before else 1,
                created_at=before.created_at if before else now,
                updated_at=now,
                updated_by=by,
            )
            await self._store.commit(Commit(templates=[record]))
            self._book.put(record)
            return record

    async def delete(self, namespace: str, template_id: str) -> None:
        """Remove a template; flows that put it in fail there from now on.

        Raises:
            NotFound: There is none.
        """
        await asyncio.shield(self._delete(namespace, template_id))

    async def _delete(self, namespace: str, template_id: str) -> None:
        async with self._lock:
            record = self.get(namespace, template_id)
            await self._store.commit(Commit(removed_templates=[record.key]))
            self._book.remove(record)
