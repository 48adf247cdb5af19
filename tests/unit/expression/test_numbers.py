from __future__ import annotations

from decimal import Decimal

import pytest

from lanner_coordinator.flow.expression import ExpressionValueError
from lanner_coordinator.flow.expression.java.decimal_format import format_number
from lanner_coordinator.flow.expression.java.numbers import number_text
from lanner_coordinator.flow.expression.values import Float32
from tests.unit.expression.world import text


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [
        (1234.5, "#,##0.00", "1,234.50"),
        (0.5, "#", "0"),
        (1.5, "#", "2"),
        (2.5, "#", "2"),
        (0.5, "#.##", "0.5"),
        (0.5, "#.00", ".50"),
        (0.005, "#.##", "0.01"),
        (1.005, "0.00", "1.00"),
        (0.125, "0.00", "0.12"),
        (-3.456, "0.0", "-3.5"),
        (1234567, "#,###", "1,234,567"),
        (7, "000", "007"),
        (0.256, "0.0%", "25.6%"),
        (5, "'#'0", "#5"),
        (-5, "0;(0)", "(5)"),
        (12345, "0.###E0", "1.234E4"),
        (1234, "$#,##0", "$1,234"),
        (Decimal("1E+30"), "0", "1" + "0" * 30),
        (-0.001, "0.0", "-0.0"),
        (123456789, "####,####", "1,2345,6789"),
    ],
)
def test_number_formats_are_those_of_java(
    value: float | Decimal, pattern: str, expected: str
) -> None:
    assert format_number(value, pattern) == expected


@pytest.mark.parametrize("pattern", ["", "abc", "0.0.0", "0E", "0#"])
def test_a_malformed_number_format_is_refused(pattern: str) -> None:
    with pytest.raises(ExpressionValueError, match=r"[Mm]alformed"):
        format_number(1, pattern)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, "1.0"),
        (1e7, "1.0E7"),
        (9999999.0, "9999999.0"),
        (0.001, "0.001"),
        (0.00012, "1.2E-4"),
        (-1.5, "-1.5"),
        (1e300, "1.0E300"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        (-0.0, "-0.0"),
        (Float32(1.1), "1.1"),
        (Float32(3.4e38), "3.4E38"),
        (Decimal("1.10"), "1.10"),
    ],
)
def test_numbers_print_as_in_java(value: float | Decimal, expected: str) -> None:
    assert number_text(value) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ '12' | number }}", "12"),
        ("{{ '12' | number + 1 }}", "13"),
        ("{{ '1.5' | number('DOUBLE') }}", "1.5"),
        ("{{ '1.10' | number('BIGDECIMAL') }}", "1.10"),
        ("{{ '0x10' | number('INT') }}", "16"),
        ("{{ '99999999999999999999' | number('BIGINTEGER') }}", "99999999999999999999"),
        ("{{ '5L' | number }}", "5"),
        ("{{ -5 | abs }}", "5"),
        ("{{ 1234.567 | numberFormat }}", "1,234.567"),
        ("{{ max(1, 3, 2) }}{{ min(3, 1.5, 2) }}", "31.5"),
        ("{{ ('1' | number('BIGDECIMAL')) / 3 }}", "0.3333333333333333333333333333333333"),
    ],
)
def test_number_filters_and_functions(template: str, expected: str) -> None:
    assert text(template) == expected


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'x' | number }}",
        "{{ '' | number }}",
        "{{ 1 | number }}",
        "{{ '3000000000' | number('INT') }}",
        "{{ '1.5' | number('LONG') }}",
        "{{ '1e99999999' | number('BIGDECIMAL') }}",
        "{{ 'a' | abs }}",
        "{{ null | abs }}",
        "{{ 'a' | numberFormat }}",
    ],
)
def test_what_is_no_number_is_refused(template: str) -> None:
    with pytest.raises(ExpressionValueError):
        text(template)
