"""Reads sources: given ones by all rules, stored ones so that they go on working."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from lanner_coordinator.engine.plan import Plan, make_plan
from lanner_coordinator.flow.diagnostics import Problem, Severity
from lanner_coordinator.flow.model import Flow, PluginDefault
from lanner_coordinator.flow.reader import ReadResult, read_flow
from lanner_coordinator.flow.reading.namespace import NamespaceText, read_namespace
from lanner_coordinator.flow.reading.namespace_defaults import read_namespace_defaults
from lanner_coordinator.flow.templates import (
    Template,
    TemplateFiller,
    read_template,
    templates_of,
)
from lanner_coordinator.runtime.catalog import CatalogHolder
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.flows.changes import GivenSource
from lanner_coordinator.runtime.namespaces.book import NamespaceBook
from lanner_coordinator.store.records import FlowRecord

logger = logging.getLogger(__name__)

LONG_SOURCE = 50_000
"""Characters from which on a source is read in a thread."""

FILLED_PLANS = 4
"""Plans with templates that are kept for a revision: of the templates as they are and were."""

SHOWN_PROBLEMS = 5
"""Problems that the text of one error names."""


class FlowReader:
    """Reads with the catalog of the moment and the plugin defaults around flows.

    Attributes:
        catalog: Where the catalog of the moment is.
    """

    def __init__(
        self,
        catalog: CatalogHolder,
        plugin_defaults: Sequence[PluginDefault] = (),
        namespaces: NamespaceBook | None = None,
    ) -> None:
        self.catalog = catalog
        self._plugin_defaults = tuple(plugin_defaults)
        self._namespaces = namespaces or NamespaceBook()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever sources are to be read anew."""
        self.catalog.on_change(listener)
        self._namespaces.on_change(listener)

    def read_defaults(
        self, given: Sequence[object]
    ) -> tuple[Sequence[PluginDefault], Sequence[Problem]]:
        """The plugin defaults of a namespace and all that is wrong with them."""
        return read_namespace_defaults(given, self.catalog.current)

    def read_namespace(self, name: str, text: str) -> NamespaceText:
        """What a source sets for a namespace.

        Raises:
            InvalidRequest: It has errors.
        """
        found, problems = read_namespace(text, self.catalog.current)
        if found is None:
            raise InvalidRequest(f'nothing was set: "{name}": {told(problems)}', problems)
        return found

    def read_given(self, given: GivenSource) -> ReadResult:
        """What a given source is and all that is wrong with it."""
        return read_flow(
            given.text,
            self.catalog.current,
            plugin_defaults=self._plugin_defaults,
            namespace_defaults=self._namespaces.plugin_defaults,
            name=given.name,
        )

    def read_stored(self, record: FlowRecord) -> Plan:
        """The plan of a stored revision; types that no agent offers any more are no error.

        Raises:
            InvalidRequest: It cannot be read any more.
        """
        name = f"{record.namespace}/{record.flow_id}"
        result = read_flow(
            record.source,
            self.catalog.tolerant,
            plugin_defaults=self._plugin_defaults,
            namespace_defaults=self._namespaces.plugin_defaults,
            name=name,
        )
        if result.flow is None:
            raise InvalidRequest(
                f"revision {record.revision} of flow {name} cannot be read: "
                f"{told(result.problems)}; apply a corrected source",
                result.problems,
            )
        plan = make_plan(result.flow, record.revision)
        if not templates_of(result.flow):
            return plan
        return replace(plan, complete=self._completing(result.flow, record.revision))

    def read_template(
        self, source: str, flow: Flow | None = None
    ) -> tuple[Template | None, Sequence[Problem]]:
        """A template, also as a flow has it that puts it in, and all that is wrong with it."""
        if flow is None:
            return read_template(source, self.catalog.current)
        layers = (self._plugin_defaults, *self._namespaces.plugin_defaults(flow.namespace))
        return read_template(
            source, self.catalog.tolerant, layers=layers, flow_defaults=flow.plugin_defaults
        )

    def _completing(self, flow: Flow, revision: int) -> Callable[[Mapping[str, str]], Plan]:
        """What puts templates into a flow; the last results are kept."""

        def read(source: str) -> Template | str:
            template, problems = self.read_template(source, flow)
            return told(problems) if template is None else template

        @lru_cache(maxsize=FILLED_PLANS)
        def filled(sources: frozenset[tuple[str, str]]) -> Plan:
            filler = TemplateFiller(flow, dict(sources), read)
            plan = make_plan(filler.filled(), revision)
            return replace(plan, refusals=filler.refusals)

        return lambda sources: filled(frozenset(sources.items()))


def errors_of(problems: Sequence[Problem]) -> Sequence[Problem]:
    """The problems that keep a flow from being stored."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def told(problems: Sequence[Problem]) -> str:
    """The first errors as one text."""
    errors = errors_of(problems)
    texts = [
        f"line {problem.position.line}: {problem.message}" for problem in errors[:SHOWN_PROBLEMS]
    ]
    rest = len(errors) - len(texts)
    return "; ".join(texts) + (f"; and {rest} more" if rest > 0 else "")
