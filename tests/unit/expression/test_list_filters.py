from __future__ import annotations

import pytest

from lanner_coordinator.flow.expression import ExpressionLimitError, ExpressionValueError
from tests.unit.expression.world import text


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ [1, 2, 3] | first }}{{ [1, 2, 3] | last }}", "13"),
        ("{{ [] | first }}", ""),
        ("{{ [1, null, 'a'] | join('-') }}", "1-null-a"),
        ("{{ [[1, 2], {'a': 1}] | join }}", "[1, 2]{a=1}"),
        ("{{ [1, 2, 3, 4] | slice(1, 3) }}", "[2,3]"),
        ("{{ [1, 2, 3] | slice(2) }}", "[3]"),
        ("{{ [3, 1.5, 2] | sort }}", "[1.5,2,3]"),
        ("{{ ['b', 'B', 'a'] | sort }}", '["B","a","b"]'),
        ("{{ [1, 3, 2] | rsort }}", "[3,2,1]"),
        ("{{ [1, 2] | reverse }}", "[2,1]"),
        ("{{ [1] | merge([2]) }}", "[1,2]"),
        ("{{ {'a': 1, 'b': 1} | merge({'b': 2}) }}", '{"a":1,"b":2}'),
        ("{{ {'a': 1} | merge(['x']) }}", '{"a":1,"x":"x"}'),
        ("{{ [1] | merge({'k': 'v'}) }}", '[1,{"key":"k","value":"v"}]'),
        ("{{ null | merge([1]) }}", "[1]"),
        ("{{ [1] | merge }}{{ {'a': 1} | merge }}", '[1]{"a":1}'),
        ("{{ [1, 2, 3] | chunk(2) }}", "[[1,2],[3]]"),
        ("{{ [1, [2, [3]]] | flatten }}", "[1,2,[3]]"),
        ("{{ [1, 1, '1', true, 1.0] | distinct }}", '[1,"1",true,1.0]'),
        ("{{ {'a': 1, 'b': 2} | keys }}", '["a","b"]'),
        ("{{ ['x', 'y'] | keys }}", "[0,1]"),
        ("{{ {'a': 1, 'b': 2} | values }}", "[1,2]"),
        ("{{ {'a': 1} | length }}{{ [1, 2] | length }}", "12"),
        ("{{ 5 | length }}", "0"),
    ],
)
def test_list_and_map_filters(template: str, expected: str) -> None:
    assert text(template) == expected


def test_a_filter_does_not_change_the_list_it_is_given() -> None:
    items: list[object] = [3, 1, 2]

    text("{{ items | sort }}{{ items | reverse }}{{ items + 4 }}", items=items)

    assert items == [3, 1, 2]


@pytest.mark.parametrize(
    "template",
    [
        "{{ 1 | first }}",
        "{{ 'a' | join }}",
        "{{ [1] | join(5) }}",
        "{{ 1 | slice }}",
        "{{ [1] | slice(0, 5) }}",
        "{{ [1] | slice(-1) }}",
        "{{ [1, 'a'] | sort }}",
        "{{ [1, null] | sort }}",
        "{{ [1] | merge('a') }}",
        "{{ {} | merge(1) }}",
        "{{ 'a' | merge([1]) }}",
        "{{ null | merge(null) }}",
        "{{ [1] | chunk(0) }}",
        "{{ [1] | chunk('2') }}",
        "{{ 'a' | flatten }}",
        "{{ 'a' | distinct }}",
        "{{ 'a' | keys }}",
        "{{ [1] | values }}",
    ],
)
def test_values_a_list_filter_cannot_work_with_are_refused(template: str) -> None:
    with pytest.raises(ExpressionValueError):
        text(template)


def test_a_list_that_contains_too_much_is_refused() -> None:
    template = "{% set x = [1, 2] %}{% for i in 1..40 %}{% set x = x | merge(x) %}{% endfor %}"

    with pytest.raises(ExpressionLimitError):
        text(template)
