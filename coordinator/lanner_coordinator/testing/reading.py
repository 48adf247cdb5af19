"""Reads suites: YAML in, a suite and everything that is wrong with it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.diagnostics import Problem
from lanner_coordinator.flow.names import FLOW_ID, INPUT_ID, NAMESPACE
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, describe, plain
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.yaml_text import read_yaml
from lanner_coordinator.testing.model import (
    FORMER_SPELLINGS,
    UNIT_TEST,
    Assertion,
    Case,
    Comparison,
    Fixtures,
    Operator,
    Suite,
)
from lanner_coordinator.testing.reading_fixtures import read_fixtures

SUITE = FieldTable(
    "A suite of tests",
    (
        Field(name="id", is_required=True),
        Field(name="namespace", is_required=True),
        Field(name="flowId", is_required=True),
        Field(name="description"),
        Field(name="disabled"),
        Field(name="testCases", is_required=True),
        Field(name="tenantId", no_effect="there is one tenant"),
        Field(name="deleted", no_effect="delete the file instead"),
    ),
)
"""What a suite may have."""

CASE = FieldTable(
    "A test case",
    (
        Field(name="id", is_required=True),
        Field(name="type"),
        Field(name="description"),
        Field(name="disabled"),
        Field(name="fixtures"),
        Field(name="assertions", is_required=True),
    ),
)
"""What a test may have."""

ASSERTION = FieldTable(
    "An assertion",
    (
        Field(name="value", is_required=True),
        Field(name="taskId"),
        Field(name="description"),
        Field(name="errorMessage"),
        *(Field(name=one.value, formerly=FORMER_SPELLINGS.get(one, ())) for one in Operator),
    ),
)
"""What an assertion may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSuite:
    """What came of reading a file.

    Attributes:
        suite: Absent where there is an error.
        problems: Errors and warnings, in order of the file.
        root: The document; absent where it is no YAML.
    """

    suite: Suite | None
    problems: tuple[Problem, ...]
    root: Node | None = None


def is_suite(source: str) -> bool:
    """Whether a text is meant to be a suite rather than a flow, judged without reading it."""
    return any(line.startswith(("testCases:", '"testCases":')) for line in source.splitlines())


def read_suite(source: str, name: str = "") -> ReadSuite:
    """Read a suite and find everything that is wrong with it by itself. Raises nothing.

    Args:
        source: YAML text.
        name: What the source is called in messages; empty: nothing.
    """
    report = Report()
    root = read_yaml(source, report)
    suite = None
    if isinstance(root, MapNode):
        suite = _suite(root, report, Expressions(source.removeprefix("\ufeff"), report))
    elif root is not None or not len(report):
        held = f"holds {describe(root)}" if root is not None else "is empty"
        report.error(
            Code.WRONG_TYPE,
            f"{name or 'The source'} {held}; a suite is a map with `flowId` and `testCases`",
            root or ListNode(1, 1),
        )
    problems = report.problems(root or ListNode(1, 1))
    return ReadSuite(suite=None if report.has_errors else suite, problems=problems, root=root)


def _suite(root: MapNode, report: Report, expressions: Expressions) -> Suite:
    taken = SUITE.take(root, report)
    flow_id = values.name(taken.get("flowId"), "The id of the tested flow", FLOW_ID, report)
    return Suite(
        id=values.name(taken.get("id"), "The id of the suite", FLOW_ID, report) or "",
        namespace=values.name(
            taken.get("namespace"), "The namespace", NAMESPACE, report, Code.BAD_NAMESPACE
        )
        or "",
        flow_id=flow_id or "",
        description=values.text(taken.get("description"), "`description`", report) or "",
        is_disabled=bool(values.boolean(taken.get("disabled"), "`disabled`", report)),
        cases=tuple(_cases(taken.get("testCases"), report, expressions)),
        flow_at=taken.get("flowId", root),
    )


def _cases(node: Node | None, report: Report, expressions: Expressions) -> Iterable[Case]:
    if node is None:
        return
    items = as_items(node, "`testCases`", report)
    if isinstance(node, ListNode) and not items:
        report.error(Code.EMPTY, "`testCases` must not be empty", node)
    seen: dict[str, int] = {}
    for item in items:
        found = as_map(item, "A test case", report)
        if found is None:
            continue
        case = _case(found, report, expressions)
        first = seen.setdefault(case.id, found.line)
        if case.id and first != found.line:
            report.error(
                Code.DUPLICATE_ID,
                f"The test case `{case.id}` stands here a second time, after line {first}",
                found.entries["id"],
                hint="Give it another id.",
            )
        yield case


def _case(node: MapNode, report: Report, expressions: Expressions) -> Case:
    taken = CASE.take(node, report)
    kind = values.text(taken.get("type"), "`type`", report)
    if kind is not None and kind != UNIT_TEST:
        values.refuse_choice(kind, "The type of a test case", [UNIT_TEST], taken["type"], report)
    case_id = values.name(taken.get("id"), "The id of a test case", INPUT_ID, report)
    fixtures = taken.get("fixtures")
    return Case(
        id=case_id or "",
        description=values.text(taken.get("description"), "`description`", report) or "",
        is_disabled=bool(values.boolean(taken.get("disabled"), "`disabled`", report)),
        fixtures=read_fixtures(fixtures, report, expressions) if fixtures else Fixtures(at=node),
        assertions=tuple(_assertions(taken.get("assertions"), report, expressions)),
        at=taken.get("id", node),
    )


def _assertions(node: Node | None, report: Report, expressions: Expressions) -> Iterable[Assertion]:
    if node is None:
        return
    items = as_items(node, "`assertions`", report)
    if isinstance(node, ListNode) and not items:
        report.error(Code.EMPTY, "`assertions` must not be empty: it would test nothing", node)
    for item in items:
        found = as_map(item, "An assertion", report)
        if found is not None:
            yield _assertion(found, report, expressions)


def _assertion(node: MapNode, report: Report, expressions: Expressions) -> Assertion:
    taken = ASSERTION.take(node, report)
    comparisons = _comparisons(taken, report)
    if not comparisons and "value" in taken and not set(node.entries) - set(ASSERTION.names):
        report.error(
            Code.MISSING_KEY,
            "An assertion needs an operator",
            node.keys["value"],
            hint=f"Add one of {', '.join(f'`{one}`' for one in Operator)}.",
        )
    for name in ("value", *(one.operator.value for one in comparisons)):
        expressions.check(taken.get(name))
    return Assertion(
        value=plain(taken["value"]) if "value" in taken else None,
        comparisons=comparisons,
        task_id=values.text(taken.get("taskId"), "`taskId`", report) or "",
        description=values.text(taken.get("description"), "`description`", report) or "",
        error_message=values.text(taken.get("errorMessage"), "`errorMessage`", report) or "",
        at=taken.get("value", node),
    )


def _comparisons(taken: Mapping[str, Node], report: Report) -> Sequence[Comparison]:
    found = []
    for operator in Operator:
        node = taken.get(operator.value)
        if node is None:
            continue
        if operator in (Operator.IN, Operator.NOT_IN) and isinstance(node, MapNode):
            as_items(node, f"`{operator}`", report)
        found.append(Comparison(operator=operator, expected=plain(node), at=node))
    return tuple(sorted(found, key=lambda one: (one.at.line, one.at.column)))
