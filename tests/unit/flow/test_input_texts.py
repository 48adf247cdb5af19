"""What is said of inputs that are refused: Kestra's texts, to the letter."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lanner_coordinator.flow.expression import NoEffects, render_typed
from lanner_coordinator.flow.inputs import resolve_inputs
from tests.unit.flow.sources import HEAD, TASKS, good


def _evaluate(source: object, variables: Mapping[str, object]) -> object:
    return render_typed(source, variables, NoEffects()).value


def _refusal(definition: str, given: object) -> str:
    flow = good(f"{HEAD}{TASKS}inputs: [{{id: a, {definition}}}]\n")
    (problem,) = resolve_inputs(flow, {"a": given}, _evaluate, encrypt=str).problems
    return problem.message


@pytest.mark.parametrize(
    ("definition", "given", "why"),
    [
        ("type: INT", "4.5", 'For input string: "4.5"'),
        ("type: INT", "", 'For input string: ""'),
        ("type: INT", " 4 ", 'For input string: " 4 "'),
        ("type: INT", True, 'For input string: "true"'),
        ("type: INT, min: 10", "9", "it must be more than `10`"),
        ("type: INT, max: 20", 21, "it must be less than `20`"),
        ("type: FLOAT", "x", 'For input string: "x"'),
        ("type: FLOAT", "nan", 'For input string: "nan"'),
        ("type: FLOAT", "", "empty String"),
        ("type: FLOAT", [1], 'For input string: "[1]"'),
        ("type: FLOAT, min: 0.1", "0.01", "it must be more than `0.1`"),
        ("type: FLOAT, max: 2", "2.5", "it must be less than `2.0`"),
        ("type: BOOLEAN", "maybe", "Expected `BOOLEAN` but received `maybe`"),
        ("type: STRING, validator: 'A\\d+'", "A1x", "it must match the pattern `A\\d+`"),
        ("type: SELECT, values: [a, b]", "c", "it must match the values `[a, b]`"),
        ("type: ENUM, values: [a, b]", "c", "it must match the values `[a, b]`"),
        ("type: MULTISELECT, values: [a]", '["a","c"]', "it must match the values `[a]`"),
        ("type: URI", "http:/bla", "Expected `URI` but received `http:/bla`"),
        ("type: EMAIL", "ann at home", "The input must be a valid email"),
        (
            "type: FILE, allowedFileExtensions: [.csv, .txt]",
            "lanner:///a.zip",
            "File type not allowed. Accepted extensions: .csv, .txt",
        ),
        (
            "type: ARRAY, itemType: INT",
            '["s1"]',
            "Unable to parse array element as `INT` on `s1`",
        ),
        (
            "type: ARRAY, itemType: DATE",
            '["2024-01-01",null]',
            "Unable to parse array element as `DATE` on `null`",
        ),
        ("type: DATE, after: 2023-01-01", "2022-01-01", "it must be after `2023-01-01`"),
        ("type: DATE, before: 2023-01-01", "2024-01-01", "it must be before `2023-01-01`"),
        ("type: TIME, after: '01:00:00'", "00:00:01", "it must be after `01:00`"),
        ("type: TIME, before: '11:59:59'", "14:00:00", "it must be before `11:59:59`"),
        (
            "type: DATETIME, after: '2023-01-01T02:00:00+02:00'",
            "2022-01-01T00:00:00Z",
            "it must be after `2023-01-01T00:00:00Z`",
        ),
        ("type: DURATION, min: PT10S", "PT1S", "It must be more than `PT10S`"),
        ("type: DURATION, max: P1D", "P2D", "It must be less than `PT24H`"),
    ],
)
def test_a_value_that_is_refused_is_refused_in_kestras_words(
    definition: str, given: object, why: str
) -> None:
    received = "[1]" if given == [1] else "true" if given is True else given

    assert _refusal(definition, given) == f"Invalid input for `a`, {why}, but received `{received}`"


@pytest.mark.parametrize(
    ("kind", "given", "why"),
    [
        ("DATE", "soon", "Text 'soon' could not be parsed at index 0"),
        ("DATE", "2024/01/01", "Text '2024/01/01' could not be parsed at index 4"),
        ("DATE", "2024-1-01", "Text '2024-1-01' could not be parsed at index 5"),
        ("DATE", "20241220", "Text '20241220' could not be parsed at index 0"),
        (
            "DATE",
            "2024-12-20T10:00:00",
            "Text '2024-12-20T10:00:00' could not be parsed, unparsed text found at index 10",
        ),
        (
            "DATE",
            "2024-13-01",
            "Text '2024-13-01' could not be parsed: "
            "Invalid value for MonthOfYear (valid values 1 - 12): 13",
        ),
        (
            "DATE",
            "2024-01-32",
            "Text '2024-01-32' could not be parsed: "
            "Invalid value for DayOfMonth (valid values 1 - 28/31): 32",
        ),
        (
            "DATE",
            "2024-02-30",
            "Text '2024-02-30' could not be parsed: Invalid date 'FEBRUARY 30'",
        ),
        (
            "DATE",
            "2023-02-29",
            "Text '2023-02-29' could not be parsed: "
            "Invalid date 'February 29' as '2023' is not a leap year",
        ),
        (
            "TIME",
            "25:00:00",
            "Text '25:00:00' could not be parsed: "
            "Invalid value for HourOfDay (valid values 0 - 23): 25",
        ),
        ("TIME", "10", "Text '10' could not be parsed at index 2"),
        (
            "TIME",
            "10:00:0",
            "Text '10:00:0' could not be parsed, unparsed text found at index 5",
        ),
        (
            "TIME",
            "10:00Z",
            "Text '10:00Z' could not be parsed, unparsed text found at index 5",
        ),
        ("DATETIME", "2024-01-01", "Text '2024-01-01' could not be parsed at index 10"),
        (
            "DATETIME",
            "2024-01-01T10:00:00",
            "Text '2024-01-01T10:00:00' could not be parsed at index 19",
        ),
        (
            "DATETIME",
            "2024-13-01T10:00:00Z",
            "Text '2024-13-01T10:00:00Z' could not be parsed at index 0",
        ),
        ("DATETIME", "x" * 70, f"Text '{'x' * 64}...' could not be parsed at index 0"),
        ("DURATION", "5m", "Text cannot be parsed to a Duration"),
        ("DURATION", "P1M", "Text cannot be parsed to a Duration"),
        ("JSON", "{", "Expecting property name enclosed in double quotes: "),
        ("JSON", "NaN", "`NaN` is no JSON"),
        ("YAML", "a: b: c", "line 1: "),
        ("ARRAY, itemType: INT", "7", "This is no list."),
        ("ARRAY, itemType: INT", "[", "Expecting value: "),
        ("MULTISELECT, values: [a]", "a", "Expecting value: "),
    ],
)
def test_a_text_of_another_form_is_refused_with_why_it_cannot_be_read(
    kind: str, given: str, why: str
) -> None:
    message = _refusal(f"type: {kind}", given)

    name = kind.partition(",")[0]
    start = f"Invalid input for `a`, Expected `{name}` but received `{given}` with errors:\n```\n"
    assert message.startswith(f"{start}{why}")
    assert message.endswith(f"\n```, but received `{given}`")
    if name not in ("JSON", "YAML", "ARRAY", "MULTISELECT"):
        assert message == f"{start}{why}\n```, but received `{given}`"


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("DATETIME", "2024-01-01t10:00:00.5z", "2024-01-01T10:00:00.500Z"),
        ("DATETIME", "2024-01-01T10:00:00+02:00", "2024-01-01T08:00:00Z"),
        ("DATETIME", "2024-01-01T10:00Z", "2024-01-01T10:00:00Z"),
        ("DATE", "2024-02-29", "2024-02-29"),
        ("TIME", "10:00:05.25", "10:00:05.250"),
        ("FLOAT", " 1.5f ", 1.5),
        ("FLOAT", "1e3", 1000.0),
    ],
)
def test_a_text_that_java_reads_is_taken(kind: str, given: str, value: object) -> None:
    flow = good(f"{HEAD}{TASKS}inputs: [{{id: a, type: {kind}}}]\n")

    assert resolve_inputs(flow, {"a": given}, _evaluate).values == {"a": value}


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("{{ inputs.none }}", "Cannot render 'expression'. Cause: "),
        ("{{ 3 }}", "Invalid expression result. Expected a list of strings, but received "),
        (
            "{{ null }}",
            "Invalid expression result. Expected a list of strings, but received <null>",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["SELECT", "MULTISELECT"])
def test_choices_that_cannot_be_told_refuse_every_value(
    kind: str, expression: str, why: str
) -> None:
    message = _refusal(f"type: {kind}, expression: '{expression}'", "x")

    assert message.startswith(f"Invalid input for `a`, {why}")


def test_a_secret_without_encryption_is_refused_without_its_value() -> None:
    flow = good(f"{HEAD}{TASKS}inputs: [{{id: a, type: SECRET}}]\n")

    (problem,) = resolve_inputs(flow, {"a": "hush"}, _evaluate).problems

    assert problem.message == (
        "Invalid input for `a`, Unable to use a `SECRET` input/output as encryption is not "
        "configured, but received `null`"
    )
