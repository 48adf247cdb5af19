"""The files that tests are run from: suites and flows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.diagnostics import Problem, Severity
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import Flow
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.runtime.flows.registry import no_such_flow
from lanner_coordinator.runtime.templates.book import TemplateBook
from lanner_coordinator.testing.any_types import AnyTypes
from lanner_coordinator.testing.given_templates import GivenTemplates
from lanner_coordinator.testing.linking import link_problems, unknown_flow
from lanner_coordinator.testing.model import Suite
from lanner_coordinator.testing.reading import is_suite, read_suite


class GivenFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file.

    Attributes:
        name: For messages.
        source: YAML.
        is_asked: Its tests are to be run; otherwise it is only there for its flow.
    """

    name: str
    source: str
    is_asked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSuite:
    """A suite, or the file that should hold one.

    Attributes:
        name: Of the file.
        suite: Absent where it cannot be run.
        problems: Of the suite, and of the flow where that has errors.
        of_flow: Problems of its flow, whose file is `flow_name`.
        flow_name: File of its flow; empty: not found.
    """

    name: str
    suite: Suite | None
    problems: Sequence[Problem]
    of_flow: Sequence[Problem] = ()
    flow_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _BrokenFlow:
    file: GivenFile
    problems: Sequence[Problem]


class GivenFlows:
    """The flows of the files, at their first revision; it remembers which others were asked for.

    Attributes:
        templates: The templates of the files.
        missed: Namespaces and ids of flows that were asked for and are not there.
    """

    def __init__(self) -> None:
        self.templates = TemplateBook()
        self.missed: set[tuple[str, str]] = set()
        self._plans: dict[tuple[str, str], Plan] = {}

    def add(self, plan: Plan) -> None:
        """Take the plan of a flow; of several of one name the first counts."""
        self._plans.setdefault((plan.flow.namespace, plan.flow.id), plan)

    def namespaces(self) -> Iterable[str]:
        """The namespace of each flow; some may come more than once."""
        return (namespace for namespace, _ in self._plans)

    def of_namespace(self, namespace: str) -> Mapping[str, Plan]:
        """The plans of a namespace's own flows by flow id."""
        return {key[1]: plan for key, plan in self._plans.items() if key[0] == namespace}

    def plan_now(self, namespace: str, flow_id: str, revision: int = 0) -> Plan:
        """The plan of a flow, whichever revision is asked for.

        Raises:
            NotFound: No such flow.
        """
        plan = self._plans.get((namespace, flow_id))
        if plan is None:
            self.missed.add((namespace, flow_id))
            raise no_such_flow(namespace, flow_id)
        return plan

    async def plan(self, namespace: str, flow_id: str, revision: int = 0) -> Plan:
        """As `plan_now`."""
        return self.plan_now(namespace, flow_id, revision)


class Given:
    """All that was given, read.

    Attributes:
        flows: The flows.
        suites: The suites whose tests are to be run, in order.
    """

    def __init__(self, files: Sequence[GivenFile]) -> None:
        self.flows = GivenFlows()
        self._files: dict[tuple[str, str], str] = {}
        self._broken: list[_BrokenFlow] = []
        catalog = AnyTypes(KnownTypes())
        templates = GivenTemplates(catalog)
        flows = [
            flow
            for file in files
            if not is_suite(file.source)
            and (flow := self._read_flow(file, catalog, templates)) is not None
        ]
        self.flows.templates = templates.book()
        for flow in flows:
            self.flows.add(templates.plan(flow))
        self.suites = [self._suite(one) for one in files if one.is_asked and is_suite(one.source)]

    def plan(self, suite: Suite) -> Plan:
        """The plan of a suite's flow, which is there."""
        return self.flows.plan_now(suite.namespace, suite.flow_id)

    def _read_flow(
        self, file: GivenFile, catalog: Catalog, templates: GivenTemplates
    ) -> Flow | None:
        result = read_flow(file.source, catalog, name=file.name)
        if result.flow is None:
            self._broken.append(_BrokenFlow(file=file, problems=result.problems))
            templates.add_if_template(file.source)
            return None
        key = (result.flow.namespace, result.flow.id)
        self._files.setdefault(key, file.name)
        templates.add(*key, file.source)
        return result.flow

    def _suite(self, file: GivenFile) -> FoundSuite:
        read = read_suite(file.source, file.name)
        suite = read.suite
        if suite is None:
            return FoundSuite(name=file.name, suite=None, problems=read.problems)
        plans = self.flows.of_namespace(suite.namespace)
        if suite.flow_id not in plans:
            broken = self._broken_flow(suite)
            return FoundSuite(
                name=file.name,
                suite=None,
                problems=(*read.problems, unknown_flow(suite, read.root, plans)),
                of_flow=broken.problems if broken else (),
                flow_name=broken.file.name if broken else "",
            )
        problems = (*read.problems, *link_problems(suite, read.root, plans))
        has_errors = any(one.severity is Severity.ERROR for one in problems)
        return FoundSuite(
            name=file.name,
            suite=None if has_errors else suite,
            problems=problems,
            flow_name=self._files[suite.namespace, suite.flow_id],
        )

    def _broken_flow(self, suite: Suite) -> _BrokenFlow | None:
        """A file with errors that looks as if it held the suite's flow."""
        named = re.compile(rf"^id:\s*[\"']?{re.escape(suite.flow_id)}[\"']?\s*$", re.MULTILINE)
        return next((one for one in self._broken if named.search(one.file.source)), None)
