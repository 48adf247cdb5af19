"""A text is looked at piece by piece where that cannot be told from looking at the whole."""

from __future__ import annotations

import pytest

from lanner_coordinator.flow.expression import inspect
from lanner_coordinator.flow.expression.limits import DEFAULT_LIMITS
from lanner_coordinator.flow.expression.parser import parse
from lanner_coordinator.flow.expression.pieces import pieces_of
from lanner_coordinator.flow.expression.references import references_of


@pytest.mark.parametrize(
    "text",
    [
        "Hello {{ inputs.name }}",
        "{{ inputs.a }} and {{ outputs.load.uri ?? 'none' }} and {{ secret('KEY') }}",
        "{{- vars.a -}} {{ vars['b'] | default(\"x\") }}",
        "{# {{ inputs.hidden }} #}{{ inputs.shown }}",
        "{% set own = inputs.a %}{{ own }} {{ other }}",
        "{% for one in inputs.list %}{{ one }}{{ loop.index }}{% endfor %}",
        "{% raw %}{{ inputs.raw }}{% endraw %}{{ inputs.cooked }}",
        "{{ {'a': {'b': inputs.deep}} }}{{ '}}' ~ inputs.after }}",
        '{{ "#{inputs.inside}" }}{{ inputs.outside }}',
        "{ {{ inputs.a }} } }} {",
    ],
)
def test_the_pieces_read_what_the_whole_reads(text: str) -> None:
    problems, found = inspect(text)
    assert not problems
    assert found == references_of([parse(text, DEFAULT_LIMITS).tree])


def test_plain_expressions_are_pieces_and_all_else_is_whole() -> None:
    assert [piece.text for piece in pieces_of("a {{ b }} c {{ 'd' }}")] == ["{{ b }}", "{{ 'd' }}"]
    for whole in ("{{ a }}{% if b %}{% endif %}", "{{ '}}' }}", "{{ {} }}", "{{ a", "{{ a }}{# #}"):
        assert [piece.text for piece in pieces_of(whole)] == [whole]
    assert pieces_of("nothing to do") == ()


def test_a_problem_has_its_place_in_the_whole_text() -> None:
    problems, _ = inspect("{{ inputs.a }}\n  {{ inputs.b | uper }} {{ inputs.c | }}")
    assert [(one.line, one.column) for one in problems] == [(2, 17), (2, 39)]


def test_expressions_behind_one_that_cannot_be_read_are_looked_at_too() -> None:
    problems, found = inspect("{{ 1 + }} {{ inputs.name | nothing }}")
    assert len(problems) == 2
    assert found.inputs == {("name",)}


def test_a_long_text_keeps_the_limits_of_a_whole() -> None:
    text = "{{ a }}" * DEFAULT_LIMITS.template_tokens
    (problem,), _ = inspect(text)
    assert "more than 10000" in problem.message
