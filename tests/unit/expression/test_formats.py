from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from lanner_coordinator.flow.expression import (
    DEFAULT_LIMITS,
    ExpressionLimitError,
    ExpressionValueError,
)
from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.formats.ion_reader import read_ion
from lanner_coordinator.flow.expression.formats.ion_text import write_ion
from lanner_coordinator.flow.expression.formats.yaml_text import read_yaml, write_yaml
from lanner_coordinator.flow.expression.printing import json_text

MOMENT = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)


def budget() -> Budget:
    return Budget(DEFAULT_LIMITS)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": [1, 1.5, "x", None, True]}, '{"a":[1,1.5,"x",null,true]}'),
        ({1: 'q"\n', None: "é"}, '{"1":"q\\"\\n","null":"é"}'),
        ({"d": MOMENT}, '{"d":"2026-01-02T03:04:00Z"}'),
        ([Decimal("1.10"), float("nan"), 1e10], '[1.10,"NaN",1.0E10]'),
        ([], "[]"),
        (("a", {"b"}), '["a",["b"]]'),
    ],
)
def test_values_are_written_as_json(value: object, expected: str) -> None:
    assert json_text(value, budget()) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1, "b c": "x"}, "{a:1,'b c':\"x\"}"),
        ([1.0, 1.5, Decimal("2.50"), None, False], "[1e0,1.5e0,2.50,null,false]"),
        ('a"b\n', '"a\\"b\\n"'),
        ({"null": MOMENT}, "{'null':2026-01-02T03:04:00Z}"),
    ],
)
def test_values_are_written_as_ion(value: object, expected: str) -> None:
    assert write_ion(value, budget()) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 -2 0x10 1_000 0b11", [1, -2, 16, 1000, 3]),
        ("1.50 1e2 -1.5d1", [Decimal("1.50"), 100.0, Decimal("-15")]),
        ("true null null.int nan_ sym", [True, None, None, "nan_", "sym"]),
        ("\"a\\n\\u00e9\" 'b c' '''x''' '''y'''", ["a\né", "b c", "xy"]),
        ("{a: 1, 'b': [2, 3], \"c\": {}}", [{"a": 1, "b": [2, 3], "c": {}}]),
        ("// note\n/* more */ 5", [5]),
        ("ann::{a:1}", [{"a": 1}]),
        ("2026-01-02 2026-01-02T03:04:00Z", [dt.date(2026, 1, 2), MOMENT]),
        ("(1 two)", [[1, "two"]]),
        ("{{aGk=}}", ["aGk="]),
        ("", []),
    ],
)
def test_ion_is_read(source: str, expected: list[object]) -> None:
    assert list(read_ion(source, budget())) == expected


@pytest.mark.parametrize("source", ["{", "[1", "{a}", "{a:}", '"open', "}", "[1 2]", "{{%}}"])
def test_what_is_no_ion_is_refused(source: str) -> None:
    with pytest.raises(ExpressionValueError):
        list(read_ion(source, budget()))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text\n"),
        ("true", '"true"\n'),
        ("", '""\n'),
        ("a: b", '"a: b"\n'),
        ("two\nlines\n", "|\n  two\n  lines\n"),
        (1.5, "1.5\n"),
        (None, "null\n"),
        ([], "[]\n"),
        ({"a": 1, "b": {"c": []}}, "a: 1\nb:\n  c: []\n"),
        ({"a": [1, {"b": 2, "c": 3}]}, "a:\n - 1\n - b: 2\n   c: 3\n"),
    ],
)
def test_values_are_written_as_yaml(value: object, expected: str) -> None:
    assert write_yaml(value, budget()) == expected


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 1.5, "x", None, True, {"b": ["c", {"d": "e: f"}]}], "true": "no", "n": "# x"},
        [["a"], {"b": {"c": {"d": [[]]}}}, "multi\nline", "- dash", "&amp", "*x", "@at", "%p"],
        {"text": "ends with space ", "tab": "a\tb", "quote": 'it\'s "x"', "empty": {}},
    ],
)
def test_what_was_written_as_yaml_is_read_back(value: object) -> None:
    assert read_yaml(write_yaml(value, budget()), budget()) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}),
        (
            "base: &b {x: 1, y: 2}\nown: {<<: *b, y: 3}",
            {"base": {"x": 1, "y": 2}, "own": {"x": 1, "y": 3}},
        ),
        ("- 0x1F\n- 1_000\n- .5\n- 2026-01-02\n- !!str 5", [31, 1000, 0.5, "2026-01-02", "5"]),
        # As in JSON: what is no number is a text.
        ("true: 1\n~: 2\n3: 4", {"true": 1, "null": 2, 3: 4}),
        ("", None),
    ],
)
def test_yaml_is_read(source: str, expected: object) -> None:
    assert read_yaml(source, budget()) == expected


@pytest.mark.parametrize("source", ["a: [", "a: *none", "? [a]\n: b", "\t- x"])
def test_what_is_no_yaml_is_refused(source: str) -> None:
    with pytest.raises(ExpressionValueError):
        read_yaml(source, budget())


def test_a_value_nested_too_deeply_is_not_written() -> None:
    value: object = 1
    for _ in range(DEFAULT_LIMITS.nesting + 5):
        value = [value]

    for write in (json_text, write_ion, write_yaml):
        with pytest.raises(ExpressionLimitError, match="nested deeper"):
            write(value, budget())
