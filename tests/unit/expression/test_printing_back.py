"""A template that is parsed, printed and parsed again has the same tree."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from lanner_coordinator.flow.expression.errors import ExpressionSyntaxError
from lanner_coordinator.flow.expression.limits import DEFAULT_LIMITS
from lanner_coordinator.flow.expression.parser import parse
from tests.support.template_printer import printed, shape
from tests.unit.expression.test_fuzz import TEMPLATES

_ATOMS = st.sampled_from(
    ["1", "2.5", "'a'", "'it\\'s'", '"x#{b}y"', "true", "null", "a", "b.c", "b['d']", "f(1, x=2)",
     "[1, a]", "{'k': a}", "a.m(1)", "block('n')"]
)  # fmt: skip
_OPERATORS = st.sampled_from(
    ["or", "and", "is", "is not", "contains", "isIn", "in", "not in", "==", "!=", "<", ">=", "+",
     "-", "*", "/", "%", "|", "~", "..", "??", "???"]
)  # fmt: skip


def _joined(left: str, operator: str, right: str) -> str:
    if operator == "|":
        return f"{left} | upper"
    if operator in ("is", "is not"):
        return f"{left} {operator} empty"
    return f"{left} {operator} {right}"


_EXPRESSIONS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.builds(_joined, inner, _OPERATORS, inner),
        st.builds("({})".format, inner),
        st.builds("not {}".format, inner),
        st.builds("-{}".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("f({}, x={})".format, inner, inner),
        st.builds("{} | default({})".format, inner, inner),
    ),
    max_leaves=12,
)


def _comes_back(template: str) -> None:
    parsed = parse(template, DEFAULT_LIMITS)
    text = printed(parsed)
    assert shape(parse(text, DEFAULT_LIMITS).tree) == shape(parsed.tree), text


@given(_EXPRESSIONS)
@settings(max_examples=100)
def test_an_expression_comes_back_as_it_was(expression: str) -> None:
    _comes_back(f"{{{{ {expression} }}}}")


@given(TEMPLATES)
@example("{ {{- 1 }}{ {#- x #}{%- if a %}{%- endif %}")
@settings(max_examples=100)
def test_any_text_that_can_be_parsed_comes_back_as_it_was(template: str) -> None:
    try:
        parsed = parse(template, DEFAULT_LIMITS)
    except ExpressionSyntaxError:
        assume(False)
        raise
    # A number too large for a float cannot be written as one.
    assume("'inf'" not in repr(shape(parsed.tree)))
    _comes_back(template)


@pytest.mark.parametrize(
    "template",
    [
        "a{% if a %}b{% elseif c %}d{% else %}e{% endif %}f",
        "{% for x in a %}{{ x }}{% else %}nothing{% endfor %}{% set y = 1 %}",
        "{% macro m(a, b=1 + 2) %}{{ a }}{% endmacro %}{{ m(1) }}",
        "{% filter upper | replace({'A': 'b'}) %}a{{ b }}{% endfilter %}",
        "{% block 'n' %}x{% endblock %}{{ block('n') }}",
        "{% raw %}{{ x }}{% endraw %}{% verbatim %}{% endraw %}{% endverbatim %}",
        "{{ a.b[0]['c-d'] }}{# comment #}{{- 'a\\\\b' -}} x",
    ],
)
def test_every_tag_comes_back_as_it_was(template: str) -> None:
    _comes_back(template)
