from __future__ import annotations

import datetime as dt

import pytest

from lanner_coordinator.flow.expression import (
    ExpressionError,
    ExpressionLimitError,
    ExpressionValueError,
)
from tests.unit.expression.world import text


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ 1 + 2 * 3 }}", "7"),
        ("{{ (1 + 2) * 3 }}", "9"),
        ("{{ 10 - 3 - 2 }}", "5"),
        ("{{ 7 / 2 }}", "3"),
        ("{{ -7 / 2 }}", "-3"),
        ("{{ -7 % 3 }}", "-1"),
        ("{{ 7 / 2.0 }}", "3.5"),
        ("{{ 7.5 % 2 }}", "1.5"),
        ("{{ 1.0 / 0 }}", "Infinity"),
        ("{{ 10L + 1 }}", "11"),
        ("{{ 100000000.0 }}", "1.0E8"),
        ("{{ 0.0001 }}", "1.0E-4"),
        ("{{ +3 }}", "3"),
        ("{{ - 3 + 5 }}", "2"),
        ("{{ -9223372036854775807 - 1 }}", "-9223372036854775808"),
    ],
)
def test_arithmetic_is_that_of_java(template: str, expected: str) -> None:
    assert text(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ 'a' ~ 1 ~ null ~ true }}", "a1true"),
        ("{{ 'a' ~ [1, 'b', null] }}", "a[1, b, null]"),
        ("{{ 'a' ~ {'k': 'v'} }}", "a{k=v}"),
        ("{{ 'a' + 1 }}", "a1"),
        ("{{ 1 + 'a' }}", "1a"),
        ("{{ 'a' + null }}", "anull"),
        ("{{ [1] + 2 }}", "[1,2]"),
        ("{{ [1] + [2, 3] }}", "[1,2,3]"),
        ("{{ [1, 2, 1] - 1 }}", "[2,1]"),
        ("{{ [1, 2, 1] - [1] }}", "[2]"),
        ("{{ 'a' ~ 'b' | upper }}", "AB"),
        ("{{ 'a' ~ ('b' | upper) }}", "aB"),
        ("{{ 1 + 2 ~ 3 }}", "123"),
        ('{{ "x#{1 + 1}y#{name}" }}', "x2yn"),
        ('{{ "#{name}" }}', "n"),
        ('{{ "no # interpolation" }}', "no # interpolation"),
        ("{{ 'it\\'s' }}", "it's"),
        ("{{ 'a\\b' }}", "a\\b"),
        ("{{ 'a\\\\b' }}", "a\\\\b"),
        ("{{ 'x\\\\' ~ 'y' }}", "x\\\\y"),
    ],
)
def test_texts_and_lists_are_joined(template: str, expected: str) -> None:
    assert text(template, name="n") == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ 1 == 1.0 }}", "true"),
        ("{{ '1' == 1 }}", "false"),
        ("{{ null == null }}", "true"),
        ("{{ true == 1 }}", "false"),
        ("{{ [1, 2] == [1, 2.0] }}", "true"),
        ("{{ {'a': 1} == {'a': 1} }}", "true"),
        ("{{ 'a' equals 'a' }}", "true"),
        ("{{ 'a' != 'b' }}", "true"),
        ("{{ 'a' < 'b' }}", "true"),
        ("{{ 2 >= 2.0 }}", "true"),
        ("{{ 3 > 2.5 }}", "true"),
        ("{{ null < 1 }}", "false"),
        ("{{ early < late }}", "true"),
        ("{{ 1 + 1 == 2 and 3 > 2 }}", "true"),
        ("{{ false and missing }}", "false"),
        ("{{ true or missing }}", "true"),
        ("{{ not false and false }}", "false"),
        ("{{ 'x' and 0 }}", "false"),
    ],
)
def test_comparisons_and_logic(template: str, expected: str) -> None:
    early = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

    assert text(template, early=early, late=early + dt.timedelta(seconds=1)) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ 'hello' contains 'ell' }}", "true"),
        ("{{ [1, 2, 3] contains 2 }}", "true"),
        ("{{ [1, 2, 3] contains [3, 1] }}", "true"),
        ("{{ [1, 2] contains [1, 9] }}", "false"),
        ("{{ {'a': 1} contains 'a' }}", "true"),
        ("{{ null contains 'a' }}", "false"),
        ("{{ 'SUCCESS' isIn ['SUCCESS', 'WARNING'] }}", "true"),
        ("{{ 1 isIn ['1'] }}", "true"),
        ("{{ 'v' in {'k': 'v'} }}", "true"),
        ("{{ 'x' not in ['a'] }}", "true"),
        ("{{ 1..4 }}", "[1,2,3,4]"),
        ("{{ 'a'..'c' }}", '["a","b","c"]'),
        ("{{ 4..1 }}", "[]"),
    ],
)
def test_containers_and_ranges(template: str, expected: str) -> None:
    assert text(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ true ? 'a' : 'b' }}", "a"),
        ("{{ null ? 'a' : 'b' }}", "b"),
        ("{{ false ? 1 : false ? 2 : 3 }}", "3"),
        ("{{ true ? missing ?? 1 : 2 }}", "1"),
        ("{{ 'a' if 1 > 2 else 'b' }}", "b"),
        ("{{ 'a' if true }}", "a"),
    ],
)
def test_conditional_expressions_of_both_dialects(template: str, expected: str) -> None:
    assert text(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ 2 is even }}", "true"),
        ("{{ 3 is odd }}", "true"),
        ("{{ 2 is not odd }}", "true"),
        ("{{ ' ' is empty }}", "true"),
        ("{{ [] is empty() }}", "true"),
        ("{{ {'a': 1} is map }}", "true"),
        ("{{ [1] is iterable }}", "true"),
        ("{{ {'a': 1} is iterable }}", "false"),
        ("{{ null is null }}", "true"),
        ("{{ 1 is not none }}", "true"),
        ("{{ '{}' is json }}", "true"),
        ("{{ '{' is json }}", "false"),
        ("{{ 1 + 1 is even }}", "true"),
    ],
)
def test_tests(template: str, expected: str) -> None:
    assert text(template) == expected


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'a' - 1 }}",
        "{{ 'a' * 2 }}",
        "{{ {} + 1 }}",
        "{{ 1 / 0 }}",
        "{{ 1 % 0 }}",
        "{{ null + 1 }}",
        "{{ 'a' < 1 }}",
        "{{ [1] < [2] }}",
        "{{ not null }}",
        "{{ null and true }}",
        "{{ [1] ? 1 : 2 }}",
        "{{ 1 contains 1 }}",
        "{{ null is even }}",
    ],
)
def test_operands_that_do_not_fit_are_refused(template: str) -> None:
    with pytest.raises(ExpressionValueError):
        text(template)


def test_whole_numbers_beyond_64_bits_are_refused() -> None:
    with pytest.raises(ExpressionLimitError, match="64 bits"):
        text("{{ 9223372036854775807 + 1 }}")


def test_a_long_chain_of_one_operator_is_no_nesting() -> None:
    assert text("{{ " + " ~ ".join(["'a'"] * 300) + " }}") == "a" * 300


def test_words_that_are_operators_are_fine_as_keys() -> None:
    assert text("{{ x.contains }}{{ x.is }}", x={"contains": 1, "is": 2}) == "12"


def test_a_name_may_start_with_the_word_of_an_operator() -> None:
    assert text("{{ organization ~ island ~ notes }}", organization=1, island=2, notes=3) == "123"


def test_keyword_arguments_come_last() -> None:
    with pytest.raises(ExpressionError, match="Positional arguments must be declared before"):
        text("{{ 'a' | replace(regexp=true, {'a': 'b'}) }}")
