"""Tests of flows as JUnit XML, which CI systems read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

from lanner_console.models.flow_suite import FileProblems, FlowOutcome, FlowVerdict

# What XML 1.0 cannot hold, whichever way it is written.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_document(verdicts: Sequence[FlowVerdict], invalid: Sequence[FileProblems]) -> str:
    """All tests, by suite, and files that could not be read as one test in error each."""
    root = ElementTree.Element("testsuites", name="lanner flow test")
    for name, ran in _by_suite(verdicts).items():
        root.append(_suite(name, ran))
    for file in invalid:
        root.append(_unread(file))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _by_suite(verdicts: Iterable[FlowVerdict]) -> dict[tuple[str, str], list[FlowVerdict]]:
    suites: dict[tuple[str, str], list[FlowVerdict]] = {}
    for verdict in verdicts:
        suites.setdefault((verdict.file, verdict.suite), []).append(verdict)
    return suites


def _suite(name: tuple[str, str], ran: Sequence[FlowVerdict]) -> ElementTree.Element:
    counts = {outcome: sum(one.outcome is outcome for one in ran) for outcome in FlowOutcome}
    suite = ElementTree.Element(
        "testsuite",
        name=_fit(name[1]),
        file=_fit(name[0]),
        tests=str(len(ran)),
        failures=str(counts[FlowOutcome.FAILED]),
        errors=str(counts[FlowOutcome.ERROR]),
        skipped=str(counts[FlowOutcome.SKIPPED]),
        time=f"{sum(one.seconds for one in ran):.3f}",
    )
    suite.extend(map(_case, ran))
    return suite


def _case(verdict: FlowVerdict) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=_fit(f"{verdict.namespace}.{verdict.flow_id}.{verdict.suite}"),
        name=_fit(verdict.case),
        file=_fit(verdict.file),
        line=str(verdict.line),
        time=f"{verdict.seconds:.3f}",
    )
    if verdict.outcome is FlowOutcome.SKIPPED:
        ElementTree.SubElement(case, "skipped")
    kind = "failure" if verdict.outcome is FlowOutcome.FAILED else "error"
    for flaw in verdict.flaws:
        found = ElementTree.SubElement(case, kind, message=_fit(flaw.message))
        found.text = _fit(
            f"{verdict.file}:{flaw.line}:{flaw.column}\n"
            f"expected: {flaw.expected!r}\nactual: {flaw.actual!r}\n{flaw.hint}".rstrip()
        )
    if verdict.lines:
        log = ElementTree.SubElement(case, "system-out")
        log.text = _fit("\n".join(f"{one.level} {one.task_id} {one.text}" for one in verdict.lines))
    return case


def _unread(file: FileProblems) -> ElementTree.Element:
    suite = ElementTree.Element(
        "testsuite", name=_fit(file.name), tests="1", failures="0", errors="1", skipped="0"
    )
    case = ElementTree.SubElement(
        suite, "testcase", classname=_fit(file.name), name="the file is valid", file=_fit(file.name)
    )
    for problem in file.problems:
        if problem.is_error:
            found = ElementTree.SubElement(case, "error", message=_fit(problem.message))
            found.text = _fit(
                f"{file.name}:{problem.line}:{problem.column}\n{problem.hint}".rstrip()
            )
    return suite


def _fit(text: str) -> str:
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
