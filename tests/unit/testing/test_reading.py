from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.testing.model import Operator
from lanner_coordinator.testing.reading import is_suite, read_suite
from tests.support.suites import HEAD

_WHOLE = """\
id: suite
namespace: company.team
description: All that a suite may have.
flowId: tested
testCases:
  - id: one
    type: io.kestra.core.tests.flow.UnitTest
    description: The only one.
    fixtures:
      now: 2026-03-01T00:00:00Z
      inputs: { day: monday }
      files: { a.csv: "1,2" }
      trigger: { id: nightly, type: core.trigger.Schedule, variables: { date: x } }
      tasks:
        - id: load
          description: Not for real.
          value: 3
          state: FAILED
          outputs: { rows: 0 }
    assertions:
      - value: "{{ outputs.load.rows }}"
        taskId: load
        description: Nothing is loaded.
        errorMessage: Something was.
        lessThan: 1
        equalsTo: 0
"""


def test_a_suite_of_kestra_is_read() -> None:
    read = read_suite(_WHOLE)

    assert [problem.message for problem in read.problems] == ["`equalsTo` is deprecated"]
    assert read.suite is not None
    (case,) = read.suite.cases
    assert (case.id, read.suite.flow_id, read.suite.namespace) == ("one", "tested", "company.team")
    (fixture,) = case.fixtures.tasks
    assert (fixture.task_id, fixture.value, fixture.state) == ("load", "3", State.FAILED)
    assert case.fixtures.now == datetime(2026, 3, 1, tzinfo=UTC)
    (assertion,) = case.assertions
    operators = [one.operator for one in assertion.comparisons]
    assert operators == [Operator.LESS_THAN, Operator.EQUAL_TO]


@pytest.mark.parametrize(
    ("cases", "message", "hint"),
    [
        ("  - id: a\n", "A test case needs the key `assertions`", ""),
        (
            "  - id: a\n    assertions:\n      - value: x\n",
            "An assertion needs an operator",
            "Add one of `equalTo`",
        ),
        (
            "  - id: a\n    assertions:\n      - value: x\n        equalTos: x\n",
            "An assertion has no key `equalTos`",
            "Did you mean `equalTo`?",
        ),
        ("  - id: a\n    assertions: []\n", "`assertions` must not be empty: it would test", ""),
        (
            "  - id: a\n    type: Test\n    assertions:\n      - value: x\n        isNull: true\n",
            "The type of a test case must be `io.kestra.core.tests.flow.UnitTest`, not `Test`",
            "",
        ),
        (
            "  - id: a\n    fixtures: { tasks: [{ id: t, state: FAILD }] }\n"
            "    assertions:\n      - { value: x, isNull: true }\n",
            "The state of a fixture must be",
            "Did you mean `FAILED`?",
        ),
        (
            "  - id: a\n    fixtures: { input: {} }\n"
            "    assertions:\n      - { value: x, isNull: true }\n",
            "`fixtures` has no key `input`",
            "Did you mean `inputs`?",
        ),
        (
            "  - id: a\n    fixtures: { now: tomorrow }\n"
            "    assertions:\n      - { value: x, isNull: true }\n",
            "`now`: `tomorrow` is no date and time",
            "",
        ),
    ],
)
def test_what_is_wrong_with_a_suite_is_told(cases: str, message: str, hint: str) -> None:
    read = read_suite(f"{HEAD}{cases}")

    assert read.suite is None
    (problem,) = read.problems
    assert problem.message.startswith(message)
    assert problem.hint.startswith(hint)
    assert problem.position.line > 4


def test_two_tests_of_one_id_are_told() -> None:
    case = "  - { id: a, assertions: [{ value: x, equalTo: x }] }\n"

    (problem,) = read_suite(f"{HEAD}{case}{case}").problems

    assert problem.message == "The test case `a` stands here a second time, after line 5"


@pytest.mark.parametrize("source", ["", "- a list\n", "text"])
def test_a_source_that_is_no_map_is_no_suite(source: str) -> None:
    (problem,) = read_suite(source).problems

    assert problem.code == "LNR022"


def test_suites_are_told_from_flows() -> None:
    assert is_suite(_WHOLE)
    assert not is_suite("id: a\nnamespace: b\ndescription: |\n  testCases:\ntasks: []\n")
