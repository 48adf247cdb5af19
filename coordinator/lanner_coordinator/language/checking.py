"""Checks sources as a coordinator does, and what only shows when they are seen together.

Suites of tests are checked besides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import msgspec

from lanner_coordinator.engine.plan import make_plan
from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.diagnostics import Problem, Severity, in_order
from lanner_coordinator.flow.model import Flow, Position
from lanner_coordinator.flow.reader import ReadResult, read_flow
from lanner_coordinator.flow.reading.subflows import unknown_flow
from lanner_coordinator.found_problems import FoundProblem, found_problem
from lanner_coordinator.testing.linking import link_problems
from lanner_coordinator.testing.reading import is_suite, read_suite


class CheckedSource(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in one source.

    Attributes:
        name: As given.
        namespace: Empty where there is an error.
        flow_id: Empty likewise.
        problems: In order of the source.
    """

    name: str
    namespace: str
    flow_id: str
    problems: tuple[FoundProblem, ...]


def check_sources(
    sources: Sequence[tuple[str, str]], catalog: Catalog, *, is_folder: bool = False
) -> tuple[CheckedSource, ...]:
    """Check sources, given as name and text, in order.

    Args:
        sources: Flows and suites.
        catalog: The types that exist.
        is_folder: Whether they are all that a folder has, so that a flow which is not among them
            but named like those that are is probably misspelled.
    """
    results = {
        name: read_flow(text, catalog, name=name) for name, text in sources if not is_suite(text)
    }
    known = {result.key for result in results.values()}
    # A source that does not tell its own id may be the one that is missing.
    is_all_known = is_folder and all(all(key) for key in known)
    first: dict[tuple[str, str], str] = {}
    found: dict[str, CheckedSource] = {}
    flows: list[Flow] = []
    for name, result in results.items():
        problems = list(result.problems)
        key = (result.flow.namespace, result.flow.id) if result.flow else ("", "")
        if result.flow is not None and first.setdefault(key, name) != name:
            problems.insert(0, _twice(key, first[key]))
        elif result.flow is not None:
            flows.append(result.flow)
        if is_all_known:
            problems = [*in_order([*problems, *_unknown_flows(result, known)])]
        found[name] = _checked(name, key, problems)
    for name, text in sources:
        if is_suite(text):
            found[name] = _checked_suite(name, text, flows)
    return tuple(found[name] for name, _ in sources)


def _unknown_flows(result: ReadResult, known: Collection[tuple[str, str]]) -> Iterator[Problem]:
    """Warnings of flows that are not there, in namespaces whose other flows are there."""
    for mention in result.mentions:
        if mention.key not in known and any(
            namespace == mention.namespace and (namespace, flow_id) != result.key
            for namespace, flow_id in known
        ):
            yield unknown_flow(mention, known)


def _checked(name: str, key: tuple[str, str], problems: Sequence[Problem]) -> CheckedSource:
    return CheckedSource(
        name=name,
        namespace=key[0],
        flow_id=key[1],
        problems=tuple(map(found_problem, problems)),
    )


def _checked_suite(name: str, text: str, flows: Sequence[Flow]) -> CheckedSource:
    """A suite by itself and, where its flow was given too, together with it."""
    read = read_suite(text, name)
    suite = read.suite
    if suite is None:
        return _checked(name, ("", ""), read.problems)
    plans = {flow.id: make_plan(flow, 1) for flow in flows if flow.namespace == suite.namespace}
    linked = link_problems(suite, read.root, plans) if suite.flow_id in plans else ()
    return _checked(name, (suite.namespace, suite.flow_id), [*read.problems, *linked])


def _twice(key: tuple[str, str], first: str) -> Problem:
    return Problem(
        severity=Severity.ERROR,
        code=Code.DUPLICATE_FLOW,
        message=f"The flow `{key[1]}` of `{key[0]}` is in `{first}` already",
        hint="Give one of them another id, or remove it.",
        position=Position(line=1, column=1),
    )
