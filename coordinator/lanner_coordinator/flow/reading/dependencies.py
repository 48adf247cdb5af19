"""Checks that what depends on one another exists and does not run in a circle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.nodes import Node
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.suggest import did_you_mean


def check_dependencies(
    wanted: Mapping[str, Sequence[tuple[str, Node]]], kind: str, report: Report
) -> None:
    """Report dependencies on ids that do not exist, and circles.

    Args:
        wanted: For each id the ids it depends on, and where that is written.
        kind: What messages call the things.
        report: Takes the problems.
    """
    for name, dependencies in wanted.items():
        for other, at in dependencies:
            if other not in wanted:
                message = f"The {kind} `{name}` depends on `{other}`, which does not exist here"
                hint = _meant(other, [one for one in wanted if one != name])
                report.error(Code.UNKNOWN_DEPENDENCY, message, at, hint=hint)
    _report_cycles(wanted, kind, report)


def _meant(name: str, others: Sequence[str]) -> str:
    """What was meant by a name: what is called so in a form, or what looks like it."""
    inner = next((one for one in others if one.endswith(f".{name}")), "")
    return f"Did you mean `{inner}`?" if inner else did_you_mean(name, others)


def _report_cycles(
    wanted: Mapping[str, Sequence[tuple[str, Node]]], kind: str, report: Report
) -> None:
    """Report one circle after the other, without those that share something with an earlier one."""
    rest = dict(wanted)
    while cycle := _cycle(rest):
        at = next(at for other, at in wanted[cycle[0]] if other == cycle[1])
        shown = " → ".join(cycle)
        message = f"The {kind}s wait for each other in a circle, so none can start: {shown}"
        report.error(Code.DEPENDENCY_CYCLE, message, at)
        for name in cycle:
            rest.pop(name, None)


def _cycle(wanted: Mapping[str, Sequence[tuple[str, Node]]]) -> Sequence[str]:
    graph = {
        name: [other for other, _ in dependencies if other in wanted]
        for name, dependencies in wanted.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return ()
