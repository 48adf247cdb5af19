from __future__ import annotations

import pytest

from lanner_coordinator.flow.expression import ExpressionError, check
from lanner_coordinator.flow.expression.checking import ExpressionProblem
from tests.unit.expression.world import text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (
            "{{ missing }}",
            "Unable to find `missing` used in the expression `{{ missing }}` at line 1, column 4",
        ),
        (
            "{{ inputs.nane }}",
            "Unable to find `nane` used in the expression `{{ inputs.nane }}` "
            "at line 1, column 11; did you mean `name`?",
        ),
        (
            "a\nb {{ x.y }}",
            "Unable to find `x` used in the expression `a\nb {{ x.y }}` at line 2, column 6",
        ),
        ("{{ input.name }}", "did you mean `inputs`?"),
        ("{{ inputs.name | uper }}", "Filter [uper] does not exist. ({{ inputs.name | uper }}:1)"),
        ("{{ inputs.name | uper }}", "did you mean `upper`?"),
        ("{{ secrt('X') }}", "Function or Macro [secrt] does not exist."),
        ("{{ secrt('X') }}", "did you mean `secret`?"),
        ("{{ 1 is evn }}", "did you mean `even`?"),
        ("{% fore x in y %}", "did you mean `for`?"),
        ("{{ 'a' - 1 }}", "({{ 'a' - 1 }}:1), column 8"),
        ("{{ env() }}", "The 'env' function expects an argument 'name'. ({{ env() }}:1)"),
        ("{{ [1][5] }}", "the list has 1 items"),
    ],
)
def test_an_error_says_what_where_and_what_else(template: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        text(template, inputs={"name": "x"})

    assert message in str(caught.value)


def test_an_error_in_a_long_text_shows_the_tag_only() -> None:
    with pytest.raises(ExpressionError) as caught:
        text("x" * 300 + "\n{{ 1 }} {{ missing }} " + "y" * 300)

    assert caught.value.excerpt == "{{ missing }}"
    assert (caught.value.line, caught.value.column) == (2, 12)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("fine {{ inputs.x | upper }}", ()),
        ("no brace | uper", ()),
        ("{% macro own() %}{% endmacro %}{{ own() }}", ()),
        (
            "a\n  {{ x | uper }}",
            (
                ExpressionProblem(
                    message="Unknown filter `uper`; did you mean `upper`?",
                    line=2,
                    column=10,
                    length=4,
                ),
            ),
        ),
        (
            "{{ 1 2 }}",
            (
                ExpressionProblem(
                    message="Unexpected `2`: expected an operator or the end of the expression",
                    line=1,
                    column=6,
                    length=1,
                ),
            ),
        ),
    ],
)
def test_checking_finds_problems_with_their_place(
    source: str, expected: tuple[ExpressionProblem, ...]
) -> None:
    assert check(source) == expected


def test_checking_finds_every_unknown_name_at_once() -> None:
    problems = check("{{ a | one | two }}{{ three() }}{% if x is four %}{% endif %}")

    assert [problem.message.split("`")[1] for problem in problems] == [
        "one",
        "two",
        "three",
        "four",
    ]


def test_checking_goes_through_structures() -> None:
    problems = check({"{{ a | one }}": ["{{ b | two }}", 5, {"k": "{{ c | three }}"}]})

    assert [problem.message.split("`")[1] for problem in problems] == ["one", "two", "three"]


def test_checking_evaluates_nothing() -> None:
    assert check("{{ missing.x }}{{ secret('X') }}{{ 1 / 0 }}") == ()
