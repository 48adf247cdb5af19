"""What shows only when a suite is seen together with its flow."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.diagnostics import Problem
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.suggest import did_you_mean
from lanner_coordinator.testing.model import Case, Suite, TaskFixture


def link_problems(
    suite: Suite, root: Node | None, plans: Mapping[str, Plan]
) -> tuple[Problem, ...]:
    """What a suite says of its flow and is not so.

    Args:
        suite: Of a file.
        root: Of that file.
        plans: Of the flows of the suite's namespace, by flow id; the tested one is among them.
    """
    report = Report()
    for case in suite.cases:
        _check_case(case, suite, plans, report)
    return report.problems(root or ListNode(1, 1))


def unknown_flow(suite: Suite, root: Node | None, plans: Mapping[str, Plan]) -> Problem:
    """The problem that a suite's flow is not there."""
    report = Report()
    report.error(
        Code.UNKNOWN_TESTED_FLOW,
        f"The flow `{suite.flow_id}` of `{suite.namespace}` is in none of the files given, or has "
        "errors",
        suite.flow_at,
        hint=did_you_mean(suite.flow_id, plans) or "Name its file or folder too.",
    )
    return report.problems(root or ListNode(1, 1))[0]


def _check_case(case: Case, suite: Suite, plans: Mapping[str, Plan], report: Report) -> None:
    plan = plans[suite.flow_id]
    for fixture in case.fixtures.tasks:
        _check_fixture(fixture, suite, plans, report)
    for assertion in case.assertions:
        if assertion.task_id and assertion.task_id not in plan.tasks:
            report.warn(
                Code.NOT_IN_TESTED_FLOW,
                f"The flow `{suite.flow_id}` has no task `{assertion.task_id}`",
                assertion.at,
                hint=did_you_mean(assertion.task_id, plan.tasks),
            )
    _check_inputs(case, plan, report)
    trigger = case.fixtures.trigger
    triggers = [one.id for one in plan.flow.triggers]
    if trigger is not None and trigger.id not in triggers:
        report.warn(
            Code.NOT_IN_TESTED_FLOW,
            f"The flow `{suite.flow_id}` has no trigger `{trigger.id}`",
            trigger.at,
            hint=did_you_mean(trigger.id, triggers),
        )


def _check_fixture(
    fixture: TaskFixture, suite: Suite, plans: Mapping[str, Plan], report: Report
) -> None:
    flow_id = fixture.flow_id or suite.flow_id
    plan = plans.get(flow_id)
    if plan is None or fixture.task_id in plan.tasks:
        return
    report.error(
        Code.NOT_IN_TESTED_FLOW,
        f"The flow `{flow_id}` has no task `{fixture.task_id}`",
        fixture.at,
        hint=did_you_mean(fixture.task_id, plan.tasks),
    )


def _check_inputs(case: Case, plan: Plan, report: Report) -> None:
    known = [each.id for one in plan.flow.inputs for each in (one, *one.fields)]
    for name in case.fixtures.inputs:
        # An input `a.b` may be given as a map `a` too.
        if name in known or any(one.startswith(f"{name}.") for one in known):
            continue
        report.warn(
            Code.NOT_IN_TESTED_FLOW,
            f"The flow `{plan.flow.id}` has no input `{name}`",
            _key_of(case, name),
            hint=did_you_mean(name, known),
        )


def _key_of(case: Case, name: str) -> Node:
    fixtures = case.fixtures.at
    inputs = fixtures.entries.get("inputs") if isinstance(fixtures, MapNode) else None
    return inputs.keys.get(name, inputs) if isinstance(inputs, MapNode) else fixtures
