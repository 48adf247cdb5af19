from __future__ import annotations

from lanner_console.cli.suite_report import coverage_lines, failure_lines, summary
from lanner_console.models.flow_suite import Flaw, FlowOutcome, FlowVerdict, LoggedLine


def _verdict(*flaws: Flaw, lines: tuple[LoggedLine, ...] = ()) -> FlowVerdict:
    return FlowVerdict(
        file="a.yaml",
        suite="suite",
        case="one",
        outcome=FlowOutcome.FAILED,
        state="SUCCESS",
        flaws=flaws,
        lines=lines,
        reached=("ns/flow/a",),
    )


def _flaw(expected: object, actual: object) -> Flaw:
    return Flaw(
        message="no", line=1, column=1, operator="equalTo", expected=expected, actual=actual
    )


def test_texts_of_several_lines_are_compared_line_by_line() -> None:
    lines = list(failure_lines(_verdict(_flaw("a\nb\nc", "a\nx\nc")), "id: x"))

    assert lines[3:8] == [
        "    expected (-) and actual (+):",
        "       a",
        "      -b",
        "      +x",
        "       c",
    ]


def test_small_maps_and_lists_are_shown_as_a_whole() -> None:
    lines = list(failure_lines(_verdict(_flaw({"a": 1}, ["b"])), "id: x"))

    assert lines[3:5] == ['    expected: {"a": 1}', '    actual:   ["b"]']


def test_maps_are_compared_line_by_line() -> None:
    rest = {"text": "x" * 80}
    lines = list(failure_lines(_verdict(_flaw({"a": 1, **rest}, {"a": 2, **rest})), "id: x"))

    assert '      -  "a": 1,' in lines
    assert '      +  "a": 2,' in lines


def test_a_very_long_difference_is_cut() -> None:
    expected = "\n".join(map(str, range(500)))

    lines = list(failure_lines(_verdict(_flaw(expected, "x" * 10_000)), "id: x"))

    assert lines[-2] == "      … 461 more lines; -o json has all"
    assert max(map(len, lines)) < 500


def test_what_an_assertion_says_of_itself_stands_above_its_values() -> None:
    flaw = Flaw(
        message="no", line=1, column=1, about="rows", operator="equalTo", expected=1, actual=2
    )

    lines = list(failure_lines(_verdict(flaw), "id: x"))

    assert lines[3:6] == ["    about:    rows", "    expected: 1", "    actual:   2"]


def test_the_log_is_shown_with_its_tasks() -> None:
    told = (
        LoggedLine(level="INFO", task_id="load", text="one\ntwo"),
        LoggedLine(level="ERROR", task_id="", text="gone"),
    )

    lines = list(failure_lines(_verdict(_flaw(1, 2), lines=told), "id: x"))

    assert lines[-4:] == [
        "    log:",
        "      INFO  load one",
        "                 two",
        "      ERROR      gone",
    ]


def test_the_summary_counts_outcomes() -> None:
    told = summary([_verdict(), _verdict()], invalid=1, left_out=3, seconds=1.5)

    assert told == "2 failed, 1 file invalid, 3 left out in 1.50 s"


def test_coverage_names_tasks_that_no_test_has_reached() -> None:
    told = list(coverage_lines(["ns/flow/a", "ns/flow/b", "ns/other/c"], [_verdict()]))

    assert told == [
        "ns/flow: 1 of 2 tasks reached (50 %); not reached: b",
        "ns/other: 0 of 1 tasks reached (0 %); not reached: c",
    ]
