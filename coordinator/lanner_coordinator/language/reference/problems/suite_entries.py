"""Codes about suites of tests."""

from __future__ import annotations

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.language.reference.problems.entry import Entry, Setting, Shape

_HEAD = "id: demo_tests\nnamespace: company.team\n"
_CASE = "testCases:\n  - id: one\n"
_ASSERTIONS = '    assertions: [{value: "{{ execution.state }}", equalTo: SUCCESS}]\n'

ENTRIES = (
    Entry(
        code=Code.UNKNOWN_TESTED_FLOW,
        what="`namespace` and `flowId` name a flow that is in none of the files given, or that has"
        " errors itself.",
        example=f"{_HEAD}flowId: dem\n{_CASE}{_ASSERTIONS}",
        shape=Shape.SOURCE,
        setting=Setting.TESTS,
    ),
    Entry(
        code=Code.NOT_IN_TESTED_FLOW,
        what="A fixture names a task that the flow does not have or, a warning, an input or a"
        " trigger.",
        example=f"{_HEAD}flowId: demo\n{_CASE}"
        f"    fixtures: {{tasks: [{{id: helo}}]}}\n{_ASSERTIONS}",
        shape=Shape.SOURCE,
        setting=Setting.TESTS,
    ),
)
"""In order."""
