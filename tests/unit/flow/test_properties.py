from __future__ import annotations

from collections.abc import Mapping

import pytest

from lanner_coordinator.flow.nodes import MapNode
from lanner_coordinator.flow.properties import read_properties
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.yaml_text import read_yaml

_Schema = Mapping[str, object]


def _read(source: str, schema: _Schema) -> tuple[dict[str, object], list[str]]:
    report = Report()
    root = read_yaml(source, report)
    assert isinstance(root, MapNode)
    found = read_properties(root, schema, report, owner="`t`", also_known=("timeout",))
    return found, [f"{one.code} {one.message}" for one in report.problems(root)]


def _one(written: str, schema: _Schema) -> tuple[object, list[str]]:
    found, problems = _read(f"p: {written}\n", {"properties": {"p": schema}})
    return found.get("p"), [problem.partition(" ")[0] for problem in problems]


@pytest.mark.parametrize(
    ("written", "schema", "value"),
    [
        ("0755", {"type": "string"}, "0755"),
        ("yes", {"type": "string"}, "yes"),
        ("'3'", {"type": "integer"}, 3),
        ("3", {"type": "number"}, 3),
        ("'1.5'", {"type": "number"}, 1.5),
        ("'true'", {"type": "boolean"}, True),
        ("on", {"type": "boolean"}, True),
        ("[1, x]", {"type": "array", "items": {"type": "string"}}, ["1", "x"]),
        ("'[1, 2]'", {"type": "array"}, "[1, 2]"),
        ("'{\"a\": 1}'", {"type": "object"}, '{"a": 1}'),
        ("{a: 1}", {"type": "object", "additionalProperties": {"type": "string"}}, {"a": "1"}),
        ("'{{ x }}'", {"type": "integer"}, "{{ x }}"),
        ("'{{ x }}'", {"enum": ["A"]}, "{{ x }}"),
        ("A", {"enum": ["A", "B"]}, "A"),
        ("[a]", {"anyOf": [{"type": "string"}, {"type": "array"}]}, ["a"]),
        ("7", {"type": ["integer", "null"]}, 7),
        ("7", {"$ref": "#/$defs/none"}, 7),
        ("{a: [1]}", {}, {"a": [1]}),
        ("PT5S", {"type": "string", "format": "duration"}, "PT5S"),
    ],
)
def test_a_fitting_value_is_converted(written: str, schema: _Schema, value: object) -> None:
    assert _one(written, schema) == (value, [])


@pytest.mark.parametrize(
    ("written", "schema", "code"),
    [
        ("[a]", {"type": "string"}, "LNR022"),
        ("1.5", {"type": "integer"}, "LNR022"),
        ("true", {"type": "integer"}, "LNR022"),
        ("maybe", {"type": "boolean"}, "LNR022"),
        ("text", {"type": "array"}, "LNR022"),
        ("[a]", {"type": "object"}, "LNR022"),
        ("C", {"enum": ["A", "B"]}, "LNR024"),
        ("0", {"type": "integer", "minimum": 1}, "LNR025"),
        ("9", {"type": "number", "maximum": 8.5}, "LNR025"),
        ("''", {"type": "string", "minLength": 1}, "LNR023"),
        ("[]", {"type": "array", "minItems": 1}, "LNR023"),
        ("abcd", {"type": "string", "maxLength": 3}, "LNR025"),
        ("B", {"type": "string", "pattern": "^[a-z]+$"}, "LNR026"),
        ("5 minutes", {"type": "string", "format": "duration"}, "LNR050"),
        ("{a: 1}", {"anyOf": [{"type": "string"}, {"type": "array"}]}, "LNR022"),
    ],
)
def test_a_value_that_does_not_fit_is_shown(written: str, schema: _Schema, code: str) -> None:
    assert _one(written, schema)[1] == [code]


def test_of_alternatives_the_one_of_the_right_kind_tells_what_is_wrong() -> None:
    schema = {
        "anyOf": [
            {"type": "string"},
            {"type": "object", "properties": {"size": {"type": "integer"}}},
        ]
    }

    _, problems = _read("p: {size: big}\n", {"properties": {"p": schema}})

    assert problems == ["LNR022 `size` must be a whole number, not the text `big`"]


def test_references_lead_to_definitions_also_of_themselves() -> None:
    schema = {
        "properties": {"tree": {"$ref": "#/$defs/tree"}},
        "$defs": {
            "tree": {
                "type": "object",
                "properties": {"next": {"$ref": "#/$defs/tree"}, "size": {"type": "integer"}},
                "additionalProperties": False,
            },
        },
    }

    _, problems = _read("tree: {next: {next: {siz: 1}}}\n", schema)

    assert problems == ["LNR020 `next` has no property `siz`"]


def test_a_schema_that_refers_to_itself_without_end_is_survived() -> None:
    schema = {
        "properties": {"a": {"$ref": "#/$defs/a"}, "b": {"$ref": "#/$defs/b"}},
        "$defs": {"a": {"$ref": "#/$defs/a"}, "b": {"anyOf": [{"$ref": "#/$defs/b"}]}},
    }

    assert _read("a: 1\nb: 2\n", schema) == ({"a": 1, "b": 2}, [])


def test_required_properties_without_value_are_missing() -> None:
    schema = {"properties": {"a": {}, "b": {}}, "required": ["a", "b"]}

    assert _read("a: null\nc: 1\n", schema)[1] == [
        "LNR021 `t` needs the property `a`",
        "LNR021 `t` needs the property `b`",
    ]


def test_a_deprecated_property_warns_with_its_description() -> None:
    report = Report()
    root = read_yaml("old: 1\n", report)
    assert isinstance(root, MapNode)
    schema = {"properties": {"old": {"deprecated": True, "description": "Use `new`."}}}

    read_properties(root, schema, report, owner="`t`")

    assert [(one.severity, one.hint) for one in report.problems(root)] == [
        ("warning", "Use `new`.")
    ]


@pytest.mark.parametrize(
    ("written", "problems"),
    [("yyyy-MM-dd'T'HH:mm", []), ("[yyyy]", []), ("YYYYo", ["LNR054"]), ("yyyy[", ["LNR054"])],
)
def test_a_pattern_for_dates_is_checked(written: str, problems: list[str]) -> None:
    _, found = _one(f'"{written}"', {"type": "string", "format": "date-pattern"})

    assert found == problems
