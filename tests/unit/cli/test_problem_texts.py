from __future__ import annotations

from lanner_console.cli.problem_texts import github_lines, problem_lines, sarif_document
from lanner_console.models import FlowCheck, FlowProblem

_PROBLEM = FlowProblem(
    is_error=True,
    code="LNR020",
    message="`core.log.Log` has no property `mesage`",
    hint="Did you mean `message`?",
    line=2,
    column=3,
    length=6,
)
_WARNING = FlowProblem(is_error=False, code="LNR999", message="100 % new")


def test_a_problem_is_shown_in_its_line_with_why_and_what_to_do() -> None:
    lines = list(problem_lines("a.yaml", [_PROBLEM], "id: a\n  mesage: hi\n"))

    assert lines == [
        "a.yaml:2:3: error LNR020: `core.log.Log` has no property `mesage`",
        "  2 |   mesage: hi",
        "    |   ^^^^^^",
        "    why: A key that nobody reads is a typo or belongs elsewhere; "
        "it would be ignored silently.",
        "    fix: Did you mean `message`?",
    ]


def test_what_to_do_is_always_told_in_general_where_it_is_not_told_in_particular() -> None:
    problem = FlowProblem(is_error=True, code="LNR020", message="No key `foo`", line=1, column=1)
    check = FlowCheck(name="a.yaml", namespace="", flow_id="", problems=(problem,))

    assert list(problem_lines("a.yaml", [problem], "foo: 1"))[-1] == (
        "    fix: Correct the key, or remove it."
    )
    (command,) = github_lines([check])
    assert command.endswith("::No key `foo`%0ACorrect the key, or remove it.")
    (result,) = sarif_document([check], "1.2")["runs"][0]["results"]
    assert result["message"]["text"] == "No key `foo`. Correct the key, or remove it."


def test_a_very_long_line_is_cut_around_the_problem() -> None:
    problem = FlowProblem(
        is_error=True, code="LNR060", message="Bad", line=1, column=5_000, length=9_000
    )

    _, frame, marks, *_ = problem_lines("a.yaml", [problem], "x" * 4_999 + "HERE" + "x" * 9_000)

    assert len(frame) < 200
    assert frame[marks.index("^") :].startswith("HERE")


def test_a_problem_of_the_whole_document_has_no_place() -> None:
    assert list(problem_lines("a.yaml", [_WARNING], "")) == ["a.yaml: warning LNR999: 100 % new"]


def test_commands_for_github_keep_to_one_line() -> None:
    check = FlowCheck(name="a,b.yaml", namespace="", flow_id="", problems=(_PROBLEM, _WARNING))

    assert list(github_lines([check])) == [
        "::error file=a%2Cb.yaml,line=2,col=3,endColumn=9,title=LNR020::"
        "`core.log.Log` has no property `mesage`%0ADid you mean `message`?",
        "::warning file=a%2Cb.yaml,title=LNR999::100 %25 new",
    ]


def test_sarif_names_rule_place_and_help() -> None:
    check = FlowCheck(name="my flows/a.yaml", namespace="", flow_id="", problems=(_PROBLEM,))

    (run,) = sarif_document([check], "1.2")["runs"]

    assert run["tool"]["driver"]["rules"][0]["helpUri"].endswith("#lnr020-an-unknown-key")
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("LNR020", "error")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "my%20flows/a.yaml"}
    assert place["region"] == {"startLine": 2, "startColumn": 3, "endColumn": 9}
