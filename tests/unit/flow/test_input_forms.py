from __future__ import annotations

from collections.abc import Mapping

import pytest

from lanner_coordinator.flow.expression import NoEffects, render_typed
from lanner_coordinator.flow.inputs import ResolvedInputs, resolve_inputs
from lanner_coordinator.flow.migration.migrate import migrate
from lanner_coordinator.flow.model import Flow
from tests.unit.flow.sources import HEAD, TASKS, TYPES, good, only, read

_FORM = f"""{HEAD}{TASKS}inputs:
  - id: kind
    type: STRING
    defaults: cloud
  - id: place
    type: FORM
    displayName: Where it runs
    inputs:
      - {{id: region, type: SELECT, values: [EU, US], displayName: Region}}
      - {{id: zones, type: INT, min: 1, defaults: 2}}
      - id: rack
        type: STRING
        required: false
        dependsOn: {{inputs: [kind], condition: "{{{{ inputs.kind == 'cloud' }}}}"}}
      - {{id: more, type: JSON, required: false}}
"""


def _evaluate(source: object, variables: Mapping[str, object]) -> object:
    return render_typed(source, variables, NoEffects()).value


def _resolve(flow: Flow, raw: Mapping[str, object]) -> ResolvedInputs:
    return resolve_inputs(flow, raw, _evaluate, encrypt=lambda text: f"<{len(text)}>")


def _of(inputs: str) -> Flow:
    return good(f"{HEAD}{TASKS}inputs: [{inputs}]\n")


def test_a_form_is_read_as_its_inputs() -> None:
    flow = good(_FORM)

    assert [(one.id, one.form) for one in flow.inputs] == [
        ("kind", ""),
        ("place.region", "Where it runs"),
        ("place.zones", "Where it runs"),
        ("place.rack", "Where it runs"),
        ("place.more", "Where it runs"),
    ]
    assert read(_FORM).problems == ()


@pytest.mark.parametrize(
    "raw",
    [
        {"place.region": "EU", "place.rack": "r1", "place.more": {"x": 1}},
        {"place": {"region": "EU", "rack": "r1", "more": {"x": 1}}},
        {"place": {"region": "EU", "more": '{"x": 1}'}, "place.rack": "r1"},
        {"place": '{"region": "EU", "rack": "r1", "more": {"x": 1}}'},
        {"place": {"region": "US", "rack": "r1", "more": {"x": 1}}, "place.region": "EU"},
    ],
)
def test_a_form_is_given_by_its_inputs_or_as_a_map(raw: Mapping[str, object]) -> None:
    resolved = _resolve(good(_FORM), raw)

    assert resolved.problems == ()
    assert resolved.values == {
        "kind": "cloud",
        "place": {"region": "EU", "zones": 2, "rack": "r1", "more": {"x": 1}},
    }


@pytest.mark.parametrize(
    ("raw", "messages"),
    [
        ({}, ["Invalid input for `place.region`, missing required input, but received `null`"]),
        (
            {"place": {"region": "EU", "zones": 0}},
            ["Invalid input for `place.zones`, it must be more than `1`, but received `0`"],
        ),
        (
            {"place": {"region": "Mars"}},
            [
                "Invalid input for `place.region`, it must match the values `[EU, US]`, "
                "but received `Mars`"
            ],
        ),
        (
            {"place": "{EU"},
            ["Invalid input for `place.region`, missing required input, but received `null`"],
        ),
    ],
)
def test_what_is_wrong_in_a_form_is_told_of_its_input(
    raw: Mapping[str, object], messages: list[str]
) -> None:
    assert [one.message for one in _resolve(good(_FORM), raw).problems] == messages


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        ({"on": "yes", "f.b": "x", "f.a": 1}, {"on": "yes", "f": {"a": 1, "b": "x"}}),
        ({"on": "yes", "f.b": "x", "f.a": 2}, {"on": "yes", "f": {"a": 2}}),
        ({"on": "no", "f.b": "x", "f.a": 1}, {"on": "no"}),
    ],
)
def test_inputs_of_a_form_depend_on_what_the_form_and_they_themselves_depend_on(
    raw: Mapping[str, object], values: Mapping[str, object]
) -> None:
    flow = _of(
        "{id: on, type: STRING}, "
        "{id: f, type: FORM, dependsOn: {inputs: [on], condition: \"{{ inputs.on == 'yes' }}\"}, "
        "inputs: [{id: b, type: STRING, dependsOn: {inputs: [f.a], "
        'condition: "{{ inputs.f.a == 1 }}"}}, {id: a, type: INT}]}'
    )

    assert _resolve(flow, raw).values == values


def test_secrets_and_defaults_of_a_form_are_as_elsewhere() -> None:
    flow = _of(
        "{id: f, type: FORM, inputs: [{id: who, type: STRING}, {id: key, type: SECRET}, "
        "{id: greeting, type: STRING, defaults: 'Hello {{ inputs.f.who }}'}]}"
    )

    values = _resolve(flow, {"f": {"who": "Ada", "key": "hush"}}).values

    assert values == {"f": {"who": "Ada", "key": "<4>", "greeting": "Hello Ada"}}


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ("{id: f, type: FORM}", "An input of type FORM needs the key `inputs` | "),
        (
            "{id: f, type: FORM, inputs: x}",
            "`inputs` of a FORM must be a list, not the text `x` | ",
        ),
        (
            "{id: f, type: FORM, inputs: [], min: 1}",
            "An input of type FORM has no property `min` | ",
        ),
        (
            "{id: f, type: FORM, inputs: [{id: g, type: FORM, inputs: []}]}",
            "A FORM cannot stand in another FORM | "
            "Write its inputs into the outer one; a dot in an id makes a nested map.",
        ),
        (
            "{id: f, type: FORM, required: true, inputs: []}",
            "`required` has no effect: the inputs of a FORM say it, each for itself | ",
        ),
        (
            "{id: f, type: FORM, inputs: []}, {id: f, type: FORM, inputs: []}",
            "There is a FORM `f` already | ",
        ),
        (
            "{id: f, type: FORM, inputs: [{id: a, type: INT}]}, {id: f.a, type: INT}",
            "The input `f.a` is there already, in line 5 | ",
        ),
        (
            "{id: f, type: INT}, {id: f, type: FORM, inputs: [{id: a, type: INT}]}",
            "`inputs.f` cannot be an input and hold the input `f.a` too | ",
        ),
        (
            "{id: f, type: FORM, inputs: [{id: one, type: INT}, "
            "{id: two, type: INT, dependsOn: {inputs: [one]}}]}",
            "The input `f.two` depends on `one`, which does not exist here | Did you mean `f.one`?",
        ),
        (
            "{id: f, type: FORM, inputs: [{id: a, type: INT, defaults: '{{ inputs.f.b }}'}, "
            "{id: b, type: INT}]}",
            "`inputs.f.b` does not exist yet: inputs are read from the top down | "
            "Move it above `f.a`, or name it in `dependsOn` there.",
        ),
        (
            "{id: a, type: REUSABLE_INPUTS, ref: b}",
            "The type `REUSABLE_INPUTS` is not supported yet by this version | "
            "Write the inputs themselves, into a FORM with the same id.",
        ),
    ],
)
def test_a_wrong_form_is_shown(inputs: str, problem: str) -> None:
    assert only(f"{HEAD}{TASKS}inputs: [{inputs}]\n") == problem


def test_what_expressions_read_of_a_form_must_be_there() -> None:
    text = "tasks:\n  - {id: a, type: core.log.Log, message: '{{ inputs.f.b }} {{ inputs.f.x }}'}\n"
    source = f"{HEAD}{text}inputs: [{{id: f, type: FORM, inputs: [{{id: b, type: INT}}]}}]\n"

    assert [one.code for one in read(source).problems] == ["LNR070"]


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        ({"o": {"port": "80"}}, {"o": {"port": 80, "host": None}}),
        ({"o.port": "80", "o.host": "a"}, {"o": {"port": 80, "host": "a"}}),
    ],
)
def test_an_object_is_given_as_a_map_or_by_its_properties(
    raw: Mapping[str, object], values: Mapping[str, object]
) -> None:
    assert _resolve(_of(_OBJECT), raw).values == values


_OBJECT = (
    "{id: o, type: OBJECT, properties: [{id: port, type: INT, min: 1}, "
    "{id: host, type: STRING, required: false}]}"
)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"host": "a"}, "Invalid input for `o.port`, missing required input, but received `null`"),
        (
            {"port": 0, "host": "a"},
            "Invalid input for `o.port`, it must be more than `1`, but received `0`",
        ),
        ("[1]", "Invalid input for `o`, Expected `OBJECT` but received `[1]` with errors:"),
        ("{", "Invalid input for `o`, Expected `OBJECT` but received `{` with errors:"),
        (7, "Invalid input for `o`, Expected `OBJECT` but received `7` with errors:"),
    ],
)
def test_a_wrong_object_is_refused(given: object, message: str) -> None:
    problems = _resolve(_of(_OBJECT), {"o": given}).problems

    assert [one.input_id for one in problems] == ["o"]
    assert problems[0].message.startswith(message)


def test_a_wrong_ion_text_is_refused() -> None:
    problems = _resolve(_of("{id: i, type: ION}"), {"i": "{a: "}).problems

    assert "Expected `ION` but received `{a: ` with errors:" in problems[0].message


def test_older_names_in_forms_are_migrated() -> None:
    old = "inputs:\n  - {id: f, type: FORM, inputs: [{name: a, type: ENUM, values: [x]}]}\n"
    new = "inputs:\n  - {id: f, type: FORM, inputs: [{id: a, type: SELECT, values: [x]}]}\n"

    assert migrate(f"{HEAD}{TASKS}{old}", TYPES).text == f"{HEAD}{TASKS}{new}"
