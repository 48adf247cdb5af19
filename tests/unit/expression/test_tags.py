from __future__ import annotations

import pytest

from lanner_coordinator.flow.expression import (
    ExpressionLimitError,
    ExpressionSyntaxError,
    ExpressionValueError,
    UndefinedError,
)
from tests.unit.expression.world import text


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{% if n == 1 %}a{% elseif n == 2 %}b{% else %}c{% endif %}", "b"),
        ("{% if n == 1 %}a{% elif n == 2 %}b{% endif %}", "b"),
        ("{% if n > 5 %}a{% endif %}", ""),
        ("{% for i in [7, 8] %}{{ loop.index }}={{ i }};{% endfor %}", "0=7;1=8;"),
        (
            "{% for i in 1..3 %}{{ loop.first }}{{ loop.last }} {% endfor %}",
            "truefalse falsefalse falsetrue ",
        ),
        ("{% for i in 1..3 %}{{ loop.revindex }}/{{ loop.length }} {% endfor %}", "2/3 1/3 0/3 "),
        ("{% for i in [] %}a{% else %}none{% endfor %}", "none"),
        ("{% for i in null %}a{% else %}none{% endfor %}", ""),
        ("{% for e in {'a': 1, 'b': 2} %}{{ e.key }}{{ e.value }}{% endfor %}", "a1b2"),
        (
            "{% for i in 1..2 %}{% for j in 1..2 %}{{ i }}{{ j }} {% endfor %}{% endfor %}",
            "11 12 21 22 ",
        ),
        (
            "{% for i in 1..2 %}{% for j in [] %}{% else %}e{% endfor %}"
            "{{ loop.index }}{% endfor %}",
            "e0e1",
        ),
        ("{% set x = 1 %}{{ x }}", "1"),
        ("{% set x = 0 %}{% for i in 1..3 %}{% set x = x + i %}{% endfor %}{{ x }}", "6"),
        ("{% set n = 9 %}{{ n }}", "9"),
        ("{% for i in 1..2 %}{% set y = i %}{% endfor %}{{ y ?? 'gone' }}", "gone"),
        ("{% filter upper %}a{{ n }}b{% endfilter %}", "A2B"),
        ("{% filter upper | lower %}aB{% endfilter %}", "ab"),
        ("{% block b %}x{% endblock b %}{{ block('b') }}", "xx"),
        ('{% block "b" %}x{% endblock %}', "x"),
        ("[{{ block('none') }}]", "[]"),
        (
            "{% macro m(a, b='B', c) %}{{ a is null }}{{ b }}{{ c }}{% endmacro %}{{ m(c=3) }}",
            "trueB3",
        ),
        ("{% raw %}{{ n }}{% endraw %}", "{{ n }}"),
        ("{% verbatim %}{% if %}{% endverbatim %}", "{% if %}"),
        ("a{# {{ n }} #}b", "ab"),
        ("{{ n }}{", "2{"),
        ("}} %} #}", "}} %} #}"),
    ],
)
def test_tags(template: str, expected: str) -> None:
    assert text(template, n=2) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{% macro m(a, b='y') %}{{ a }}{{ b }}{% endmacro %}{{ m('x') }}", "xy"),
        ("{% macro m(a, b='y') %}{{ a }}{{ b }}{% endmacro %}{{ m('x', 'z') }}", "xz"),
        ("{% macro m(a, b='y') %}{{ a }}{{ b }}{% endmacro %}{{ m(b='1', a='2') }}", "21"),
        ("{{ m() }}{% macro m() %}later{% endmacro %}", "later"),
        ("{% macro m(x) %}{{ x }}{% endmacro m %}{{ m([1, {'a': 'b'}]) }}", "[1, {a=b}]"),
        (
            "{% macro f(n) %}{% if n > 0 %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}"
            "{{ f(3) }}",
            "321",
        ),
        ("{% macro m() %}a{% endmacro %}{{ m() | upper }}", "A"),
    ],
)
def test_macros(template: str, expected: str) -> None:
    assert text(template) == expected


def test_a_macro_sees_nothing_but_its_arguments() -> None:
    with pytest.raises(UndefinedError, match="`secret_name`"):
        text("{% macro m() %}{{ secret_name }}{% endmacro %}{{ m() }}", secret_name=1)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("a  {{- 1 }}", "a1"),
        ("{{ 1 -}}  b", "1b"),
        ("a \n {%- if true -%} \n b \n {%- endif -%} \n c", "abc"),
        ("a {#- x -#} b", "ab"),
        ("a {%- raw -%} {{ x }} {%- endraw -%} b", "a{{ x }}b"),
        ("{{-5}}", "-5"),
        ("{{ 1 }}\n{{ 2 }}", "1\n2"),
    ],
)
def test_dashes_eat_white_space(template: str, expected: str) -> None:
    assert text(template) == expected


@pytest.mark.parametrize(
    "template",
    [
        "{% if true %}",
        "{% endif %}",
        "{% if true %}{% endfor %}",
        "{% for in x %}{% endfor %}",
        "{% for i of x %}{% endfor %}",
        "{% set = 1 %}",
        "{% set null = 1 %}",
        "{% macro %}{% endmacro %}",
        "{% block %}{% endblock %}",
        "{% filter %}{% endfilter %}",
        "{% raw %}",
        "{# never closed",
        "{{ 'never closed }}",
        '{{ "#{ }" }}',
        '{{ "#{a" }}',
        "{{ }}",
        "{{ 1 2 }}",
        "{{ (1 }}",
        "{{ 1) }}",
        "{{ [1, }}",
        "{{ {'a'} }}",
        "{{ {,} }}",
        "{{ 1 ? 2 }}",
        "{{ a. }}",
        "{{ a..b. }}",
        "{{ @ }}",
        "{{ | upper }}",
        "{{ 'a' | }}",
        "{{ 1 is }}",
        "{% block b %}{% endblock %}{% block b %}{% endblock %}",
        "{% macro m() %}{% endmacro %}{% macro m() %}{% endmacro %}",
    ],
)
def test_bad_syntax_is_an_error(template: str) -> None:
    with pytest.raises(ExpressionSyntaxError):
        text(template)


@pytest.mark.parametrize(
    "template",
    ["{% if null %}{% endif %}", "{% if [1] %}{% endif %}", "{% for i in 5 %}{% endfor %}"],
)
def test_values_a_tag_cannot_work_with_are_refused(template: str) -> None:
    with pytest.raises(ExpressionValueError):
        text(template)


def test_a_macro_refuses_arguments_it_does_not_know() -> None:
    with pytest.raises(ExpressionValueError, match="takes the arguments"):
        text("{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}")


def test_a_macro_that_calls_itself_for_ever_is_stopped() -> None:
    with pytest.raises(ExpressionLimitError, match="deeper than"):
        text("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")
