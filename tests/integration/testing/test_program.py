from __future__ import annotations

from lanner_coordinator.testing.given import GivenFile
from lanner_coordinator.testing.program import Request
from tests.support.suites import HEAD, tell

_FLOW = """\
id: tested
namespace: company.team
tasks:
  - id: text
    type: io.kestra.plugin.core.debug.Return
    format: x
"""
_CASES = """\
  - id: passes
    assertions:
      - value: "{{ outputs.text.value }}"
        equalTo: x
  - id: fails
    assertions:
      - value: "{{ outputs.text.value }}"
        equalTo: y
  - id: passes_too
    assertions:
      - value: "{{ outputs.text.value }}"
        notEqualTo: y
"""


def _files(*sources: str) -> tuple[GivenFile, ...]:
    return tuple(
        GivenFile(name=f"{number}.yaml", source=source) for number, source in enumerate(sources)
    )


def test_only_tests_with_the_words_are_run() -> None:
    request = Request(files=_files(_FLOW, HEAD + _CASES), words=("PASSES", "suite"))

    found, verdicts = tell(request)

    assert (found.count, found.left_out) == (2, 1)
    assert [one.case for one in verdicts] == ["passes", "passes_too"]
    assert found.tasks == ("company.team/tested/text",)


def test_nothing_runs_after_the_first_test_that_fails_if_so_asked() -> None:
    _, verdicts = tell(Request(files=_files(_FLOW, HEAD + _CASES), stops_at_first=True))

    assert [one.case for one in verdicts] == ["passes", "fails"]


def test_a_suite_whose_flow_is_not_there_is_told() -> None:
    other = _FLOW.replace("id: tested", "id: tested1")

    found, verdicts = tell(Request(files=_files(other, HEAD + _CASES)))

    assert verdicts == []
    (file,) = found.problems
    (problem,) = file.problems
    assert (file.name, problem.code, problem.line, problem.column) == ("1.yaml", "LNR090", 3, 9)
    assert problem.hint == "Did you mean `tested1`?"


def test_the_errors_of_a_flow_are_told_with_its_suite() -> None:
    broken = _FLOW.replace("format: x", "formt: x")

    found, _ = tell(Request(files=_files(broken, HEAD + _CASES)))

    assert [one.name for one in found.problems] == ["1.yaml", "0.yaml"]
    assert "formt" in found.problems[1].problems[0].message


def test_a_fixture_for_a_task_that_the_flow_does_not_have_is_an_error() -> None:
    cases = """\
  - id: one
    fixtures:
      inputs: { day: monday }
      tasks:
        - id: txt
    assertions:
      - value: x
        taskId: tex
        equalTo: x
"""

    found, verdicts = tell(Request(files=_files(_FLOW, HEAD + cases)))

    assert verdicts == []
    told = [(one.is_error, one.message, one.hint) for one in found.problems[0].problems]
    assert told == [
        (False, "The flow `tested` has no input `day`", ""),
        (True, "The flow `tested` has no task `txt`", "Did you mean `text`?"),
        (False, "The flow `tested` has no task `tex`", "Did you mean `text`?"),
    ]


def test_a_file_that_is_only_there_for_its_flow_is_not_run() -> None:
    flow, suite = _files(_FLOW, HEAD + _CASES)
    unasked = GivenFile(name=suite.name, source=suite.source, is_asked=False)

    found, verdicts = tell(Request(files=(flow, unasked)))

    assert (found.count, verdicts) == (0, [])


def test_tasks_that_the_source_does_not_have_are_not_counted() -> None:
    flow = """\
id: tested
namespace: company.team
tasks:
  - id: loop
    type: io.kestra.plugin.core.flow.Loop
    values: [1]
    tasks:
      - id: text
        type: io.kestra.plugin.core.debug.Return
        format: x
  - id: "off"
    disabled: true
    type: io.kestra.plugin.core.debug.Return
"""
    cases = "  - { id: one, assertions: [{ value: x, equalTo: x }] }\n"

    found, _ = tell(Request(files=_files(flow, HEAD + cases)))

    assert found.tasks == ("company.team/tested/loop", "company.team/tested/text")
