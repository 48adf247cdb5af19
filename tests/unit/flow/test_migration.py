from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanner_coordinator.flow.migration.migrate import migrate
from tests.unit.flow.sources import TYPES, good

_OLD = """\
# at the top
id: demo   # stays
namespace: company.team
taskDefaults:
  - type: io.kestra.core.tasks.log.Log   # old
    values: {level: INFO}
inputs:
  - name: kind
    type: "ENUM"
    values: [a]
tasks:
  - id: both

    type: io.kestra.core.tasks.flows.Parallel
    runIf: "{{ json(inputs.kind).y | json }}"
    retry: {type: constant, interval: PT1S, maxAttempt: 3}
    tasks:
      - id: hello
        type: core.log.Log
        message: |
          Hello json {{ 'json' | json }}
          {% raw %}{{ x | json }}{% endraw %}
"""
_NEW = """\
# at the top
id: demo   # stays
namespace: company.team
pluginDefaults:
  - type: io.kestra.plugin.core.log.Log   # old
    values: {level: INFO}
inputs:
  - id: kind
    type: "SELECT"
    values: [a]
tasks:
  - id: both

    type: io.kestra.plugin.core.flow.Parallel
    when: "{{ fromJson(inputs.kind).y | toJson }}"
    retry: {type: constant, interval: PT1S, maxAttempts: 3}
    tasks:
      - id: hello
        type: core.log.Log
        message: |
          Hello json {{ 'json' | toJson }}
          {% raw %}{{ x | json }}{% endraw %}
"""


def test_everything_old_is_replaced_and_all_else_stays_to_the_letter() -> None:
    result = migrate(_OLD, TYPES)

    assert result.text == _NEW
    assert result.unreadable == ""
    assert [(one.line, one.sentence) for one in result.changes][:2] == [
        (4, "`taskDefaults` is `pluginDefaults` now"),
        (5, "`io.kestra.core.tasks.log.Log` is `io.kestra.plugin.core.log.Log` now"),
    ]


def test_a_flow_means_the_same_afterwards_and_is_not_changed_again() -> None:
    before, after = good(_OLD), good(_NEW)

    assert [one.type for one in before.tasks] == [one.type for one in after.tasks]
    assert before.tasks[0].retry == after.tasks[0].retry
    assert before.inputs == after.inputs
    assert migrate(_NEW, TYPES).changes == ()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("", "it is no map"),
        ("a: [", "line 1: "),
        ("- a\n", "it is no map"),
        ("just text", "it is no map"),
        ("a: 1\n---\na: 2\n", "line 2: A second document starts here"),
    ],
)
def test_what_is_no_flow_stays_as_it_is_and_is_told_why(source: str, why: str) -> None:
    result = migrate(source, TYPES)

    assert result.text == source
    assert result.unreadable.startswith(why)


def test_a_mark_at_the_start_and_windows_lines_stay() -> None:
    source = "\ufeff" + _OLD.replace("\n", "\r\n")

    assert migrate(source, TYPES).text == "\ufeff" + _NEW.replace("\n", "\r\n")


@given(st.text(alphabet="abc:-{}[]'\"|>&*# \n\té\U0001f600", max_size=80))
def test_no_text_makes_it_raise(text: str) -> None:
    source = f"id: demo\nrunIf: {text}\ntasks:\n  - runIf: {text}\n"

    migrate(source, TYPES)
