from __future__ import annotations

import pytest

from lanner_coordinator.flow.diagnostics import Severity
from lanner_coordinator.flow.model import FlowOutput, InputType, Position
from tests.unit.flow.sources import HEAD, TASKS, good, read


def _codes(one: str) -> list[str]:
    return [problem.code for problem in read(f"{HEAD}{TASKS}inputs: [{one}]\n").problems]


def _input_type(one: str) -> InputType:
    return good(f"{HEAD}{TASKS}inputs: [{one}]\n").inputs[0].type


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        ("{id: a, type: STRING, validator: 'A\\d+'}", InputType.STRING),
        ("{id: a, type: INT, min: 1, max: 2}", InputType.INT),
        ("{id: a, type: FLOAT, min: 0.1}", InputType.FLOAT),
        ("{id: a, type: BOOL}", InputType.BOOLEAN),
        ("{id: a, type: DATETIME, after: '2024-01-01T00:00:00Z'}", InputType.DATETIME),
        ("{id: a, type: DATE, before: 2024-01-01}", InputType.DATE),
        ("{id: a, type: TIME, after: '10:00'}", InputType.TIME),
        ("{id: a, type: DURATION, max: PT1H}", InputType.DURATION),
        ("{id: a, type: FILE, allowedFileExtensions: [.csv]}", InputType.FILE),
        ("{id: a, type: JSON}", InputType.JSON),
        ("{id: a, type: YAML}", InputType.YAML),
        ("{id: a, type: URI}", InputType.URI),
        ("{id: a, type: EMAIL}", InputType.EMAIL),
        ("{id: a, type: SECRET}", InputType.SECRET),
        ("{id: a, type: SELECT, values: [x, 1]}", InputType.SELECT),
        ("{id: a, type: SELECT, expression: '{{ [1] }}'}", InputType.SELECT),
        ("{id: a, type: MULTISELECT, values: [x]}", InputType.MULTISELECT),
        ("{id: a, type: ARRAY, itemType: INT}", InputType.ARRAY),
        ("{id: a, type: ION}", InputType.ION),
        ("{id: a, type: OBJECT, properties: [{id: b, type: INT, min: 1}]}", InputType.OBJECT),
    ],
)
def test_every_type_is_read(one: str, kind: InputType) -> None:
    assert _codes(one) == []
    assert _input_type(one) is kind


@pytest.mark.parametrize(
    ("one", "codes"),
    [
        ("{id: a}", ["LNR021"]),
        ("{type: INT}", ["LNR021"]),
        ("{id: a b, type: INT}", ["LNR030"]),
        ("{id: a, type: NUMBER}", ["LNR024"]),
        ("{name: a, type: INT}", ["LNR029"]),
        ("{id: a, type: ENUM, values: [x]}", ["LNR029"]),
        ("{id: a, type: STRING, validator: '\\'}", ["LNR053"]),
        ("{id: a, type: STRING, min: 1}", ["LNR020"]),
        ("{id: a, type: DATE, after: soon}", ["LNR054"]),
        ("{id: a, type: SELECT}", ["LNR021"]),
        ("{id: a, type: SELECT, values: [x], expression: y}", ["LNR027"]),
        ("{id: a, type: SELECT, values: []}", ["LNR023", "LNR021"]),
        ("{id: a, type: ARRAY}", ["LNR021"]),
        ("{id: a, type: ARRAY, itemType: ARRAY}", ["LNR024"]),
        ("{id: a, type: ARRAY, itemType: OBJECT}", ["LNR024"]),
        ("{id: a, type: FILE, defaults: something}", ["LNR027"]),
        ("{id: a, type: INT}, {id: a.b, type: INT}", ["LNR027"]),
        ("{id: a, type: REUSABLE_INPUTS, ref: b}", ["LNR028"]),
        ("{id: a, type: TABLE, columns: []}", ["LNR028"]),
        ("{id: a, type: OBJECT}", ["LNR021"]),
        ("{id: a, type: OBJECT, properties: []}", ["LNR023"]),
        ("{id: a, type: OBJECT, properties: text}", ["LNR022", "LNR023"]),
        ("{id: a, type: OBJECT, properties: [text]}", ["LNR022"]),
        ("{id: a, type: OBJECT, properties: [{id: b}]}", ["LNR021"]),
        ("{id: a, type: OBJECT, properties: [{id: b.c, type: INT}]}", ["LNR030"]),
        ("{id: a, type: OBJECT, properties: [{id: b, type: JSON}]}", ["LNR024"]),
        ("{id: a, type: OBJECT, properties: [{id: b, type: INT, defaults: 1}]}", ["LNR020"]),
        ("{id: a, type: OBJECT, properties: [{id: b, type: SELECT, expression: x}]}", ["LNR027"]),
        (
            "{id: a, type: OBJECT, properties: [{id: b, type: INT}, {id: b, type: INT}]}",
            ["LNR033"],
        ),
        ("{id: a, type: OBJECT, defaults: 5, properties: [{id: b, type: INT}]}", ["LNR022"]),
        ("{id: a, type: FILE, defaults: 'nsfile:///a.csv'}", []),
        ("{id: a, type: STRING, prefill: x}", ["LNR027"]),
        ("{id: a, type: STRING, prefill: x, required: false}", []),
        (f"{{id: a, type: STRING, displayName: {'x' * 65}}}", ["LNR025"]),
        ("{id: a, type: INT}, {id: a, type: INT}", ["LNR033"]),
        ("{id: a, type: INT, dependsOn: {inputs: [b]}}", ["LNR080"]),
        (
            "{id: a, type: INT, dependsOn: {inputs: [b]}}, "
            "{id: b, type: INT, dependsOn: {inputs: [a]}}",
            ["LNR081"],
        ),
        ("{id: a, type: INT, dependsOn: {input: [b]}}", ["LNR020"]),
        ("text", ["LNR022"]),
    ],
)
def test_a_wrong_input_is_shown(one: str, codes: list[str]) -> None:
    assert sorted(_codes(one)) == sorted(codes)


def test_an_input_keeps_what_it_needs() -> None:
    source = f"""{HEAD}{TASKS}inputs:
  - id: a
    type: STRING
  - id: deep.one
    type: INT
    displayName: One
    description: The first
    required: false
    defaults: 3
    min: 1
    dependsOn: {{inputs: [a], condition: "{{{{ inputs.a == 'x' }}}}"}}
"""

    one = good(source).inputs[1]

    assert (one.id, one.display_name, one.description) == ("deep.one", "One", "The first")
    assert (one.is_required, one.has_default, one.default) == (False, True, 3)
    assert one.properties == {"min": 1}
    assert one.depends_on == ("a",)
    assert one.conditions == ("{{ inputs.a == 'x' }}",)


def test_a_default_of_null_is_none() -> None:
    assert (
        not good(f"{HEAD}{TASKS}inputs: [{{id: a, type: INT, defaults: null}}]\n")
        .inputs[0]
        .has_default
    )


def test_outputs_are_read() -> None:
    source = f"{HEAD}{TASKS}outputs:\n  - {{id: a, type: ARRAY, itemType: INT, value: [1]}}\n"

    assert good(source).outputs == (
        FlowOutput(
            id="a",
            type=InputType.ARRAY,
            value=[1],
            item_type="INT",
            position=Position(line=6, column=5),
        ),
    )


@pytest.mark.parametrize(
    ("one", "codes"),
    [
        ("{id: a, type: STRING}", ["LNR021"]),
        ("{id: a, value: x}", ["LNR021"]),
        ("{id: a, type: TEXT, value: x}", ["LNR024"]),
        ("{id: a, type: STRING, value: x, more: y}", ["LNR020"]),
        ("{id: a, type: ARRAY, itemType: LIST, value: x}", ["LNR024"]),
        ("{id: a, type: INT, value: 1}, {id: a, type: INT, value: 1}", ["LNR033"]),
    ],
)
def test_a_wrong_output_is_shown(one: str, codes: list[str]) -> None:
    source = f"{HEAD}{TASKS}outputs: [{one}]\n"

    assert [problem.code for problem in read(source).problems] == codes


@pytest.mark.parametrize(
    ("one", "message"),
    [
        ("type: INT, min: 10, max: 5", "`min` is `10` and `max` is `5`: no value fits"),
        (
            "type: DATE, after: 2024-01-02, before: 2024-01-01",
            "`after` is `2024-01-02` and `before` is `2024-01-01`: no value fits",
        ),
        ("type: INT, defaults: x", 'The default of `a` is no INT: For input string: "x"'),
        (
            "type: DATE, defaults: soon",
            "The default of `a` is no DATE: Expected `DATE` but received `soon` with errors: "
            "Text 'soon' could not be parsed at index 0",
        ),
        ("type: ARRAY, itemType: INT, defaults: [1, x]", "The default of `a` is no ARRAY: Unable"),
    ],
)
def test_bounds_and_defaults_that_cannot_be_are_refused(one: str, message: str) -> None:
    (problem,) = read(f"{HEAD}{TASKS}inputs: [{{id: a, {one}}}]\n").problems

    assert problem.severity is Severity.ERROR
    assert message in problem.message


@pytest.mark.parametrize(
    ("one", "why"),
    [
        ("type: INT, max: 5, defaults: 9", "it must be less than `5`"),
        ("type: SELECT, values: [a, b], defaults: c", "it must match the values `[a, b]`"),
        ("type: STRING, validator: '[0-9]+', defaults: abc", "it must match the pattern"),
    ],
)
def test_a_default_that_is_always_refused_is_a_warning(one: str, why: str) -> None:
    (problem,) = read(f"{HEAD}{TASKS}inputs: [{{id: a, {one}}}]\n").problems

    assert problem.severity is Severity.WARNING
    assert problem.message.startswith("The default of `a` is refused when it is used: ")
    assert why in problem.message


@pytest.mark.parametrize(
    "one",
    [
        "type: INT, defaults: '{{ 3 }}'",
        "type: ARRAY, itemType: INT, defaults: ['{{ 3 }}']",
        "type: INT, required: false, defaults: ''",
        "type: SELECT, expression: '{{ [1] }}', defaults: 1",
        "type: DATETIME, defaults: '2024-01-01T00:00:00Z'",
        "type: MULTISELECT, values: [a, b], defaults: [a]",
        "type: BOOL, defaults: true",
        "type: SECRET, validator: x, defaults: y",
    ],
)
def test_a_default_that_may_be_right_is_taken(one: str) -> None:
    assert _codes(f"{{id: a, {one}}}") == []
