"""No text makes the reader raise, whatever it is."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lanner_coordinator.flow.nodes import ListNode, plain
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.yaml_text import read_yaml
from lanner_coordinator.language.reference.yaml_lines import inline
from tests.unit.flow.sources import TYPES

_GOOD = """\
id: demo
namespace: company.team
labels: {team: data}
inputs:
  - {id: name, type: STRING, validator: "[a-z]+", defaults: x}
  - {id: n, type: INT, min: 1, dependsOn: {inputs: [name], condition: "{{ inputs.name }}"}}
variables: &vars
  a: 1
pluginDefaults:
  - {type: core.log.Log, values: {level: WARN}, forced: true}
tasks:
  - id: dag
    type: core.flow.Dag
    tasks:
      - task: {id: a, type: core.log.Log, message: "{{ vars.a | upper }}"}
      - task: {id: b, type: core.debug.Return, format: "{{ outputs.a.value ?? 'x' }}"}
        dependsOn: [a]
    retry: {type: exponential, interval: PT1S, maxInterval: PT5S, maxAttempts: 3}
  - id: switch
    type: core.flow.Switch
    value: "{{ inputs.n }}"
    cases:
      1: [{id: c, type: core.execution.Fail, timeout: PT1M}]
outputs:
  - {id: o, type: JSON, value: *vars}
triggers:
  - {id: t, type: core.trigger.Schedule, cron: "0 6 * * *", timezone: Europe/Paris}
"""

_TOKENS = st.sampled_from(
    [
        "id: ", "tasks:", "- ", "  ", "\n", "{", "}", "[", "]", ": ", "{{ ", " }}", "{% if x %}",
        "'", '"', "&a ", "*a", "<<: *a", "|", ">-", "!!str ", "? ", "null", "yes", "0x", "type: ",
        ", ", "core.log.Log", "message: ", "x", "\t", "---", "#", "\\", "é", "\u2028", "\x00",
        "retry: ", "1e309", "-", ".", "@daily", "PT1S", "errors: ", "dependsOn: ", "cases: ",
        "inputs: ",
    ]
)  # fmt: skip


@given(st.text())
@example("\ufeff")
@example("? {a: b}\n: c")
@example("{{ {{ }} }}")
def test_no_text_makes_the_reader_raise(source: str) -> None:
    result = read_flow(source, TYPES)

    assert result.flow is not None or result.problems


@given(st.lists(_TOKENS, max_size=60).map("".join))
@settings(deadline=None)
def test_no_sequence_of_yaml_makes_the_reader_raise(source: str) -> None:
    result = read_flow(source, TYPES)

    assert result.flow is not None or result.problems


@given(data=st.data())
@settings(deadline=None)
def test_no_damage_to_a_good_flow_makes_the_reader_raise(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(_GOOD)))
    end = data.draw(st.integers(start, min(len(_GOOD), start + 40)))
    inserted = data.draw(st.one_of(_TOKENS, st.text(max_size=5)))

    result = read_flow(_GOOD[:start] + inserted + _GOOD[end:], TYPES)

    assert result.flow is not None or result.problems
    lines = (_GOOD[:start] + inserted + _GOOD[end:]).count("\n") + 1
    assert all(1 <= one.position.line <= lines + 1 for one in result.problems)


def test_the_undamaged_flow_has_no_problem() -> None:
    assert read_flow(_GOOD, TYPES).problems == ()


_DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


@given(_DOCUMENTS)
@example("a\x85\u2028\u2029b")
@settings(deadline=None)
def test_a_document_that_is_printed_and_read_again_is_the_same(document: object) -> None:
    report = Report()

    root = read_yaml(inline({"a": document}), report)

    unreadable = [one.code for one in report.problems(root or ListNode(1, 1))]
    if root is None or unreadable:
        # A key `<<` merges, and some characters cannot stand in YAML at all.
        assert unreadable
    else:
        assert plain(root) == {"a": document}
