from __future__ import annotations

import pytest

from lanner_console.dialogs.input_values import read_value, value_as_text
from lanner_console.models import InputField
from tests.support.console_executions import NOW


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("STRING", " a b ", " a b "),
        ("INT", "-3", -3),
        ("FLOAT", "2.5", 2.5),
        ("BOOLEAN", "yes", True),
        ("DATETIME", "2026-11-23T06:00:00+01:00", "2026-11-23T05:00:00Z"),
        ("DURATION", "PT10S", "PT10S"),
        ("JSON", '{"a": [1]}', {"a": [1]}),
        ("OBJECT", '{"a": 1}', {"a": 1}),
        ("ION", "{a: 1}", "{a: 1}"),
        ("STRING", "", None),
    ],
)
def test_texts_are_read_by_type(kind: str, text: str, value: object) -> None:
    assert read_value(InputField(id="x", type=kind), text, NOW) == value


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        (InputField(id="x", type="INT"), "1.5", "is not a whole number"),
        (InputField(id="x", type="FLOAT"), "much", "is not a number"),
        (InputField(id="x", type="JSON"), "{", "is not JSON"),
        (InputField(id="x", type="DATETIME"), "soon", '"soon" is not a date'),
        (InputField(id="x", type="SELECT", values=("a", "b")), "c", "is none of a, b"),
        (InputField(id="x", type="FILE"), "/no/such/file", "is not a file here"),
        (InputField(id="x", type="STRING", is_required=True), " ", "is required"),
    ],
)
def test_what_is_no_value_says_what_is_expected(field: InputField, text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_value(field, text, NOW)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "7"),
        ({"x": 8}, "8"),
        ({"x": "t"}, "t"),
        ({"x": True}, "true"),
        ({"x": "********"}, "7"),
    ],
)
def test_a_field_begins_with_an_earlier_value_or_its_default(
    given: dict[str, object], text: str
) -> None:
    assert value_as_text(InputField(id="x", type="INT", default_value="7"), given) == text


@pytest.mark.parametrize(
    ("given", "text"),
    [({"a": {"b": 2}}, "2"), ({"a.b": "x"}, "x"), ({"a": 3}, ""), ({}, "")],
)
def test_an_earlier_value_of_an_input_with_dots_is_found_in_its_map(
    given: dict[str, object], text: str
) -> None:
    assert value_as_text(InputField(id="a.b", type="STRING"), given) == text
