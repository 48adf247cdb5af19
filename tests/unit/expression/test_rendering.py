from __future__ import annotations

import pytest

from lanner_coordinator.flow.expression import (
    ExpressionLimitError,
    ExpressionValueError,
    Limits,
    is_truthy,
    render,
    render_typed,
)
from tests.unit.expression.world import World, text


def test_a_text_without_a_brace_comes_back_as_it_is() -> None:
    source = "plain 100% #text }}"

    assert render(source, {}, World()).value is source


def test_structures_are_rendered_element_by_element_keys_too() -> None:
    source = {"{{ key }}": ["{{ value }}", 1, {"plain": "{{ value }}!"}], "n": None}

    rendered = render(source, {"key": "k", "value": [1]}, World())

    assert rendered.value == {"k": ["[1]", 1, {"plain": "[1]!"}], "n": None}


def test_a_value_of_a_map_that_prints_nothing_is_null() -> None:
    source = {"null": "{{ n }}", "none": "{% if n is null %}{% endif %}", "empty": "{{ '' }}"}

    rendered = render({**source, "in": {"a": "{{ n }}"}, "list": ["{{ n }}"]}, {"n": None}, World())

    assert rendered.value == {
        "null": None, "none": None, "empty": "", "in": {"a": None}, "list": [""]
    }  # fmt: skip


def test_a_text_is_rendered_once() -> None:
    assert text("{{ a }}", a="{{ b }}", b="x") == "{{ b }}"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ list }}", '[1,"a",null]'),
        ("{{ map }}", '{"k":{"n":1.5}}'),
        ("{{ nothing }}", ""),
        ("{{ yes }}", "true"),
        ("{{ ratio }}", "1.5"),
        ("{{ list }} and {{ map.k }}", '[1,"a",null] and {"n":1.5}'),
    ],
)
def test_values_are_printed_as_kestra_prints_them(template: str, expected: str) -> None:
    rendered = text(
        template, list=[1, "a", None], map={"k": {"n": 1.5}}, nothing=None, yes=True, ratio=1.5
    )

    assert rendered == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ list }}", [1, 2]),
        ("{{- number -}}", 3),
        ("{{ nothing }}", None),
        ("{{ list | first }}", 1),
        ("{% if true %}{{ list }}{% endif %}", [1, 2]),
        ("{{ number }}{{ number }}", "33"),
        ("{{ list }}\n", [1, 2]),
        ("x {{ list }}", "x [1,2]"),
        ('{"a": {{ list }} }', {"a": [1, 2]}),
        ("[{{ number }}, 4]", "[3, 4]"),
        ("text", "text"),
        ("", ""),
        ({"k": ["{{ list }}"]}, {"k": [[1, 2]]}),
        (5, 5),
    ],
)
def test_one_expression_alone_keeps_its_type(template: object, expected: object) -> None:
    variables = {"list": [1, 2], "number": 3, "nothing": None}

    assert render_typed(template, variables, World()).value == expected


@pytest.mark.parametrize("value", ["", " ", "false", "0", "-0", " 0 ", None, False, 0, 0.0])
def test_what_kestra_takes_for_false_is_false(value: object) -> None:
    assert is_truthy(value) is False


@pytest.mark.parametrize("value", ["no", "[]", "False", "00", 1, -1, True, [], {}])
def test_everything_else_is_true(value: object) -> None:
    assert is_truthy(value) is True


def test_a_text_can_be_rendered_until_nothing_is_left_to_render() -> None:
    variables = {"a": "{{ b }}", "b": "x", "loop_a": "{{ loop_b }}", "loop_b": "{{ loop_a }}"}

    rendered = render("{{ a }}{% raw %}{{ b }}{% endraw %}", variables, World(), recursive=True)

    assert rendered.value == "x{{ b }}"
    with pytest.raises(ExpressionLimitError, match="Too many rendering attempts"):
        render("{{ loop_a }}", variables, World(), recursive=True)
    with pytest.raises(ExpressionValueError, match=r"Function or Macro \[render\] does not exist"):
        render("{{ render(a) }}", variables, World(), recursive=True)


@pytest.mark.parametrize(
    ("template", "limits", "message"),
    [
        ("{{ 'aaaa' ~ 'bbbb' }}", Limits(output_characters=5), "maximum allowed size of 5"),
        ("{% for i in 1..5 %}{% endfor %}", Limits(iterations=3), "more than 3 passes"),
        ("{{ 1..9 }}", Limits(range_items=3), "cannot produce more than 3"),
        ("{{ deep }}", Limits(nesting=2), "nested deeper than 2"),
        ("{% for i in 1..9999 %}{% endfor %}", Limits(seconds=0.0), "timed out"),
        ("{{ 'a' | regexMatch('aaaa') }}", Limits(regex_characters=3), "at most 3"),
    ],
)
def test_limits_can_be_given(template: str, limits: Limits, message: str) -> None:
    with pytest.raises(ExpressionLimitError, match=message):
        render(template, {"deep": [[[[1]]]]}, World(), limits=limits)


def test_compiled_templates_are_kept_and_share_nothing() -> None:
    template = "{% set x = (x ?? 0) + n %}{{ x }}"

    assert [text(template, n=number) for number in (1, 2, 3)] == ["1", "2", "3"]


def test_an_object_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ExpressionValueError, match="do not know"):
        text("{{ it }}", it=object())
