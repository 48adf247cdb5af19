from __future__ import annotations

import re

import pytest

from lanner_coordinator.flow.expression import (
    EffectError,
    ExpressionError,
    ExpressionLimitError,
    ExpressionValueError,
    NoEffects,
    render,
    render_typed,
)
from tests.unit.expression.world import World, text


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ range(1, 3) }}", "[1,2,3]"),
        ("{{ range(5, 1, -2) }}", "[5,3,1]"),
        ("{{ range('a', 'e', 2) }}", '["a","c","e"]'),
        ("{{ env('HOME_DIR') }}{{ env('NONE', 'x') }}{{ env('NONE') }}", "/hx"),
        ("{{ fromJson('{\"a\": [1, 2.50, null]}').a }}", "[1,2.5,null]"),
        ("{{ json('[1]')[0] }}", "1"),
        ("{{ fromJson(null) }}", ""),
        ("{{ yaml('a: [1, yes, ~, \"2\"]').a }}", '[1,"yes",null,"2"]'),
        ("{{ fromIon('{a:1,b:\"x\"} {a:2}') }}", '{"a":1,"b":"x"}'),
        ("{{ fromIon('{a:1} {a:2}', allRows=true) | length }}", "2"),
        ("{{ fetchContext().x }}", "1"),
        ("{{ fromJson(printContext()).x }}", "1"),
    ],
)
def test_functions_without_effects(template: str, expected: str) -> None:
    assert text(template, x=1, envs={"HOME_DIR": "/h"}) == expected


@pytest.mark.parametrize(
    ("template", "pattern"),
    [
        ("{{ uuid() }}", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("{{ id() }}", r"[0-9A-Za-z]{22}"),
        ("{{ ksuid() }}", r"[0-9A-Za-z]{27}"),
        ("{{ nanoId() }}", r"[0-9A-Za-z_-]{21}"),
        ("{{ nanoId(5, 'xy') }}", r"[xy]{5}"),
        ("{{ randomInt(3, 5) }}", r"[34]"),
        ("{{ randomInt(7, 7) }}", r"7"),
        ("{{ randomPort() }}", r"[45689]\d{4}"),
    ],
)
def test_functions_that_make_something_new(template: str, pattern: str) -> None:
    assert re.fullmatch(pattern, str(text(template)))


def test_effects_get_what_the_text_gives() -> None:
    world = World(secrets={"K": "v"}, keys={"k": {"a": 1}}, files={"f": "text"})

    rendered = render(
        "{{ secret('K', 'ns', 'sub') }}{{ kv('k', errorOnMissing=false).a }}{{ read('f') }}"
        "{{ fileSize('f') }}{{ fileExists('g') }}{{ isFileEmpty('f') }}{{ fileURI('f') }}"
        "{{ http(uri='u', method='GET') }}{{ errorLogs() }}",
        {},
        world,
    )

    assert rendered.value == ("v1text4falsefalseresult of fileURIresult of httpresult of errorLogs")
    assert world.calls == [
        ("secret", "K", "ns", "sub"),
        ("kv", "k", None, False),
        ("fileURI", ("f",), {}),
        ("http", (), {"uri": "u", "method": "GET"}),
        ("errorLogs", (), {}),
    ]


@pytest.mark.parametrize(
    "template",
    [
        "{{ now() }}",
        "{{ uuid() }}",
        "{{ secret('K') }}",
        "{{ kv('k') }}",
        "{{ read('f') }}",
        "{{ fileSize('f') }}",
        "{{ fileExists('f') }}",
        "{{ errorLogs() }}",
        "{{ encrypt('k', 't') }}",
        "{{ subflow('ns', 'id') }}",
    ],
)
def test_without_effects_every_one_is_refused(template: str) -> None:
    with pytest.raises(EffectError, match="not available here"):
        render(template, {}, NoEffects())


def test_a_path_out_of_the_files_is_refused() -> None:
    with pytest.raises(ExpressionValueError, match=r"Path must not contain '\.\./'"):
        text("{{ read('a/../../etc/passwd') }}")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ render('{{ a }}') }}", "2"),
        ("{{ render(b) }}", "2"),
        ("{{ renderOnce(b) }}", "{{ a }}"),
        ("{{ render(b, recursive=false) }}", "{{ a }}"),
        ("{{ render({'{{ a }}': [b, 5]}) }}", '{"2":["2",5]}'),
        ("{{ render(5) }}", "5"),
        ("{{ render(null) }}", ""),
        ("{{ render('{% raw %}{{ a }}{% endraw %}') }}", "{{ a }}"),
        ("{% set own = 'x' %}{{ render('{{ own }}') }}", "x"),
    ],
)
def test_texts_are_rendered_again_on_demand(template: str, expected: str) -> None:
    assert text(template, a=2, b="{{ c }}", c="{{ a }}") == expected


@pytest.mark.parametrize("template", ["{{ render(first) }}", "{{ render(itself) }}"])
def test_texts_that_render_each_other_are_stopped(template: str) -> None:
    variables = {
        "first": "{{ second }}",
        "second": "{{ first }}",
        "itself": "{{ render(itself) }}",
    }

    with pytest.raises(ExpressionLimitError, match="Too many rendering attempts"):
        render(template, variables, World())


def test_an_error_in_a_text_rendered_again_names_that_text() -> None:
    with pytest.raises(ExpressionError) as caught:
        text("{{ render(inner) }}", inner="{{ missing }}")

    assert caught.value.excerpt == "{{ missing }}"


LOOP = {
    "taskrun": {"value": "v1", "iteration": 1},
    "task": {"id": "t"},
    "parents": [{"taskrun": {"value": "p"}, "task": {"id": "outer"}}],
    "parent": {"taskrun": {"value": "p"}, "task": {"id": "outer"}},
    "outputs": {
        "t": {"p": {"v0": {"value": "zero"}, "v1": {"value": "one"}}},
        "outer": {"p": {"value": "from outer"}},
    },
    "tasks": {"a": {"state": "FAILED"}, "b": {"x": {"state": "FAILED"}, "y": {"state": "SUCCESS"}}},
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ currentEachOutput(outputs.t).value }}", "one"),
        ("{{ iterationOutput() }}", "zero"),
        ("{{ iterationOutput('t', 1) }}", "one"),
        ("{{ iterationOutputs(0) }}", "zero"),
        ("{{ parentOutput().value }}{{ parentOutput(0).value }}", "from outerfrom outer"),
        (
            "{{ tasksWithState('failed') }}",
            '[{"taskId":"a","state":"FAILED"},{"taskId":"b","state":"FAILED","value":"x"}]',
        ),
        ("{{ loopOutputs([{'outputs': {'u': 1}}, {}], 'u') }}", "[1,null]"),
        ("{{ outputFromIteration([{'u': 1}, {'u': 2}], 1).u }}", "2"),
        ("{{ outputFromIteration([{'u': 1}, {'u': 2}], '0').u }}", "1"),
        ("{{ outputFromIteration({'0': 'a', '1': 'b'}, 1) }}", "b"),
    ],
)
def test_functions_for_loops_of_tasks(template: str, expected: str) -> None:
    assert render(template, LOOP, World()).value == expected


@pytest.mark.parametrize(
    "template",
    [
        "{{ currentEachOutput('x') }}",
        "{{ iterationOutput(iteration=-1) }}",
        "{{ iterationOutput('t', 9) }}",
        "{{ parentOutput(5) }}",
        "{{ loopOutputs('x', 'u') }}",
        "{{ outputFromIteration([1], 1) }}",
        "{{ outputFromIteration([1], -1) }}",
        "{{ outputFromIteration([1], 'x') }}",
        "{{ outputFromIteration({'0': 1}, 7) }}",
        "{{ outputFromIteration({'0': 1}, null) }}",
        "{{ outputFromIteration(5, 0) }}",
        "{{ outputFromIteration([1]) }}",
        "{{ range(0, 1, 0) }}",
        "{{ range('ab', 'cd') }}",
        "{{ randomInt('1', '2') }}",
        "{{ randomInt(2, 1) }}",
        "{{ nanoId(100000) }}",
        "{{ nanoId(5, '') }}",
        "{{ fromJson('{') }}",
        "{{ fromJson(5) }}",
        "{{ fromJson('NaN') }}",
        "{{ yaml('a: [') }}",
        "{{ fromIon('{a') }}",
        "{{ fromIon() }}",
        "{{ nothing('x') }}",
    ],
)
def test_values_a_function_cannot_work_with_are_refused(template: str) -> None:
    with pytest.raises(ExpressionValueError):
        render(template, LOOP, World())


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ 'Abc'.toUpperCase() }}{{ 'Abc'.length() }}", "ABC3"),
        ("{{ 'abc'.substring(1) }}{{ 'abc'.indexOf('c') }}", "bc2"),
        ("{{ [1, 2].size() }}{{ [1, 2].get(1) }}", "22"),
        ("{{ {'a': 1}.containsKey('a') }}", "true"),
        ("{{ {'a': 1}.keySet() }}", '["a"]'),
        ("{{ {null: 1, true: 2, 1: 3}.keySet() }}", '["null","true",1]'),
        ("{{ 'a1b2c'.split('[0-9]') }}{{ 'a-b-c'.split('-', 2) }}", '["a","b","c"]["a","b-c"]'),
        ("{{ 'Abc'.length }}{{ ''.empty }}{{ [1, 2].size }}{{ [].empty }}", "3true2true"),
        ("{{ {'size': 7}.size }}", "7"),
        ("{{ missing.size() ?? 'x' }}", "x"),
    ],
)
def test_methods_that_values_have_in_java(template: str, expected: str) -> None:
    assert text(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (r"""{{ fromJson('"x\ud83dy"') }}""", "x\ufffdy"),
        (r"""{{ fromJson('{"\udc00": ["\ud800", 1]}') }}""", {"\ufffd": ["\ufffd", 1]}),
        (r"""{{ fromJson('"\ud83d\ude00"') }}""", "\U0001f600"),
        ("{{ [55296] | jq('implode') | first }}!", "\ufffd!"),
    ],
)
def test_half_a_character_is_marked_as_such(template: str, expected: object) -> None:
    """No store and no message could hold it."""
    assert render_typed(template, {}, NoEffects()).value == expected
