from __future__ import annotations

import pytest

from lanner_coordinator.flow.expression import (
    ExpressionLimitError,
    ExpressionValueError,
    render,
    render_typed,
)
from tests.unit.expression.world import World

DATA: dict[str, object] = {
    "a": 1,
    "b": [1, 2, 3],
    "s": "hello World",
    "o": {"k1": "v1", "k2": 2},
    "list": [{"id": 2, "n": "b"}, {"id": 1, "n": "a"}, {"id": 3, "n": "a"}],
}


def jq(program: str, value: object = DATA) -> object:
    return render_typed("{{ v | jq(p) }}", {"v": value, "p": program}, World()).value


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (".a", [1]),
        (".missing", [None]),
        (".b[]", [1, 2, 3]),
        (".b[1:]", [[2, 3]]),
        (".b[-1], .s[0:5]", [3, "hello"]),
        ('.o["k1"], .o."k1"', ["v1", "v1"]),
        (".a.x?", []),
        (".x.y // 5", [5]),
        ("[.list[] | select(.id > 1) | .n]", [["b", "a"]]),
        (".list | map(.id) | add", [6]),
        (".list | sort_by(.n, .id) | map(.id)", [[1, 3, 2]]),
        (".list | group_by(.n) | map(length)", [[2, 1]]),
        (".list | map({(.n): .id}) | add", [{"b": 2, "a": 3}]),
        (".o | to_entries | map(.key)", [["k1", "k2"]]),
        (".o | with_entries(.value |= tostring)", [{"k1": "v1", "k2": "2"}]),
        ('.o | keys, length, has("k1")', [["k1", "k2"], 2, True]),
        (".a += 1 | .a", [2]),
        (".b |= map(. * 2) | .b", [[2, 4, 6]]),
        ("del(.b[0, 2]) | .b", [[2]]),
        (".new.path = 1 | .new", [{"path": 1}]),
        ('if .a == 1 then "one" elif .a then 2 else 3 end', ["one"]),
        ("reduce .b[] as $x (0; . + $x)", [6]),
        ("[foreach .b[] as $x (0; . + $x)]", [[1, 3, 6]]),
        ("def f(x): x * 2; f(.a)", [2]),
        ("def fac: if . <= 1 then 1 else . * (. - 1 | fac) end; 5 | fac", [120]),
        (". as {a: $x, b: [$y]} | $x + $y", [2]),
        ('try error("x") catch .', ["x"]),
        ("[limit(2; range(10))]", [[0, 1]]),
        ("first(range(5; 0; -1))", [5]),
        ("[.b[] | if . == 2 then empty else . end]", [[1, 3]]),
        ("label $out | 1, break $out, 2", [1]),
        ('.s | test("world"; "i")', [True]),
        ('.s | gsub("(?<v>[eo])"; "<\\(.v)>")', ["h<e>ll<o> W<o>rld"]),
        ('.s | capture("(?<first>\\\\w+)")', [{"first": "hello"}]),
        ('.s | split(" ") | join("-")', ["hello-World"]),
        ('"a\\(1 + 1)b"', ["a2b"]),
        ('@base64 "x\\(.a)", (.b | @csv), (.s | @uri)', ["xMQ==", "1,2,3", "hello%20World"]),
        ("10 / 4, 10 / 5, 7 % 3, -7 % 3", [2.5, 2, 1, -1]),
        ("[..] | length", [20]),
        ("[paths] | length", [19]),
        ("path(.b[0])", [["b", 0]]),
        ('walk(if type == "number" then . + 1 else . end) | .b', [[2, 3, 4]]),
        ('"2015-03-05T23:51:47Z" | fromdate | todate', ["2015-03-05T23:51:47Z"]),
        ("[1, [2, [3]]] | flatten, flatten(1)", [[1, 2, 3], [1, 2, [3]]]),
        ("[3, 1, 2] | sort, min, max, any(. > 2), index(1)", [[1, 2, 3], 1, 3, True, 1]),
        ("{a: 1} * {a: {b: 2}}", [{"a": {"b": 2}}]),
        ("[1, 2] - [2], (null | not)", [[1], True]),
        ("tojson | fromjson | .a", [1]),
        ("[.list[] | .n] | unique", [["a", "b"]]),
        ('{("a", "b"): 1}', [{"a": 1}, {"b": 1}]),
        ("# a comment\n.a", [1]),
    ],
)
def test_programs_give_what_jq_gives(program: str, expected: list[object]) -> None:
    assert jq(program) == expected


def test_a_text_is_read_as_json_first() -> None:
    assert jq(".a", '{"a": 1}') == [1]


@pytest.mark.parametrize(
    "program",
    [".[", "{", "if 1", "1 2", ".a | ", "def f: 1", '"open', "reduce . as $x", "a b", "==", "$x |"],
)
def test_a_program_that_is_none_is_refused(program: str) -> None:
    with pytest.raises(ExpressionValueError, match="Unable to parse the jq expression"):
        jq(program)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (".a[0]", "Cannot index number"),
        (".a[]", "Cannot iterate over number"),
        ("{} + 1", "cannot be added"),
        ('error("own")', "own"),
        ("nothing_like_this", "is not defined"),
        ("$nothing", "is not defined"),
        (".a / 0", "divisor is zero"),
        ("env", "not available"),
        ("$ENV.HOME", "is not defined"),
        ("input", "not available"),
        ("now", "not available"),
        ("halt_error", "not available"),
    ],
)
def test_a_program_that_fails_says_why(program: str, message: str) -> None:
    with pytest.raises(ExpressionValueError, match=message):
        jq(program)


def test_a_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(ExpressionValueError, match="the text is no JSON"):
        jq(".", "{")


def test_functions_that_call_each_other_for_ever_are_stopped() -> None:
    with pytest.raises(ExpressionLimitError):
        jq("def f: f; f")


def test_the_result_is_always_a_list() -> None:
    assert render("{{ v | jq('.a') }}", {"v": DATA}, World()).value == "[1]"
