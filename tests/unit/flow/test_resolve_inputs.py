from __future__ import annotations

from collections.abc import Mapping
from time import thread_time

import pytest

from lanner_coordinator.flow.expression import NoEffects, render_typed
from lanner_coordinator.flow.inputs import ResolvedInputs, convert_output, resolve_inputs
from lanner_coordinator.flow.model import FlowOutput, InputType
from tests.unit.flow.sources import HEAD, TASKS, good

_ION = {"a": [1, 16], "b": "2024-01-02T03:04:05Z"}
_PORT = "[{id: port, type: INT, min: 1}, {id: host, type: STRING, required: false}]"


def _evaluate(source: object, variables: Mapping[str, object]) -> object:
    return render_typed(source, variables, NoEffects()).value


def _resolve(inputs: str, raw: Mapping[str, object]) -> ResolvedInputs:
    flow = good(f"{HEAD}{TASKS}inputs: [{inputs}]\n")
    return resolve_inputs(flow, raw, _evaluate, encrypt=lambda text: f"<{len(text)}>")


def _messages(inputs: str, raw: Mapping[str, object]) -> list[str]:
    return [one.message for one in _resolve(inputs, raw).problems]


@pytest.mark.parametrize(
    ("definition", "given", "value"),
    [
        ("type: STRING", "x", "x"),
        ("type: STRING", 5, "5"),
        ("type: INT", "42", 42),
        ("type: INT", 42.0, 42),
        ("type: FLOAT", "42.5", 42.5),
        ("type: FLOAT", 1, 1.0),
        ("type: BOOLEAN", "True", True),
        ("type: BOOLEAN", False, False),
        ("type: DATETIME", "2019-10-06T18:27:49+02:00", "2019-10-06T16:27:49Z"),
        ("type: DATE", "2019-10-06", "2019-10-06"),
        ("type: TIME", "18:27:00", "18:27"),
        ("type: DURATION", "P1DT1M", "PT24H1M"),
        ("type: JSON", '{"a": [1]}', {"a": [1]}),
        ("type: JSON", {"a": 1}, {"a": 1}),
        ("type: YAML", "a: [1, x]", {"a": [1, "x"]}),
        ("type: URI", "https://example.org/x", "https://example.org/x"),
        ("type: EMAIL", "me@example.org", "me@example.org"),
        ("type: FILE", "lanner:///a/b.csv", "lanner:///a/b.csv"),
        ("type: SECRET", "hush", "<4>"),
        ("type: SELECT, values: [a, b]", "b", "b"),
        ("type: SELECT, values: [a], allowCustomValue: true", "z", "z"),
        ("type: SELECT, expression: \"{{ ['p', 'q'] }}\"", "q", "q"),
        ("type: MULTISELECT, values: [a, b]", '["b", "a"]', ["b", "a"]),
        ("type: ARRAY, itemType: INT", "[1, '2']".replace("'", '"'), [1, 2]),
        ("type: ARRAY, itemType: BOOL", [True, "false"], [True, False]),
        ("type: ION", "{a: [1, 0x10], b: 2024-01-02T03:04:05Z}", _ION),
        ("type: ION", '{"a": null} {"a": 2}', {"a": None}),
        ("type: ION", {"a": 1}, {"a": 1}),
        ("type: ION", r'{a: "\ud83d", b: "\U0000d83d"}', {"a": "\ufffd", "b": "\ufffd"}),
        ("type: ARRAY, itemType: ION", ["a"], ["a"]),
        (f"type: OBJECT, properties: {_PORT}", {"port": "80"}, {"port": 80, "host": None}),
        (f"type: OBJECT, properties: {_PORT}", '{"port": 80}', {"port": 80, "host": None}),
        (f"type: OBJECT, properties: {_PORT}", {"port": 1, "x": 2}, {"port": 1, "host": None}),
    ],
)
def test_a_raw_value_becomes_its_type(definition: str, given: object, value: object) -> None:
    resolved = _resolve(f"{{id: a, {definition}}}", {"a": given})

    assert resolved.problems == ()
    assert resolved.values == {"a": value}
    assert type(resolved.values["a"]) is type(value)


def test_bounds_themselves_are_allowed() -> None:
    assert _messages("{id: a, type: INT, min: 1, max: 1}", {"a": 1}) == []


def test_a_missing_input_is_refused_and_an_optional_one_is_null() -> None:
    inputs = "{id: a, type: INT}, {id: b, type: INT, required: false}"

    resolved = _resolve(inputs, {"b": ""})

    assert [one.message for one in resolved.problems] == [
        "Invalid input for `a`, missing required input, but received `null`"
    ]
    assert resolved.values == {"b": None}


def test_all_problems_are_found_at_once() -> None:
    inputs = "{id: a, type: INT}, {id: b, type: DATE}, {id: c, type: STRING}"

    resolved = _resolve(inputs, {"a": "x", "b": "y", "c": "z", "unknown": 1})

    assert [one.input_id for one in resolved.problems] == ["a", "b"]
    assert resolved.values == {"c": "z"}


def test_dots_in_ids_make_nested_maps() -> None:
    inputs = "{id: a.b, type: INT}, {id: a.c.d, type: INT}"

    assert _resolve(inputs, {"a.b": 1, "a.c.d": 2}).values == {"a": {"b": 1, "c": {"d": 2}}}


def test_defaults_are_rendered_and_see_the_inputs_before_them() -> None:
    inputs = (
        "{id: a, type: STRING, defaults: x}, "
        '{id: b, type: STRING, defaults: "{{ inputs.a }}y"}, '
        "{id: c, type: JSON, defaults: {k: [1]}}, {id: d, type: STRING, defaults: ''}"
    )

    assert _resolve(inputs, {}).values == {"a": "x", "b": "xy", "c": {"k": [1]}, "d": ""}


def test_a_default_that_cannot_be_rendered_is_a_problem() -> None:
    messages = _messages('{id: a, type: STRING, defaults: "{{ nothing }}"}', {})

    assert len(messages) == 1
    assert "Unable to find `nothing`" in messages[0]


def test_the_first_choice_may_be_the_default() -> None:
    inputs = "{id: a, type: SELECT, values: [p, q], autoSelectFirst: true}"

    assert _resolve(inputs, {}).values == {"a": "p"}


_CHAIN = (
    "{id: c, type: STRING, dependsOn: {inputs: [b]}}, "
    "{id: b, type: STRING, dependsOn: {inputs: [a], condition: \"{{ inputs.a == 'on' }}\"}}, "
    "{id: a, type: STRING}"
)


def test_an_input_whose_condition_holds_is_taken() -> None:
    resolved = _resolve(_CHAIN, {"a": "on", "b": "x", "c": "y"})

    assert resolved.values == {"a": "on", "b": "x", "c": "y"}


def test_an_input_whose_condition_does_not_hold_is_left_out_with_what_depends_on_it() -> None:
    resolved = _resolve(_CHAIN, {"a": "off", "b": "x"})

    assert resolved.problems == ()
    assert resolved.values == {"a": "off"}
    assert {one.id: one.is_enabled for one in resolved.each} == {"a": True, "b": False, "c": False}


def test_a_condition_that_cannot_be_rendered_is_a_problem() -> None:
    inputs = (
        "{id: a, type: STRING}, "
        '{id: b, type: STRING, dependsOn: {inputs: [a], condition: "{{ inputs.z }}"}}'
    )

    resolved = _resolve(inputs, {"a": "x", "b": "y"})

    assert [one.input_id for one in resolved.problems] == ["b"]
    assert not resolved.each[1].is_enabled


def test_a_secret_is_refused_without_encryption_and_never_shown() -> None:
    flow = good(f"{HEAD}{TASKS}inputs: [{{id: a, type: SECRET, validator: 'x+'}}]\n")

    unencrypted = resolve_inputs(flow, {"a": "xx"}, _evaluate)
    refused = resolve_inputs(flow, {"a": "hush"}, _evaluate, encrypt=str)

    assert "encryption is not configured" in unencrypted.problems[0].message
    assert "xx" not in unencrypted.problems[0].message
    assert "hush" not in refused.problems[0].message


def test_a_flows_output_is_converted_to_its_type() -> None:
    count = FlowOutput(id="n", type=InputType.INT, value="")
    optional = FlowOutput(id="n", type=InputType.INT, value="", is_required=False)
    items = FlowOutput(id="n", type=InputType.ARRAY, value="", item_type="INT")

    assert convert_output(count, "3") == 3
    assert convert_output(optional, None) is None
    assert convert_output(items, '["1"]') == [1]
    with pytest.raises(ValueError, match='Invalid output for `n`, For input string: "x"'):
        convert_output(count, "x")
    with pytest.raises(ValueError, match="missing required output"):
        convert_output(count, None)


def test_a_secret_output_is_encrypted() -> None:
    secret = FlowOutput(id="s", type=InputType.SECRET, value="")

    assert convert_output(secret, "hush", encrypt=lambda text: f"<{len(text)}>") == "<4>"
    with pytest.raises(ValueError, match="encryption is not configured"):
        convert_output(secret, "hush")


@pytest.mark.parametrize(
    "value", ["ann@localhost", "ann.b+c@example.com", "o\u2019neil@example.com"]
)
def test_mail_addresses_that_kestra_takes_are_taken(value: str) -> None:
    result = _resolve("{id: a, type: EMAIL}", {"a": value})

    assert result.values == {"a": value}


def test_a_pattern_of_java_is_understood_and_its_time_is_limited() -> None:
    letters = "{id: a, type: STRING, validator: '\\p{Lu}\\p{L}*+'}"
    slow = "{id: a, type: STRING, validator: '(a|aa)+$'}"

    assert _resolve(letters, {"a": "Éva"}).values == {"a": "Éva"}
    assert "it must match the pattern" in _resolve(letters, {"a": "éva"}).problems[0].message
    before = thread_time()
    message = _resolve(slow, {"a": "a" * 5_000 + "!"}).problems[0].message
    assert "timed out" in message
    assert thread_time() - before < 1
