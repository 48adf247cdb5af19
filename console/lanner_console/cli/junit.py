"""Tests of flows as JUnit XML, which CI systems read.

It fits the schema that Jenkins publishes, as the reports of pytest do: places are in the texts of
failures, as a `testcase` may not have them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from xml.etree import ElementTree

from lanner_console.models.flow_suite import FileProblems, Flaw, FlowOutcome, FlowVerdict

# What XML 1.0 cannot hold, whichever way it is written.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_document(verdicts: Sequence[FlowVerdict], invalid: Sequence[FileProblems]) -> str:
    """All tests, by suite, and files that could not be read as one test in error each."""
    root = ElementTree.Element("testsuites", name="lanner flow test")
    _count(root, verdicts, invalid)
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
    skipped = sum(one.outcome is FlowOutcome.SKIPPED for one in ran)
    suite = ElementTree.Element(
        "testsuite",
        name=_fit(name[1]),
        file=_fit(name[0]),
        skipped=str(skipped),
    )
    _count(suite, ran, ())
    suite.extend(map(_case, ran))
    return suite


def _count(
    element: ElementTree.Element, ran: Sequence[FlowVerdict], invalid: Sequence[FileProblems]
) -> None:
    """Tell how many tests there are, and how many did not pass; a file that is invalid is one."""
    failed = sum(one.outcome is FlowOutcome.FAILED for one in ran)
    errors = sum(one.outcome is FlowOutcome.ERROR for one in ran)
    element.set("tests", str(len(ran) + len(invalid)))
    element.set("failures", str(failed))
    element.set("errors", str(errors + len(invalid)))
    element.set("time", f"{sum(one.seconds for one in ran):.3f}")


def _case(verdict: FlowVerdict) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=_fit(f"{verdict.namespace}.{verdict.flow_id}.{verdict.suite}"),
        name=_fit(verdict.case),
        time=f"{verdict.seconds:.3f}",
    )
    if verdict.outcome is FlowOutcome.SKIPPED:
        ElementTree.SubElement(case, "skipped")
    kind = "failure" if verdict.outcome is FlowOutcome.FAILED else "error"
    for flaw in verdict.flaws:
        type_ = flaw.operator or verdict.outcome.value
        found = ElementTree.SubElement(case, kind, type=type_, message=_fit(flaw.message))
        found.text = _fit("\n".join(_details(verdict.file, flaw)))
    if verdict.lines:
        log = ElementTree.SubElement(case, "system-out")
        log.text = _fit("\n".join(f"{one.level} {one.task_id} {one.text}" for one in verdict.lines))
    return case


def _details(file: str, flaw: Flaw) -> Iterator[str]:
    yield f"{file}:{flaw.line}:{flaw.column}"
    if flaw.about:
        yield flaw.about
    if flaw.operator:
        yield f"expected: {flaw.operator} {json.dumps(flaw.expected, ensure_ascii=False)}"
        yield f"actual: {json.dumps(flaw.actual, ensure_ascii=False)}"
    if flaw.hint:
        yield flaw.hint


def _unread(file: FileProblems) -> ElementTree.Element:
    name = _fit(file.name)
    suite = ElementTree.Element("testsuite", name=name, file=name, skipped="0")
    _count(suite, (), [file])
    case = ElementTree.SubElement(
        suite, "testcase", classname=name, name="the file is valid", time="0.000"
    )
    for problem in file.problems:
        if problem.is_error:
            found = ElementTree.SubElement(
                case, "error", type=problem.code, message=_fit(problem.message)
            )
            found.text = _fit(
                f"{file.name}:{problem.line}:{problem.column}\n{problem.hint}".rstrip()
            )
    return suite


def _fit(text: str) -> str:
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
