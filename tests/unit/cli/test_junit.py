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


# What the schema that Jenkins publishes (junit-10.xsd) allows of what is written here: attributes,
# those that must be there, and children of each element.
_SCHEMA: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"name", "tests", "failures", "errors", "time"}, set(), {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "file"},
        {"name", "tests", "failures", "errors"},
        {"testcase"},
    ),
    "testcase": (
        {"name", "classname", "time"},
        {"name"},
        {"skipped", "error", "failure", "system-out"},
    ),
    "failure": ({"type", "message"}, set(), set()),
    "error": ({"type", "message"}, set(), set()),
    "skipped": ({"type", "message"}, set(), set()),
    "system-out": (set(), set(), set()),
}


def test_the_document_fits_the_schema_of_jenkins() -> None:
    flaw = Flaw(message="is 4", line=3, column=5, operator="equalTo", expected=5, actual=4)
    told = LoggedLine(level="INFO", task_id="t", text="told")
    verdicts = [
        FlowVerdict(
            file="a.yaml",
            suite="suite",
            case=outcome.value,
            outcome=outcome,
            seconds=0.25,
            flaws=(flaw,) if outcome in (FlowOutcome.FAILED, FlowOutcome.ERROR) else (),
            lines=(told,),
        )
        for outcome in FlowOutcome
    ]
    problem = FlowProblem(is_error=True, code="LNR020", message="wrong", line=3, column=5)

    document = junit_document(verdicts, [FileProblems(name="b.yaml", problems=(problem,))])

    root = ElementTree.fromstring(document)
    for element in root.iter():
        allowed, required, children = _SCHEMA[element.tag]
        assert required <= set(element.keys()) <= allowed, element.tag
        assert {child.tag for child in element} <= children, element.tag
    counts = {name: root.get(name) for name in ("tests", "failures", "errors", "time")}
    assert counts == {"tests": "5", "failures": "1", "errors": "2", "time": "1.000"}
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.text == "a.yaml:3:5\nexpected: equalTo 5\nactual: 4"
