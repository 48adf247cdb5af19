"""All templates in memory, so that an execution begins with those of its flow at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.templates import template_name, templates_of
from lanner_coordinator.store.template_records import TemplateRecord


class TemplateBook:
    """Templates by name. Methods belong to the event loop's thread."""

    def __init__(self, records: Iterable[TemplateRecord] = ()) -> None:
        self._records = {template_name(*record.key): record for record in records}

    def get(self, namespace: str, template_id: str) -> TemplateRecord | None:
        """A template."""
        return self._records.get(template_name(namespace, template_id))

    def list(self, namespace: str) -> Sequence[TemplateRecord]:
        """Those of a namespace, or all with an empty one, in order of namespace and id."""
        found = (one for one in self._records.values() if namespace in ("", one.namespace))
        return sorted(found, key=lambda one: one.key)

    def put(self, record: TemplateRecord) -> None:
        """It is durable that this is a template."""
        self._records[template_name(*record.key)] = record

    def remove(self, record: TemplateRecord) -> None:
        """It is durable that this template is gone."""
        del self._records[template_name(*record.key)]

    def sources(self, plan: Plan) -> dict[str, str]:
        """Sources of the templates that a flow puts in, and of those that these put in, by name.

        Empty where the flow puts none in. Templates that do not exist are missing.
        """
        if plan.complete is None:
            return {}
        found: dict[str, str] = {}
        wanted = list(templates_of(plan.flow))
        while wanted:
            name = wanted.pop()
            record = self._records.get(name)
            if record is not None and name not in found:
                found[name] = record.source
                wanted.extend(record.uses)
        return found
