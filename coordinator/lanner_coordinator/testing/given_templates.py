"""Templates among the given files: whatever a flow puts in by name."""

from __future__ import annotations

from dataclasses import replace

from lanner_coordinator.engine.plan import Plan, make_plan
from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.model import Flow
from lanner_coordinator.flow.templates import (
    Template,
    TemplateFiller,
    read_template,
    template_name,
    templates_of,
)
from lanner_coordinator.runtime.flows.reading import told
from lanner_coordinator.runtime.templates.book import TemplateBook
from lanner_coordinator.store.template_records import TemplateRecord
from lanner_coordinator.testing.held_clock import FIRST_DATE


class GivenTemplates:
    """Sources that flows may put in. A template looks like a flow: its users tell it apart."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._records: dict[str, TemplateRecord] = {}

    def add(self, namespace: str, template_id: str, source: str) -> None:
        """Take a source that may be a template; of several of one name the first counts."""
        record = TemplateRecord(
            namespace=namespace,
            template_id=template_id,
            source=source,
            created_at=FIRST_DATE,
            updated_at=FIRST_DATE,
        )
        self._records.setdefault(template_name(namespace, template_id), record)

    def add_if_template(self, source: str) -> None:
        """Take a source that cannot be read as a flow, if it can be read as a template."""
        template, _ = read_template(source, self._catalog)
        if template is not None:
            self.add(template.namespace, template.id, source)

    def book(self) -> TemplateBook:
        """Templates that executions begin with."""
        return TemplateBook(self._records.values())

    def plan(self, flow: Flow) -> Plan:
        """The first plan of a flow, with the tasks of its templates."""
        if not templates_of(flow):
            return make_plan(flow, 1)
        sources = {name: record.source for name, record in self._records.items()}
        filler = TemplateFiller(flow, sources, lambda source: self._read(source, flow))
        plan = replace(make_plan(filler.filled(), 1), refusals=filler.refusals)
        return completed_already(plan)

    def _read(self, source: str, flow: Flow) -> Template | str:
        template, problems = read_template(
            source, self._catalog, flow_defaults=flow.plugin_defaults
        )
        return template or told(problems)


def completed_already(plan: Plan) -> Plan:
    """A plan whose templates are in, for executions that begin with templates nevertheless."""
    return replace(plan, complete=lambda sources: plan)
