from __future__ import annotations

from xml.etree import ElementTree

from lanner_console.cli.junit import junit_document
from lanner_console.models import FlowProblem
from lanner_console.models.flow_suite import (
    FileProblems,
    Flaw,
    FlowOutcome,
    FlowVerdict,
    LoggedLine,
)


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    verdict = FlowVerdict(
        file="a.yaml",
        suite="suite",
        case="one",
        outcome=FlowOutcome.FAILED,
        flaws=(Flaw(message="a\x00b <&> \ud800", line=1, column=1),),
        lines=(LoggedLine(level="INFO", task_id="t", text="\x1b[31mred"),),
    )

    root = ElementTree.fromstring(junit_document([verdict], []))

    failure = root.find(".//failure")
    log = root.find(".//system-out")
    assert failure is not None
    assert failure.get("message") == "a\ufffdb <&> \ufffd"
    assert log is not None
    assert log.text == "INFO t \ufffd[31mred"


def test_a_file_that_cannot_be_read_is_an_error() -> None:
    problem = FlowProblem(is_error=True, code="LNR020", message="wrong", line=3, column=5)

    root = ElementTree.fromstring(
        junit_document([], [FileProblems(name="a.yaml", problems=(problem,))])
    )

    error = root.find("testsuite[@errors='1']/testcase/error")
    assert error is not None
    assert (error.get("message"), error.text) == ("wrong", "a.yaml:3:5")
