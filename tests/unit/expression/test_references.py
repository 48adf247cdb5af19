from __future__ import annotations

import pytest

from lanner_coordinator.flow.expression import check, inspect, references


def test_references_name_what_a_text_reads() -> None:
    found = references(
        "{{ outputs.load.uri }} {{ outputs['my-task'].rows[0] }} {{ inputs.a | default(vars.b) }}"
        " {{ secret('KEY') ?? secret(key='OTHER') }} {{ tasks.x.state }} {{ kv(inputs.k) }}"
    )

    assert found.outputs == {("load", "uri"), ("my-task", "rows", "0")}
    assert found.inputs == {("a",), ("k",)}
    assert found.vars == {("b",)}
    assert found.tasks == {("x", "state")}
    assert found.secrets == {"KEY", "OTHER"}
    assert found.roots == {"outputs", "inputs", "vars", "tasks"}
    assert found.functions == {"secret", "kv"}


def test_a_key_that_is_computed_ends_the_path() -> None:
    found = references("{{ outputs.each[taskrun.value].x.y }}")

    assert found.paths == {("outputs", "each"), ("taskrun", "value")}


def test_names_a_text_makes_itself_are_no_references() -> None:
    found = references(
        "{% set x = inputs.a %}{% for i in inputs.b %}{{ i.c }}{{ x }}{{ loop.index }}{% endfor %}"
    )

    assert found.roots == {"inputs"}


def test_references_go_through_structures_and_skip_bad_syntax() -> None:
    found = references({"k": ["{{ inputs.a }}", "{{ inputs. }}", 5], "{{ vars.b }}": None})

    assert found.inputs == {("a",)}
    assert found.vars == {("b",)}


def test_references_are_found_in_every_place() -> None:
    found = references(
        '{{ a ?? b }}{{ c ? d : e }}{{ "#{f}" }}{% if g %}{% elseif h %}{{ i }}{% else %}{{ j }}'
        "{% endif %}{{ [k, {'x': l}] }}{{ m.n(o) }}{% filter replace({'a': p}) %}{{ q }}"
        "{% endfilter %}{% macro z(y=r) %}{{ s }}{% endmacro %}"
    )

    assert found.roots == set("abcdefghijklmopqrs")


@pytest.mark.parametrize(
    "text",
    [
        "no expression",
        "{{ inputs.a ~ outputs.load['uri'] | upper }} {{ secret('KEY') }}",
        "{% for item in inputs.list %}{{ item.x | lowerr }}{{ loop.index }}{% endfor %}",
        "{% set x = vars.a %}{{ x.y }}{{ unknown(inputs.b) }}",
        "{{ inputs.a ",
    ],
)
def test_one_look_at_a_text_finds_what_checking_and_reading_find(text: str) -> None:
    problems, found = inspect(text)

    assert (problems, found) == (check(text), references(text))
