from __future__ import annotations

import pytest

from lanner_coordinator.flow.expression import EffectError, NoEffects, UndefinedError, render
from tests.unit.expression.world import World, text


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ missing ?? 'x' }}", "x"),
        ("{{ a.b.c.d ?? 'x' }}", "x"),
        ("{{ a[missing].b ?? 'x' }}", "x"),
        ("{{ nothing ?? 'x' }}", "x"),
        ("{{ nothing.deeper ?? 'x' }}", "x"),
        ("{{ missing ?? other ?? 'x' }}", "x"),
        ("{{ missing ?? nothing ?? 'x' }}", "x"),
        ("{{ a.b ?? missing }}", "1"),
        ("{{ nothing ??? 'x' }}", ""),
        ("{{ missing ??? 'x' }}", "x"),
        ("{{ missing is defined }}", "false"),
        ("{{ a.b is defined }}", "true"),
        ("{{ a.x.y is defined }}", "false"),
        ("{{ nothing is defined }}", "false"),
        ("{{ missing is not defined }}", "true"),
        ("{{ missing | default('x') }}", "x"),
        ("{{ a.x.y | default('x') | upper }}", "X"),
        ("{{ '' | default('x') }}", "x"),
        ("{{ 1 + (missing ?? 2) }}", "3"),
        ("{{ (missing | upper) ?? 'x' }}", "x"),
        ("{{ list[9] ?? 'x' }}", "x"),
    ],
)
def test_what_is_missing_can_be_replaced(template: str, expected: str) -> None:
    assert text(template, a={"b": 1}, nothing=None, list=[1]) == expected


@pytest.mark.parametrize(
    "template",
    [
        "{{ a ?? secret('X') }}",
        "{{ a ??? secret('X') }}",
        "{{ true or secret('X') == '' }}",
        "{{ false and secret('X') == '' }}",
        "{{ true ? a : secret('X') }}",
        "{% if true %}1{% else %}{{ secret('X') }}{% endif %}",
        "{% for i in [] %}{{ secret('X') }}{% endfor %}",
        "{% macro m() %}{{ secret('X') }}{% endmacro %}",
    ],
)
def test_what_is_not_needed_is_not_evaluated(template: str) -> None:
    world = World()

    render(template, {"a": 1}, world)

    assert world.calls == []


def test_an_effect_that_fails_is_not_taken_for_undefined() -> None:
    with pytest.raises(EffectError):
        render("{{ secret('X') ?? 'x' }}", {}, NoEffects())


def test_a_loop_left_by_an_undefined_value_leaves_no_variables_behind() -> None:
    template = (
        "{% macro m(items) %}{% for i in items %}{{ i.x }}{% endfor %}{% endmacro %}"
        "{{ m([{'x': 1}, {}]) ?? 'none' }}{{ i is defined }}{{ outside }}"
    )

    assert text(template, outside="!") == "nonefalse!"


def test_undefined_is_an_error_everywhere_else() -> None:
    with pytest.raises(UndefinedError, match="`missing`"):
        text("{{ missing is null }}")
